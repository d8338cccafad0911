from django.db import models


class LedgerCheck(models.Model):
    """One verification of the whole ledger: what it looked at, the first thing that was wrong, if any, and
    what else is to be said of it, a line each."""

    checked_at = models.DateTimeField()
    seals = models.PositiveIntegerField()
    events = models.PositiveBigIntegerField()
    rows = models.PositiveBigIntegerField()
    problems = models.PositiveIntegerField()
    first_problem = models.CharField(max_length=500, blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d}: {self.problems}"
