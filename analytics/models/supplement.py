from typing import ClassVar, Final

from django.db import models

from analytics.models.snapshot import Snapshot
from trial.audit.positions import Position
from trial.protocol.marker import N_

WAITING: Final = N_("waiting")
RUNNING: Final = N_("being calculated")
READY: Final = N_("ready")
FAILED: Final = N_("failed")
SUPPLEMENT_STATES: Final = (WAITING, RUNNING, READY, FAILED)
UNDER_WAY: Final = (WAITING, RUNNING)


class Supplement(models.Model):
    """One part of what is declared beside an analysis, for one state of its data.

    The data are known by `data_hash`, the visits that are not over by `awaited_hash`; both can be read again
    as of the position. `spec` is what was declared, analysis and supplement. The same data, visits,
    declaration and version are calculated once. `content` is complete
    when it is ready; `problem` is the sentence that says why there is none. `total` is the number of pieces,
    which were last sent to the workers at `sent_at`, `attempts` times since one of them came to its end.
    """

    outcome = models.CharField(max_length=20)
    part = models.CharField(max_length=20)
    data_hash = models.CharField(max_length=64)
    awaited_hash = models.CharField(max_length=64)
    spec = models.JSONField()
    spec_hash = models.CharField(max_length=64)
    code_version = models.CharField(max_length=80)
    epoch = models.IntegerField()
    snapshot = Snapshot()
    state = models.CharField(max_length=20, default=WAITING)
    total = models.PositiveSmallIntegerField(null=True)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    content = models.JSONField(null=True)
    problem = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["outcome", "part", "data_hash", "awaited_hash", "spec_hash", "code_version"],
                name="supplement_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=SUPPLEMENT_STATES), name="supplement_state_code"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    data_hash__regex="^[0-9a-f]{64}$",
                    awaited_hash__regex="^[0-9a-f]{64}$",
                    spec_hash__regex="^[0-9a-f]{64}$",
                ),
                name="supplement_hash_form",
            ),
            models.CheckConstraint(
                condition=models.Q(state=READY) ^ models.Q(content__isnull=True),
                name="supplement_ready_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(state=FAILED) ^ models.Q(problem=""), name="supplement_failed_says_why"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=UNDER_WAY) ^ models.Q(ended_at__isnull=False),
                name="supplement_ended",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], condition=models.Q(state__in=UNDER_WAY), name="supplement_under_way"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.part}"

    @property
    def position(self) -> Position:
        """As of which the data are read."""
        return Position(self.epoch, self.snapshot)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


class SupplementPiece(models.Model):
    """A piece that a worker has calculated; all of them together become the content."""

    supplement = models.ForeignKey(Supplement, models.CASCADE, related_name="pieces")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["supplement", "number"], name="supplement_piece_once")
        ]

    def __str__(self) -> str:
        return f"{self.supplement_id}.{self.number}"
