"""What a column of a file can be: the columns of our own long export and of our tables of forms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from forms_app.imports.gathered import OF_VISIT
from trial.crf import registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.protocol import STUDY
from trial.protocol.marker import N_

LONG, PARTICIPANTS, VISITS = "long", "participants", "visits"
# What our exports say beside the data; it follows from them and is not taken over.
BESIDE = frozenset(
    (
        *("study", "site", "participant_state_reason", "label", "value_label", "unit"),
        *("record_state", "record_version", "signed"),
    )
)
# A table of our wide export that holds the unscheduled visits alone.
UNSCHEDULED = "_unscheduled"

LABELS = {
    "participant": N_("Participant (code)"),
    "participant_state": N_("State of the participant"),
    "visit": N_("Visit (code)"),
    "occurred": N_("Visit took place"),
    "visit_date": N_("Date of the visit"),
    "contact_mode": N_("How contact was made"),
    "reason_not_done": N_("Why the visit did not take place"),
    "reason_unscheduled": N_("Why there was a visit that is not planned"),
    "form": N_("Form (code)"),
    "repeat": N_("Number of the entry in its log"),
    "group": N_("Group of rows in the form"),
    "group_key": N_("Row of the group"),
    "item": N_("Item (name)"),
    "value": N_("Value"),
    "missing": N_("Why there is no value"),
}


@dataclass(frozen=True)
class Shape:
    """The rows of a file: of which form and group, what its columns can be, and which must be there."""

    name: str
    title: str
    targets: tuple[str, ...]
    needed: tuple[str, ...]
    form: type[Answers] | None = None
    group: type[GroupAnswers] | None = None

    @property
    def row(self) -> type[Row] | None:
        return self.group or self.form


@cache
def shapes() -> Mapping[str, Shape]:
    """Every shape by its name: the long one, participants, visits, each form and each group."""
    return {shape.name: shape for shape in _shapes()}


def shape(name: str) -> Shape | None:
    """The shape of a table with this name, or None."""
    return shapes().get(name.removesuffix(UNSCHEDULED))


def _shapes() -> Iterator[Shape]:
    long = (
        *("participant", "participant_state", "visit", "visit_date", "contact_mode", "reason_unscheduled"),
        *("form", "repeat", "group", "group_key", "item", "value", "missing"),
    )
    yield Shape(LONG, N_("Long: one row for each item"), long, ("participant", "form", "item", "value"))
    yield Shape(PARTICIPANTS, N_("Participants"), ("participant", "participant_state"), ("participant",))
    of_visits = ("participant", "participant_state", "visit", *OF_VISIT)
    yield Shape(VISITS, N_("Visits"), of_visits, ("participant", "visit"))
    for form in registry.FORMS:
        yield _of_form(form, None)
        for group in form.groups:
            yield _of_form(form, group)


def _of_form(form: type[Answers], group: type[GroupAnswers] | None) -> Shape:
    placed: tuple[str, ...] = ("visit", *OF_VISIT)
    needed: tuple[str, ...] = ("participant", "visit")
    if log := STUDY.schedule.log(form.code):
        placed, needed = ("repeat",), ("participant", "repeat") if log.repeats else ("participant",)
    if group:
        placed, needed = (*placed, "group_key"), (*needed, "group_key")
    items = tuple(_of_items(group or form))
    name = f"{form.code}_{group.code}" if group else form.code
    title = group.title if group else form.title
    return Shape(name, title, ("participant", "participant_state", *placed, *items), needed, form, group)


def _of_items(row: type[Row]) -> Iterator[str]:
    for item in row.items():
        yield item.name
        if not item.derived:
            yield item.missing_name
