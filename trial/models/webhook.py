from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from trial.protocol.marker import N_


class Happening(StrEnum):
    """What other systems can be told of."""

    RECORD_COMPLETED = "record.completed"
    SERIOUS_EVENT = "serious_event.reported"
    QUERY_OPENED = "query.opened"
    ANALYSIS_REFRESHED = "analysis.refreshed"
    EXPORT_READY = "export.ready"
    # Asked for by a person, to see whether it arrives; nobody chooses it.
    PING = "ping"

    @property
    def label(self) -> str:
        """In English; translated where shown."""
        return HAPPENINGS[self]


HAPPENINGS = {
    Happening.RECORD_COMPLETED: N_("A form was completed"),
    Happening.SERIOUS_EVENT: N_("A serious adverse event was reported or changed"),
    Happening.QUERY_OPENED: N_("A question was put to the site"),
    Happening.ANALYSIS_REFRESHED: N_("An analysis was refreshed"),
    Happening.EXPORT_READY: N_("An export is ready"),
    Happening.PING: N_("Somebody tried whether messages arrive"),
}
CHOSEN = tuple(each for each in Happening if each is not Happening.PING)


class Webhook(models.Model):
    """An address of another system that is told, signed, what happens at one site.

    What happens in the whole study is told at every site. The secrets are concealed; the former one signs
    too until `former_until`, so that a receiver can change over without a gap.
    """

    site = models.ForeignKey("trial.Site", models.PROTECT, related_name="webhooks")
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=300)
    happenings = ArrayField(models.CharField(max_length=30))
    secret = models.TextField()
    former_secret = models.TextField(blank=True, default="")
    former_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Since when nothing is told; None while it is on.
    off_since = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(
                    happenings__contained_by=[each.value for each in CHOSEN], happenings__len__gt=0
                ),
                name="webhook_happenings_code",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def chosen(self) -> tuple[Happening, ...]:
        """What it is told of, in the order of the declaration."""
        return tuple(each for each in CHOSEN if each.value in self.happenings)

    def former_signs(self, at: datetime) -> bool:
        """Whether the secret before still signs, too."""
        return bool(self.former_secret) and self.former_until is not None and at < self.former_until
