"""Where a form stands: at a visit of a participant, or in one of the logs."""

from dataclasses import dataclass

from django.urls import reverse

from forms_app.services import records
from trial.crf.answers import Answers
from trial.models import Participant, Record, User
from trial.selectors import participants


@dataclass(frozen=True)
class Place:
    """Which form of whom: of a visit, or without one the entry `repeat` of a log (`records.NEXT`: new)."""

    participant: Participant
    form: type[Answers]
    visit: str | None = None
    repeat: int = 1

    @property
    def is_new_entry(self) -> bool:
        return self.repeat == records.NEXT

    @property
    def address(self) -> str:
        """The address of the page of the form."""
        if self.visit is None and self.is_new_entry:
            return reverse("log-new", args=(self.participant.code, self.form.code))
        return self._reverse("log", "record")

    @property
    def removal(self) -> str:
        return self._reverse("log-remove", "record-remove")

    @property
    def restoration(self) -> str:
        return self._reverse("log-restore", "record-restore")

    def held(self) -> Record | None:
        """The record, removed or not; None when nothing was saved."""
        found = Record.objects.select_related("visit").filter(
            participant=self.participant, form=self.form.code
        )
        if self.visit is None:
            return found.filter(visit=None, repeat=self.repeat).first()
        return found.filter(visit__code=self.visit).first()

    def _reverse(self, of_log: str, of_visit: str) -> str:
        code, form = self.participant.code, self.form.code
        if self.visit is None:
            return reverse(of_log, args=(code, form, self.repeat))
        return reverse(of_visit, args=(code, self.visit, form))


def of_visit(person: User, code: str, visit: str, form: str) -> Place:
    """The place of a form at a visit, or the refusal that there is none."""
    participant = participants.get(person, code)
    return Place(participant, records.scheduled_form(visit, form), visit)


def of_log(person: User, code: str, form: str, repeat: int = records.NEXT) -> Place:
    """The place of an entry of a log, or the refusal that there is no such log."""
    participant = participants.get(person, code)
    return Place(participant, records.log_form(form), None, repeat)
