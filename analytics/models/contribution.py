from django.contrib.postgres.fields import ArrayField
from django.db import models

from analytics.datasets.vectors import Vector
from trial.protocol.analyses import Analysis


class Contribution(models.Model):
    """The vector that a participant last contributed to the running statistics of an outcome.

    `quanta` has one number for each visit, in units of the declared precision; null is a visit without a
    value. The participant stands here by code, which never changes, and without a foreign key: its check
    would lock the participant's row, and a refit waits for nobody.
    """

    outcome = models.CharField(max_length=20)
    participant = models.CharField(max_length=8)
    quanta = ArrayField(models.IntegerField(null=True))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outcome", "participant"], name="contribution_once"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.participant}"

    def vector(self, analysis: Analysis) -> Vector:
        """What was contributed, as it was read."""
        values = (None if quantum is None else quantum * analysis.precision for quantum in self.quanta)
        return Vector(self.participant, tuple(values))
