from django.db import models
from django.db.models import Q


class Description(models.Model):
    """What was observed at a visit: number of values, mean and standard deviation (n − 1)."""

    run = models.ForeignKey("analytics.Run", models.PROTECT, related_name="descriptions")
    visit = models.CharField(max_length=4)
    n = models.PositiveIntegerField()
    mean = models.FloatField(null=True)
    sd = models.FloatField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "visit"], name="description_once"),
            models.CheckConstraint(
                condition=Q(n=0, mean__isnull=True) | Q(n__gte=1, mean__isnull=False),
                name="description_mean_with_values",
            ),
            models.CheckConstraint(
                condition=Q(n__lte=1, sd__isnull=True) | Q(n__gte=2, sd__isnull=False, sd__gte=0),
                name="description_sd_with_values",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit}: {self.n}"
