from django.db import models
from django.utils import timezone


class AuditReview(models.Model):
    """Somebody has read the audit trail of a site from one day to another (both included)."""

    site = models.ForeignKey("trial.Site", models.PROTECT, related_name="audit_reviews")
    period_from = models.DateField()
    period_to = models.DateField()
    reviewed_by = models.ForeignKey("trial.User", models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(default=timezone.now)
    # How many events the period had when it was read, and how many of them the site may know of: one that
    # came later shows.
    events = models.PositiveIntegerField()
    put = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(period_to__gte=models.F("period_from")), name="audit_review_period_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.site_id}: {self.period_from} to {self.period_to}"
