"""Content that grows while a file is read, by participant, with what could not be understood."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from forms_app.imports.content import Content, Place, Problem, SaidOfRecord, SaidOfVisit

# What a visit has, beside its code.
OF_VISIT: Final = ("occurred", "visit_date", "contact_mode", "reason_not_done", "reason_unscheduled")
TOLD_EVERY: Final = 1000


def _nobody(rows: int) -> None:
    """Nobody wants to know how many rows were read."""


@dataclass
class Gathered:
    """The contents by the code of the participant, in the order in which the file has them.

    `rows` (of ODM: values) were read so far; `tell` hears of it.
    """

    contents: dict[str, Content] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    tell: Callable[[int], None] = _nobody

    def row(self) -> None:
        """One more row is read."""
        self.rows += 1
        if self.rows % TOLD_EVERY == 0:
            self.tell(self.rows)

    def participant(self, code: str, place: Place) -> Content:
        """The content of a participant; begun when there was none."""
        return self.contents.setdefault(code, Content(code, place))

    def state(self, content: Content, state: str, place: Place) -> None:
        """The file tells the state of the participant."""
        if content.state and state and content.state != state:
            self.twice(place, state, content.state)
        elif state and not content.state:
            content.state, content.state_place = state, place

    def column(self, visit: SaidOfVisit, name: str, value: str, place: Place) -> None:
        """The file says something of a visit; it may say so on many rows, and always the same."""
        said = visit.columns.get(name)
        if said is not None and said != value:
            self.twice(place, value, said)
            return
        visit.columns[name] = value
        visit.places.setdefault(name, place)

    def value(self, record: SaidOfRecord, path: str, value: str, place: Place) -> None:
        """The file gives an answer."""
        said = record.values.get(path)
        if said is not None and said != value:
            self.twice(place, value, said)
            return
        record.values[path] = value
        record.places.setdefault(path, place)

    def missing(self, record: SaidOfRecord, path: str, code: str, place: Place) -> None:
        """The file says why there is no answer."""
        said = record.missing.get(path)
        if said is not None and said != code:
            self.twice(place, code, said)
            return
        record.missing[path] = code
        if code or path not in record.places:
            record.places[path] = place

    def twice(self, place: Place, value: str, said: str) -> None:
        """The file says two things of one."""
        sentence = _("The file says “{said}” of the same in another place. Leave one of them in the file.")
        self.problem(place, value, sentence.format(said=said))

    def problem(self, place: Place, value: str, sentence: str) -> None:
        self.problems.append(Problem(place, value, sentence))
