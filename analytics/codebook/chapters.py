"""The codebook in the words of the active language, for the page and for the paper."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.exports.dataset import Column
from analytics.exports.options import Options
from analytics.exports.scope import Scope
from analytics.exports.shapes import SHAPES, Shape
from forms_app.paper.blanks import condition, remarks
from forms_app.reference import dictionary
from forms_app.reference.dictionary import Entry
from trial.crf import registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.codelists import MISSING
from trial.crf.items import Item
from trial.crf.privacy import Sensitivity
from trial.protocol.marker import N_

# What a value could tell about whom; what becomes of it in a de-identified export hangs on it.
PRIVACY = {
    Sensitivity.PLAIN: N_("Names nobody"),
    Sensitivity.FREE_TEXT: N_("Free text"),
    Sensitivity.IDENTIFIER: N_("Identifier"),
    Sensitivity.DATE: N_("Date"),
    Sensitivity.PARTIAL_DATE: N_("Partial date"),
    Sensitivity.TIME: N_("Time of day"),
    Sensitivity.MOMENT: N_("Moment"),
    Sensitivity.BIRTH_YEAR: N_("Year of birth"),
    Sensitivity.PARTICIPANT: N_("Code of the participant"),
    Sensitivity.SITE: N_("Code of the site"),
}


@dataclass(frozen=True)
class Line:
    """An item. `facts` are sentences: what limits it, when it is asked, whether a person types it."""

    name: str
    label: str
    type: str
    facts: tuple[str, ...]
    codes: tuple[tuple[str, str], ...]
    codelist: str
    privacy: str
    cdisc: str


@dataclass(frozen=True)
class Part:
    """The items of a form itself, or of a group inside it. `notes` say which rows a group has, and when."""

    code: str
    title: str
    notes: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Chapter:
    """A form with its groups."""

    code: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class ShapeColumns:
    """The columns of a shape of exports that are no items, in English as they stand in the files."""

    code: str
    title: str
    columns: tuple[Column, ...]


def shapes() -> tuple[ShapeColumns, ...]:
    """All shapes; a column that several tables of a shape have is told once."""
    return tuple(_shape(code, shape) for code, shape in SHAPES.items())


def chapters() -> tuple[Chapter, ...]:
    """All forms in the order of the casebook."""
    told = {(entry.form, entry.group, entry.item): entry for entry in dictionary.entries()}
    return tuple(
        Chapter(form.code, _(form.title), tuple(_part(form, row, told) for row in (form, *form.groups)))
        for form in registry.FORMS
    )


def missing() -> tuple[tuple[str, str], ...]:
    """The codes that say why there is no value, with their labels."""
    return tuple((code, _(label)) for code, label in MISSING.terms)


def _shape(code: str, shape: Shape) -> ShapeColumns:
    tables = shape.tables(Scope(Options(shape=code), sites=()))
    columns = (column for table in tables for column in table.dataset.columns)
    own = {column.name: column for column in columns if not column.item}
    return ShapeColumns(code, _(shape.title), tuple(own.values()))


def _part(form: type[Answers], row: type[Row], told: dict[tuple[str, str, str], Entry]) -> Part:
    group = row.code if issubclass(row, GroupAnswers) else ""
    lines = tuple(_line(row, item, told[form.code, group, item.name]) for item in row.items())
    code = f"{form.code}.{group}" if group else form.code
    return Part(code, _(row.title), tuple(_notes(form, row)), lines)


def _notes(form: type[Answers], row: type[Row]) -> Iterator[str]:
    if not issubclass(row, GroupAnswers):
        return
    if row.keys:
        yield _("Rows: {keys}").format(keys=", ".join(f"{code} {_(label)}" for code, label in row.keys.terms))
    else:
        yield _("As many rows as are needed.")
    if row.when:
        yield condition(form, row.when)


def _line(row: type[Row], item: Item, entry: Entry) -> Line:
    terms = item.codelist.terms if item.codelist else ()
    return Line(
        name=item.name,
        label=_(item.label),
        type=" · ".join(filter(None, (_(entry.type), item.unit and _(item.unit)))),
        facts=(*remarks(row, item), *_marks(entry)),
        codes=tuple((code, _(label)) for code, label in terms),
        codelist=" ".join(filter(None, (entry.codelist, entry.codelist_cdisc))),
        privacy=_(PRIVACY[item.privacy]) if item.privacy else "",
        cdisc=entry.cdisc,
    )


MARKS = {
    "required": N_("Must be answered"),
    "derived": N_("Computed, not typed"),
    "system": N_("Filled in by the system"),
}


def _marks(entry: Entry) -> Iterator[str]:
    if entry.length:
        yield _("At most {length} characters").format(length=entry.length)
    if entry.decimals:
        yield _("Decimals: {decimals}").format(decimals=entry.decimals)
    for name, words in MARKS.items():
        if getattr(entry, name):
            yield _(words)
