from typing import ClassVar

from django.db import models
from django.utils import timezone

from trial.models.webhook import Happening
from trial.protocol.marker import N_

WAITING = N_("waiting")
DELIVERED = N_("delivered")
GIVEN_UP = N_("given up")
DELIVERY_STATES = (WAITING, DELIVERED, GIVEN_UP)

# Why an attempt failed. Nothing that the receiver said is kept but its status.
ANSWERED_NO = "status"
REDIRECTED = "redirect"
TIMED_OUT = "timeout"
UNREACHABLE = "unreachable"
TLS_FAILED = "tls"
ADDRESS_REFUSED = "address"
SECRET_UNREADABLE = "secret"  # nosec B105
CUT_OFF = "cut off"
PROBLEMS = {
    ANSWERED_NO: N_("the receiver refused it"),
    REDIRECTED: N_("the receiver leads elsewhere, which is not followed"),
    TIMED_OUT: N_("no answer in time"),
    UNREACHABLE: N_("no connection"),
    TLS_FAILED: N_("no trusted TLS connection"),
    ADDRESS_REFUSED: N_("the address is not, or no longer, allowed here"),
    SECRET_UNREADABLE: N_("the secret cannot be read; make a new one"),
    CUT_OFF: N_("the attempt was cut off on our side"),
}


class Delivery(models.Model):
    """One message to one webhook: written with the act that it tells of, sent after it, kept as a log.

    `message` is the same in every delivery of one happening and in every repetition. `body` is the text that
    is sent, to the byte. `next_try_at` is when it may be sent next, None once it is delivered or given up;
    an attempt moves it on before it begins, so that what is cut off comes back.
    """

    webhook = models.ForeignKey("trial.Webhook", models.PROTECT, related_name="deliveries")
    message = models.UUIDField()
    happening = models.CharField(max_length=30)
    body = models.TextField()
    happened_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=WAITING)
    # Since it was last asked for: by what happened, or by somebody who wanted it sent again.
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey("trial.User", models.PROTECT, null=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=12, blank=True, default="")
    next_try_at = models.DateTimeField(null=True, default=timezone.now)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["webhook", "message"], name="delivery_once"),
            models.CheckConstraint(condition=models.Q(state__in=DELIVERY_STATES), name="delivery_state_code"),
            models.CheckConstraint(
                condition=models.Q(state=WAITING) ^ models.Q(next_try_at__isnull=True),
                name="delivery_next_while_waiting",
            ),
            models.CheckConstraint(
                condition=models.Q(problem__in=["", *PROBLEMS]), name="delivery_problem_code"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_try_at"], condition=models.Q(state=WAITING), name="delivery_waiting"),
            models.Index(fields=["webhook", "-id"], name="delivery_newest_first"),
            models.Index(
                fields=["webhook", "tried_at"], condition=~models.Q(problem=""), name="delivery_failed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.happening} {self.message}"

    @property
    def what(self) -> str:
        """What happened, in English; translated where shown."""
        return Happening(self.happening).label

    @property
    def why(self) -> str:
        """Why the last attempt failed, in English; translated where shown."""
        return PROBLEMS.get(self.problem, "")
