from typing import ClassVar, Final

from django.conf import settings
from django.db import models

from analytics.models.snapshot import Snapshot
from trial.audit.positions import Position
from trial.protocol.marker import N_

WAITING: Final = N_("waiting")
RUNNING: Final = N_("being written")
READY: Final = N_("ready")
FAILED: Final = N_("failed")
CANCELLED: Final = N_("cancelled")
EXPIRED: Final = N_("expired")
EXPORT_STATES: Final = (WAITING, RUNNING, READY, FAILED, CANCELLED, EXPIRED)
UNDER_WAY: Final = (WAITING, RUNNING)


class Export(models.Model):
    """One archive that somebody asked for: what was chosen, how far it has come, what it became.

    `choices` are those of the export in JSON's types. `expected` is how many rows (or casebooks) were counted
    before, None while that is not known; `written` how many are written. `manifest`, `sha256` and `size` are
    those of the archive once it is ready; they stay when its file has gone. `shows_arms` is whether it holds
    what tells the arms apart. `problem` is the sentence that says why there is no archive.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports")
    asked_at = models.DateTimeField()
    choices = models.JSONField()
    state = models.CharField(max_length=20, default=WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    expected = models.PositiveBigIntegerField(null=True)
    written = models.PositiveBigIntegerField(default=0)
    epoch = models.IntegerField(null=True)
    snapshot = Snapshot(null=True)
    sites = models.JSONField(default=list)
    shows_arms = models.BooleanField(default=False)
    name = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    manifest = models.JSONField(null=True)
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(state__in=EXPORT_STATES), name="export_state_code"),
            models.CheckConstraint(
                condition=~models.Q(state__in=(READY, EXPIRED))
                | models.Q(
                    manifest__isnull=False, size__isnull=False, sha256__regex="^[0-9a-f]{64}$", name__gt=""
                ),
                name="export_ready_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=UNDER_WAY) ^ models.Q(ended_at__isnull=False),
                name="export_ended",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], condition=models.Q(state__in=UNDER_WAY), name="export_under_way"),
            models.Index(fields=["expires_at"], condition=models.Q(state=READY), name="export_expiring"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.choices.get('shape')} {self.choices.get('format')}"

    @property
    def position(self) -> Position | None:
        """As of which the data were read, once they were."""
        if self.epoch is None or self.snapshot is None:
            return None
        return Position(self.epoch, self.snapshot)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


class ExportDownload(models.Model):
    """Somebody took an archive, or went on with taking it: `first_byte` is where."""

    export = models.ForeignKey(Export, models.PROTECT, related_name="downloads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    first_byte = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.export_id} {self.at:%Y-%m-%d}"
