from django.db import models
from django.db.models.functions import Now

from trial.protocol.marker import N_

VERIFIED = N_("verified")
# Set by the database when the item changes, by whatever path.
CHANGED = N_("changed since verified")
WITHDRAWN = N_("verification withdrawn")

VERIFICATION_STATES = (VERIFIED, CHANGED, WITHDRAWN)


class Verification(models.Model):
    """One item of a record, compared with its source by a monitor. A form is verified by its items.

    `item` is the path of the item, as on a query.
    """

    record = models.ForeignKey("trial.Record", models.PROTECT, related_name="verifications")
    item = models.CharField(max_length=80)
    state = models.CharField(max_length=30, default=VERIFIED)
    verified_by = models.ForeignKey("trial.User", models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "item"], name="verification_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=VERIFICATION_STATES), name="verification_state_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.state}"
