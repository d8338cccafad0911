from django.db import models
from django.db.models.functions import Now

from trial.protocol.marker import N_

# Frozen: the data stand still, questions about them go on. Locked: nothing moves.
FROZEN = N_("frozen")
LOCKED = N_("locked")

LOCK_KINDS = (FROZEN, LOCKED)

# What it covers, from the smallest to the largest
RECORD = N_("form")
VISIT = N_("visit")
PARTICIPANT = N_("participant")
SITE = N_("site")
STUDY = N_("study")

LOCK_SCOPES = (RECORD, VISIT, PARTICIPANT, SITE, STUDY)


class Lock(models.Model):
    """What must not change from now on. The database refuses what it covers, on every path.

    In force until it is released. A freeze is released by one person; a lock by a second one, who agrees to
    what the first has asked for. `report` is what was open when it was put on, as it was shown then.
    """

    kind = models.CharField(max_length=10)
    scope = models.CharField(max_length=12)
    site = models.ForeignKey("trial.Site", models.PROTECT, null=True, related_name="+")
    participant = models.ForeignKey("trial.Participant", models.PROTECT, null=True, related_name="+")
    visit = models.ForeignKey("trial.Visit", models.PROTECT, null=True, related_name="+")
    record = models.ForeignKey("trial.Record", models.PROTECT, null=True, related_name="+")
    set_by = models.ForeignKey("trial.User", models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=300)
    report = models.JSONField(default=dict, db_default={})
    unlock_requested_by = models.ForeignKey("trial.User", models.PROTECT, null=True, related_name="+")
    unlock_requested_at = models.DateTimeField(null=True)
    unlock_reason = models.CharField(max_length=300, blank=True)
    released_by = models.ForeignKey("trial.User", models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=LOCK_KINDS), name="lock_kind_code"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="lock_reason_given"),
            models.CheckConstraint(
                condition=models.Q(scope=RECORD, record__isnull=False)
                | models.Q(scope=VISIT, visit__isnull=False, record__isnull=True)
                | models.Q(
                    scope=PARTICIPANT, participant__isnull=False, visit__isnull=True, record__isnull=True
                )
                | models.Q(scope=SITE, site__isnull=False, participant__isnull=True, record__isnull=True)
                | models.Q(scope=STUDY, site__isnull=True, participant__isnull=True, record__isnull=True),
                name="lock_scope_of",
            ),
            models.CheckConstraint(
                condition=models.Q(released_at__isnull=True, released_by__isnull=True)
                | models.Q(released_at__isnull=False, released_by__isnull=False),
                name="lock_released_whole",
            ),
            # Two people: who asked for it cannot agree to it.
            models.CheckConstraint(
                condition=models.Q(kind=FROZEN)
                | models.Q(released_at__isnull=True)
                | models.Q(unlock_requested_by__isnull=False)
                & ~models.Q(released_by=models.F("unlock_requested_by")),
                name="lock_second_person",
            ),
            models.UniqueConstraint(
                fields=["kind", "scope", "site", "participant", "visit", "record"],
                condition=models.Q(released_at__isnull=True),
                nulls_distinct=False,
                name="lock_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["scope", "record", "visit", "participant", "site"],
                condition=models.Q(released_at__isnull=True),
                name="lock_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope}: {self.kind}"
