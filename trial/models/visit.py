from django.db import models

from trial.crf.codelists import CONTACT_MODE, YES_NO
from trial.protocol import STUDY

DECLARED = [visit.code for visit in STUDY.schedule.visits]


class Visit(models.Model):
    """A visit that took place, or that was recorded as not done with its reason."""

    participant = models.ForeignKey("trial.Participant", models.PROTECT, related_name="visits")
    code = models.CharField(max_length=4)
    occurred = models.CharField(max_length=1)
    visit_date = models.DateField(null=True, blank=True)
    contact_mode = models.CharField(max_length=20, blank=True)
    reason_not_done = models.CharField(max_length=200, blank=True)
    # Why there was a visit that the protocol does not plan (CDISC SVUPDES).
    reason_unscheduled = models.CharField(max_length=200, blank=True, default="", db_default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "code"], name="visit_once"),
            models.CheckConstraint(
                condition=models.Q(code__in=DECLARED) | models.Q(code__regex=r"^U[1-9][0-9]?$"),
                name="visit_code_code",
            ),
            models.CheckConstraint(condition=models.Q(occurred__in=YES_NO.codes), name="visit_occurred_code"),
            models.CheckConstraint(
                condition=models.Q(
                    occurred="Y",
                    visit_date__isnull=False,
                    contact_mode__in=CONTACT_MODE.codes,
                    reason_not_done="",
                )
                | models.Q(occurred="N", visit_date__isnull=True, contact_mode="")
                & ~models.Q(reason_not_done=""),
                name="visit_done_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.code}"

    @property
    def mode(self) -> str:
        """How contact was made, in English; translated where shown."""
        return CONTACT_MODE.label(self.contact_mode)
