"""Where a form stands: at a visit of a participant, or in one of the logs."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from forms_app.models import Lock
from forms_app.selectors import locks
from forms_app.selectors.records import find
from forms_app.services import records
from trial.crf.answers import Answers
from trial.models import Participant, Record, User
from trial.refusals import Refusal
from trial.selectors import participants

# No log comes near it, and a number has to fit into its column.
LAST_REPEAT = 9999


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

    @property
    def signing(self) -> str:
        """The address of the page that signs the form."""
        return self._reverse("sign-log", "sign-record")

    @cached_property
    def lock(self) -> Lock | None:
        """The strongest lock over the form."""
        return locks.over_form(self.participant, self.form.code, self.visit, self.repeat).first()

    def held(self) -> Record | None:
        """The record, removed or not; None when nothing was saved."""
        return find(self.participant, self.form.code, self.visit, self.repeat)

    def _reverse(self, of_log: str, of_visit: str) -> str:
        code, form = self.participant.code, self.form.code
        if self.visit is None:
            return reverse(of_log, args=(code, form, self.repeat))
        return reverse(of_visit, args=(code, self.visit, form))


def at(person: User, code: str, form: str, visit: str | None = None, repeat: int = records.NEXT) -> Place:
    """The place of a form at a visit, or of an entry of a log; or the refusal that there is none."""
    participant = participants.get(person, code)
    form_class = records.declared_form(visit, form)
    if visit is not None:
        return Place(participant, form_class, visit)
    if repeat > LAST_REPEAT:
        raise Refusal("not_found")
    return Place(participant, form_class, None, repeat)
