from django.conf import settings
from django.db import models


class Draft(models.Model):
    """What somebody typed into the page of a form and has not saved yet; only they ever see it.

    `content` holds the fields of the page as the browser sends them, name → texts, and is never read as
    data: it is typed in again, or thrown away. `version` is the version of the record that the page
    showed, None for a new one. `window` is the sign of the open page that typed it and `step` how far its
    typing was, so that neither another page nor a late request puts something older in its place.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="drafts")
    participant = models.ForeignKey("trial.Participant", models.PROTECT, related_name="drafts")
    visit = models.CharField(max_length=4, blank=True)
    form = models.CharField(max_length=20)
    # 0 stands for the log entry that has no number yet.
    repeat = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(null=True)
    content = models.JSONField(default=dict)
    window = models.CharField(max_length=36)
    step = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "participant", "visit", "form", "repeat"], name="draft_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.saved_at:%H:%M}"
