from django.conf import settings
from django.db import models


class CalendarFeed(models.Model):
    """The right of one person to read the visits of one site as a calendar, by a secret address.

    Calendar programs cannot sign in, so the address carries a token; only its digest is kept. The feed
    shows what the person may see on the day it is read, and nothing once it is revoked.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="calendar_feeds")
    site = models.ForeignKey("trial.Site", models.PROTECT, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    revoked = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "site"], condition=models.Q(revoked=False), name="calendar_feed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.site_id}"
