"""An import as its page shows it: what it is, its columns, what was judged, what can be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from forms_app.imports.apostrophes import Apostrophes
from forms_app.imports.choices import IGNORED, Choices
from forms_app.imports.numbers import DecimalMark
from forms_app.imports.received import KIND_LABELS, Kind
from forms_app.imports.targets import LABELS, Shape, shape, shapes
from forms_app.models import Import
from forms_app.models.imports import JUDGED, JUDGING, TO_MAP
from forms_app.screens.presenters.fields import Option
from forms_app.selectors import imports as selector
from forms_app.selectors.imports import Line, Progress
from forms_app.services.import_acts import ENROLMENT, PARTICIPANT, RECORD, RESULTS, STATE, VISIT
from trial.crf.codelists import CONTACT_MODE
from trial.protocol.marker import N_

# How a page says that a column is left out: nothing said is not decided.
LEFT_OUT = "-"
# Problems that the page lists; the file has all of them.
LISTED = 100
COUNTED = {
    PARTICIPANT: N_("Participants"),
    ENROLMENT: N_("Enrolments"),
    VISIT: N_("Visits"),
    RECORD: N_("Forms"),
    STATE: N_("States that differ"),
}
APOSTROPHES = {
    Apostrophes.UNDECIDED: N_("not decided: tell me where there are some"),
    Apostrophes.KEEP: N_("they belong to the text and stay"),
    Apostrophes.TAKE_AWAY: N_("an export added them: take them away"),
}
DECIMALS = {
    DecimalMark.UNDECIDED: N_("not decided: tell me where a number can be read in two ways"),
    DecimalMark.POINT: N_("a point"),
    DecimalMark.COMMA: N_("a comma"),
}


@dataclass(frozen=True)
class ColumnChoice:
    """A column of the file with what it can be."""

    number: int
    name: str
    options: tuple[Option, ...]
    decided: bool


@dataclass(frozen=True)
class Count:
    """One line of the table of counts, a number for each result."""

    label: str
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Page:
    """Everything that the page of an import shows."""

    found: Import
    kind: str
    progress: Progress
    results: tuple[str, ...]
    counts: tuple[Count, ...]
    lines: tuple[Line, ...]
    tables: tuple[Option, ...]
    columns: tuple[ColumnChoice, ...]
    modes: tuple[Option, ...]
    apostrophes: tuple[Option, ...]
    decimals: tuple[Option, ...]

    @property
    def may_judge(self) -> bool:
        return self.found.state in (TO_MAP, JUDGED)

    @property
    def may_stop(self) -> bool:
        """Whether it is being judged, which may end at any time: nothing of it is saved."""
        return self.found.state == JUDGING

    @property
    def may_save(self) -> bool:
        return self.found.state == JUDGED

    @property
    def is_saved(self) -> bool:
        return self.found.is_saving

    @property
    def is_table(self) -> bool:
        return self.found.kind == Kind.TABLE

    @property
    def has_more(self) -> bool:
        return self.progress.refused > len(self.lines)


def page(found: Import, choices: Choices) -> Page:
    """The page: a constant number of statements, however large the file."""
    counted = selector.counts(found)
    return Page(
        found=found,
        kind=_(KIND_LABELS[Kind(found.kind)]),
        progress=selector.progress(found),
        results=tuple(_(result) for result in RESULTS),
        counts=tuple(
            Count(_(label), tuple(counted[what][result] for result in RESULTS))
            for what, label in COUNTED.items()
            if what in counted
        ),
        lines=tuple(islice(selector.lines(found), LISTED)),
        tables=tuple(
            Option(each.name, _label_of(each), each.name == choices.table) for each in shapes().values()
        ),
        columns=tuple(_columns(found, choices)),
        modes=tuple(_modes(choices)),
        apostrophes=tuple(
            Option(each.value, _(label), each is choices.apostrophes) for each, label in APOSTROPHES.items()
        ),
        decimals=tuple(
            Option(each.value, _(label), each is choices.decimal) for each, label in DECIMALS.items()
        ),
    )


def _label_of(each: Shape) -> str:
    if each.form is not None and each.group is not None:
        return f"{_(each.form.title)}: {_(each.title)}"
    return _(each.title)


def _columns(found: Import, choices: Choices) -> Iterator[ColumnChoice]:
    chosen = shape(choices.table)
    targets = [(target, _target(chosen, target)) for target in chosen.targets] if chosen else []
    for number, column in enumerate(found.columns):
        said = choices.columns.get(column)
        options = [
            Option("", _("choose…"), said is None),
            Option(LEFT_OUT, _("left out"), said == IGNORED),
            *(Option(target, label, said == target) for target, label in targets),
        ]
        yield ColumnChoice(number, column, tuple(options), said is not None)


def _target(chosen: Shape, target: str) -> str:
    """What a column can be, in words, with its name."""
    if target in LABELS:
        return _(LABELS[target])
    row = chosen.row
    for item in row.items() if row else ():
        if item.name == target:
            return f"{_(item.label)} ({target})"
        if not item.derived and item.missing_name == target:
            return _("{item}: why there is no value ({name})").format(item=_(item.label), name=target)
    return target


def _modes(choices: Choices) -> Iterator[Option]:
    yield Option("", _("the file says it"), not choices.contact_mode)
    for code, label in CONTACT_MODE.terms:
        yield Option(code, _(label), code == choices.contact_mode)
