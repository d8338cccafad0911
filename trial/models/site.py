from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import models

from trial import clock


class Site(models.Model):
    """A place that treats participants. `last_number` is the locked counter of participant codes."""

    code = models.CharField(max_length=4, unique=True)
    name = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=40, default="UTC")
    activated_on = models.DateField()
    last_number = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(code__regex=r"^[0-9A-Z]{2,4}$"), name="site_code_form"),
            models.CheckConstraint(condition=models.Q(last_number__lte=999), name="site_last_number_range"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def today(self) -> date:
        """The calendar date at the site now; of what is read as of an earlier moment, then."""
        return self.date_of(clock.now())

    def date_of(self, moment: datetime) -> date:
        """The calendar date at the site at a moment."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()
