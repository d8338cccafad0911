from django.db import models


class Tally(models.Model):
    """How often something was asked for in a while: what is limited, and by whom it is asked for."""

    key = models.CharField(max_length=80, primary_key=True)
    begun_at = models.DateTimeField()
    number = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.key}: {self.number}"
