from django.db import models

from trial.lifecycle import IN_PROGRESS, RECORD_STATES
from trial.protocol import STUDY

LOGS = [log.form for log in STUDY.schedule.logs]
REPEATING = [log.form for log in STUDY.schedule.logs if log.repeats]


class Record(models.Model):
    """One filled form. Its answers stand in the form's own table, one to one.

    `version` counts the saves; log forms belong to no visit; a removed record keeps its row.
    """

    participant = models.ForeignKey("trial.Participant", models.PROTECT, related_name="records")
    visit = models.ForeignKey("trial.Visit", models.PROTECT, null=True, related_name="records")
    form = models.CharField(max_length=20)
    repeat = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=20, default=IN_PROGRESS)
    version = models.PositiveIntegerField(default=1)
    protocol_version = models.CharField(max_length=20)
    removed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "visit", "form", "repeat"],
                nulls_distinct=False,
                name="record_once",
            ),
            models.CheckConstraint(condition=models.Q(state__in=RECORD_STATES), name="record_state_code"),
            models.CheckConstraint(condition=models.Q(repeat__gte=1), name="record_repeat_range"),
            # Only logs repeat. A visit's second pain form would be in no analysis and on no page.
            models.CheckConstraint(
                condition=models.Q(form__in=REPEATING) | models.Q(repeat=1), name="record_repeat_once"
            ),
            models.CheckConstraint(
                condition=models.Q(visit__isnull=True, form__in=LOGS)
                | models.Q(visit__isnull=False) & ~models.Q(form__in=LOGS),
                name="record_form_visit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.repeat}"
