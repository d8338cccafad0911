from django.db import models

from analytics.models.snapshot import Snapshot
from trial.audit.positions import Position

OK = "ok"
FAILED = "failed"

RUN_STATUSES = (OK, FAILED)


class Run(models.Model):
    """One fit of the declared analysis of an outcome, or the attempt at one.

    `epoch` and `snapshot` are the position of the data it read, `statistics_digest` is that of what was
    fitted. `spec` is what was declared then, `model` the same in words; `covariance_fitted` is what was
    fitted in the end, after the `attempts` that failed. A failed run has no estimates; its messages say why.
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
    model = models.TextField()
    covariance = models.CharField(max_length=10)
    method = models.CharField(max_length=10)
    df_method = models.CharField(max_length=20)
    adjustment = models.CharField(max_length=20)
    level = models.FloatField()
    converged = models.BooleanField()
    messages = models.JSONField(default=list)
    # Empty or null in early runs, which were stored without it, and where there is no result.
    information = models.CharField(max_length=10, default="")
    covariance_fitted = models.CharField(max_length=10, default="")
    statistics_digest = models.CharField(max_length=64, default="")
    iterations = models.PositiveIntegerField(null=True)
    gradient_norm = models.FloatField(null=True)
    log_likelihood = models.FloatField(null=True)
    at_boundary = models.JSONField(default=list)
    # [{"covariance": ..., "reason": ...}], in the order in which they were tried
    attempts = models.JSONField(default=list)
    # [[name, value]], natural parameters
    covariance_parameters = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["outcome", "-id"], name="run_by_outcome")]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=RUN_STATUSES), name="run_status_code"),
            models.CheckConstraint(
                condition=models.Q(data_hash__regex=r"^[0-9a-f]{64}$"), name="run_data_hash_form"
            ),
            models.CheckConstraint(
                condition=models.Q(statistics_digest__regex=r"^([0-9a-f]{64})?$"),
                name="run_statistics_digest_form",
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
