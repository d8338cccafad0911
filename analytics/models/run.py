from django.db import models

from analytics.models.snapshot import Snapshot
from trial.audit.positions import Position

OK = "ok"
FAILED = "failed"

RUN_STATUSES = (OK, FAILED)


class Run(models.Model):
    """One fit of the declared analysis of an outcome, or the attempt at one.

    `epoch` and `snapshot` are the position of the data it read. `spec` is what was declared then,
    `model` the same in words. A failed run has no estimates; its messages say why.
    """

    outcome = models.CharField(max_length=20)
    status = models.CharField(max_length=10)
    fitted_at = models.DateTimeField()
    epoch = models.IntegerField()
    snapshot = Snapshot()
    data_hash = models.CharField(max_length=64)
    spec = models.JSONField()
    code_version = models.CharField(max_length=80)
    n_participants = models.PositiveIntegerField()
    n_observations = models.PositiveIntegerField()
    model = models.CharField(max_length=500)
    covariance = models.CharField(max_length=10)
    method = models.CharField(max_length=10)
    df_method = models.CharField(max_length=20)
    adjustment = models.CharField(max_length=20)
    level = models.FloatField()
    converged = models.BooleanField()
    messages = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["outcome", "-id"], name="run_by_outcome")]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=RUN_STATUSES), name="run_status_code"),
            models.CheckConstraint(
                condition=models.Q(data_hash__regex=r"^[0-9a-f]{64}$"), name="run_data_hash_form"
            ),
            models.CheckConstraint(condition=models.Q(level__gt=0, level__lt=1), name="run_level_range"),
            # Numbers without convergence are not shown, so they are not kept as a result either.
            models.CheckConstraint(
                condition=models.Q(status=OK, converged=True)
                | models.Q(status=FAILED, converged=False) & ~models.Q(messages=[]),
                name="run_failed_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.pk}"

    @property
    def position(self) -> Position:
        """The exact "as of" of the data that the run read."""
        return Position(self.epoch, self.snapshot)
