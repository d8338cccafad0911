from django.db import models

from analytics.models.snapshot import Snapshot
from trial.audit.positions import Position


class RunningStatistics(models.Model):
    """The totals of an outcome's data set as of its newest run, from which the next refit starts.

    `shape` says what they are totals of, `epoch` and `snapshot` are the position of the run. They follow
    from the records: `rebuild` proves it each night.
    """

    outcome = models.CharField(max_length=20, unique=True)
    shape = models.CharField(max_length=64)
    epoch = models.IntegerField()
    snapshot = Snapshot()
    statistics = models.BinaryField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(shape__regex=r"^[0-9a-f]{64}$"), name="running_statistics_shape_form"
            ),
        ]

    def __str__(self) -> str:
        return self.outcome

    @property
    def position(self) -> Position:
        """The exact "as of" of what is contained."""
        return Position(self.epoch, self.snapshot)
