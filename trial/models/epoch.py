from django.db import models


class Epoch(models.Model):
    """A stretch of the ledger within which transaction ids can be compared.

    They start again after a restore into a new cluster: then the next epoch is opened. Whoever goes back
    to an earlier cluster opens one more for it.
    """

    system_identifier = models.CharField(max_length=20)
    timeline = models.PositiveIntegerField()
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
