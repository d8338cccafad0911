from django.db import models
from django.db.models import F, Q

MEAN = "mean"
CHANGE = "change"

ESTIMATE_KINDS = (MEAN, CHANGE)


class Estimate(models.Model):
    """The estimated mean at a visit, or its change from the reference visit.

    `lower` and `upper` are unadjusted. What is adjusted belongs to the family of changes, so a mean has
    none of it; changes of early runs have an adjusted p and no interval that matches it. `df` is
    infinite where the normal distribution was declared.
    """

    run = models.ForeignKey("analytics.Run", models.PROTECT, related_name="estimates")
    kind = models.CharField(max_length=10)
    visit = models.CharField(max_length=4)
    estimate = models.FloatField()
    se = models.FloatField()
    df = models.FloatField()
    lower = models.FloatField()
    upper = models.FloatField()
    statistic = models.FloatField()
    p = models.FloatField()
    p_adjusted = models.FloatField(null=True)
    lower_adjusted = models.FloatField(null=True)
    upper_adjusted = models.FloatField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "kind", "visit"], name="estimate_once"),
            models.CheckConstraint(condition=Q(kind__in=ESTIMATE_KINDS), name="estimate_kind_code"),
            models.CheckConstraint(condition=Q(se__gt=0), name="estimate_se_range"),
            models.CheckConstraint(condition=Q(df__gt=0), name="estimate_df_range"),
            models.CheckConstraint(
                condition=Q(lower__lte=F("estimate"), upper__gte=F("estimate")),
                name="estimate_interval_order",
            ),
            models.CheckConstraint(condition=Q(p__gte=0, p__lte=1), name="estimate_p_range"),
            models.CheckConstraint(
                condition=Q(kind=MEAN, p_adjusted__isnull=True)
                | Q(kind=CHANGE, p_adjusted__isnull=False, p_adjusted__gte=F("p"), p_adjusted__lte=1),
                name="estimate_p_adjusted_range",
            ),
            models.CheckConstraint(
                condition=Q(lower_adjusted__isnull=True, upper_adjusted__isnull=True)
                | Q(
                    p_adjusted__isnull=False,
                    lower_adjusted__lte=F("estimate"),
                    upper_adjusted__gte=F("estimate"),
                    lower_adjusted__isnull=False,
                    upper_adjusted__isnull=False,
                ),
                name="estimate_interval_adjusted_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.visit}"
