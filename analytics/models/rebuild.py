from django.db import models
from django.db.models import F, Q

from analytics.models.snapshot import Snapshot
from trial.audit.positions import Position


class Rebuild(models.Model):
    """One comparison of the running statistics with those of all records, at one position.

    The digests are of the statistics and of the state of the values' hash. `running_digest` is that of the
    part that disagreed, if one did; empty when what was stored could not be read or contradicted itself.
    """

    outcome = models.CharField(max_length=20)
    at = models.DateTimeField()
    epoch = models.IntegerField()
    snapshot = Snapshot()
    agreed = models.BooleanField()
    running_digest = models.CharField(max_length=64)
    rebuilt_digest = models.CharField(max_length=64)
    n_participants = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["outcome", "-id"], name="rebuild_by_outcome")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    running_digest__regex="^([0-9a-f]{64})?$", rebuilt_digest__regex="^[0-9a-f]{64}$"
                ),
                name="rebuild_digest_form",
            ),
            models.CheckConstraint(
                condition=Q(agreed=True, running_digest=F("rebuilt_digest"))
                | Q(agreed=False) & ~Q(running_digest=F("rebuilt_digest")),
                name="rebuild_agreed_is_equal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%Y-%m-%d}"

    @property
    def position(self) -> Position:
        """The exact "as of" of both."""
        return Position(self.epoch, self.snapshot)
