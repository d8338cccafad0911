from django.db import models


class SafetyAlert(models.Model):
    """The notice of one serious adverse event to the safety contact; `sent_at` is None until it left.

    One for the event as it first became serious, and one for each later version that changed it.
    `recipient` is who it went to, empty until then.
    """

    record = models.ForeignKey("trial.Record", models.PROTECT, related_name="safety_alerts")
    version = models.PositiveIntegerField()
    recipient = models.CharField(max_length=1000, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "version"], name="safety_alert_once"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.version}"
