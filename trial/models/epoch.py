from django.db import models


class Epoch(models.Model):
    """A stretch of the ledger within which transaction ids can be compared.

    They start again after a restore into a new cluster: then the next epoch is opened.
    """

    system_identifier = models.CharField(max_length=20)
    timeline = models.PositiveIntegerField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system_identifier", "timeline"], name="epoch_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
