"""Files that somebody wants to bring in, and of each participant in them what becomes of it."""

from typing import Final

from django.conf import settings
from django.db import models

from trial.protocol.marker import N_

# The columns wait for a decision, the file is judged, was judged, is saved, was saved; or it ended otherwise.
TO_MAP = N_("columns to be checked")
JUDGING = N_("being judged")
JUDGED = N_("judged")
SAVING = N_("being saved")
SAVED = N_("saved")
FAILED = N_("failed")
DISCARDED = N_("discarded")

IMPORT_STATES: Final = (TO_MAP, JUDGING, JUDGED, SAVING, SAVED, FAILED, DISCARDED)
RUNNING: Final = (JUDGING, SAVING)

# Of a participant in the file.
WAITING = "waiting"
UNIT_JUDGED = "judged"
UNIT_SAVED = "saved"
UNIT_REFUSED = "refused"
UNIT_STATES: Final = (WAITING, UNIT_JUDGED, UNIT_SAVED, UNIT_REFUSED)


class Import(models.Model):
    """One file. It is its owner's alone, and its content goes when it is saved, discarded or has expired.

    `choices` is what was decided of the columns, under the `fingerprint` of their names. `key` stands beside
    each change in the audit. `position` sums up the data that were judged against. `attempts` counts how
    often a task took it up since it last came any further; `problem` is why it failed.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports")
    key = models.UUIDField(unique=True)
    state = models.CharField(max_length=30, default=TO_MAP)
    kind = models.CharField(max_length=10)
    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    separator = models.CharField(max_length=10, blank=True)
    columns = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64, blank=True)
    choices = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    position = models.CharField(max_length=64, blank=True)
    skips = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10, blank=True)
    problem = models.CharField(max_length=1000, blank=True)
    received_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=IMPORT_STATES), name="import_state_code"),
        ]
        indexes = [models.Index(fields=["owner", "fingerprint", "id"], name="import_by_columns")]

    def __str__(self) -> str:
        return f"{self.file_name} {self.received_at:%Y-%m-%d}"

    @property
    def is_saving(self) -> bool:
        """Whether saving has begun, or is over: only then is there a reason."""
        return self.state in (SAVING, SAVED) or (self.state == FAILED and bool(self.reason))

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING


class ImportUnit(models.Model):
    """What a file says of one participant, and what comes of it; with no participant what nobody understood.

    `content` is as it was read, `outcomes` one for each visit and form. It is judged alone, and saved in one
    transaction.
    """

    of = models.ForeignKey(Import, models.PROTECT, related_name="units")
    place = models.PositiveIntegerField()
    participant = models.CharField(max_length=40, blank=True)
    content = models.JSONField(default=dict)
    outcomes = models.JSONField(default=list)
    state = models.CharField(max_length=10, default=WAITING)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["of", "place"], name="import_unit_once"),
            models.CheckConstraint(condition=models.Q(state__in=UNIT_STATES), name="import_unit_state_code"),
        ]

    def __str__(self) -> str:
        return f"{self.participant} {self.state}"
