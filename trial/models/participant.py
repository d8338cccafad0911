from django.db import models

from trial.lifecycle import PARTICIPANT_STATES, SCREENING, WITHDRAWN


class Participant(models.Model):
    """Somebody who is or was screened, known only by a code: the site's code and a running number."""

    site = models.ForeignKey("trial.Site", models.PROTECT, related_name="participants")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=8, unique=True)
    state = models.CharField(max_length=20, default=SCREENING)
    # How far somebody had come who withdrew: visits beyond that never open.
    withdrawn_from = models.CharField(max_length=20, blank=True, default="", db_default="")
    # As long as the reasons of every criterion together.
    state_reason = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="participant_number_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=PARTICIPANT_STATES), name="participant_state_code"
            ),
            models.CheckConstraint(
                condition=models.Q(state=WITHDRAWN, withdrawn_from__in=PARTICIPANT_STATES)
                | models.Q(withdrawn_from="") & ~models.Q(state=WITHDRAWN),
                name="participant_withdrawn_from_state",
            ),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[0-9A-Z]{2,4}-[0-9]{3}$"), name="participant_code_form"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def reached(self) -> str:
        """How far the participant came: the state, or for who withdrew the state before."""
        return self.withdrawn_from or self.state
