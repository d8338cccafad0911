from django.db import models
from django.utils.translation import gettext as _


class LedgerCheck(models.Model):
    """One verification of the whole ledger: what it looked at, the first thing that was wrong, if any, and
    what else is to be said of it, a line each. Where `is_least` there may be more problems than those."""

    checked_at = models.DateTimeField()
    seals = models.PositiveIntegerField()
    events = models.PositiveBigIntegerField()
    rows = models.PositiveBigIntegerField()
    problems = models.PositiveIntegerField()
    is_least = models.BooleanField()
    first_problem = models.CharField(max_length=500, blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d}: {self.problems}"

    @property
    def amount(self) -> str:
        """How many problems, in the language of who reads it."""
        return _("at least {number}").format(number=self.problems) if self.is_least else str(self.problems)
