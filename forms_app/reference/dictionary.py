"""The data dictionary, which is the codebook too: every item with all that is declared of it."""

import csv
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from io import StringIO

from forms_app.reference.markdown import table
from trial.crf import items, registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.codelists import MISSING, Codelist
from trial.crf.items import Bound, Item, Limits
from trial.protocol import STUDY
from trial.protocol.marker import N_

TYPES: dict[type[Item], str] = {
    items.Several: N_("codes"),
    items.Choice: N_("code"),
    items.Score: N_("score"),
    items.Whole: N_("whole number"),
    items.Measure: N_("decimal number"),
    items.PartialDay: N_("partial date"),
    items.Day: N_("date"),
    items.Clock: N_("time"),
    items.Text: N_("text"),
}

INTRODUCTION = f"""\
# Data dictionary

{STUDY.code}, protocol {STUDY.protocol_version}, terms of {STUDY.ct_version}.
Made by `make docs` from the declaration of the forms; the same as a table:
[data-dictionary.csv](data-dictionary.csv).

*Possible* limits are hard: nothing outside is stored. *Usual* limits are soft: a value outside asks for an
explanation. Where there is no value, a missing code says why: {", ".join(MISSING.codes)}. Derived items, and
those that the system fills in, are not typed.
"""


@dataclass(frozen=True)
class Entry:
    """One item; the columns of the table, in their order."""

    form: str
    form_title: str
    group: str
    group_rows: str
    section: str
    item: str
    label: str
    type: str
    length: str
    decimals: str
    unit: str
    hard_low: str
    hard_high: str
    soft_low: str
    soft_high: str
    codelist: str
    codelist_cdisc: str
    codes: str
    condition: str
    required: str
    derived: str
    system: str
    missing_codes: str
    privacy: str
    cdisc: str


def entries() -> Iterator[Entry]:
    """All items in the order of the casebook."""
    for form in registry.FORMS:
        for row in (form, *form.groups):
            yield from _entries(form, row)


def as_csv() -> str:
    """The dictionary as a table, with a header."""
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(field.name for field in fields(Entry))
    writer.writerows(astuple(entry) for entry in entries())
    return written.getvalue()


def as_markdown() -> str:
    """The dictionary to be read, form by form."""
    parts = [INTRODUCTION]
    for form in registry.FORMS:
        for row in (form, *form.groups):
            parts += [_heading(form, row), _table(form, row)]
    return "\n".join([*parts, "## Codelists\n", _codelists()])


def _entries(form: type[Answers], row: type[Row]) -> Iterator[Entry]:
    section = ""
    for item in row.items():
        section = item.section or section
        yield _entry(form, row, item, section)


def _entry(form: type[Answers], row: type[Row], item: Item, section: str) -> Entry:
    hard, soft = item.hard or Limits(), item.soft or Limits()
    codelist = item.codelist
    return Entry(
        form=form.code,
        form_title=form.title,
        group=row.code if issubclass(row, GroupAnswers) else "",
        group_rows=_rows(row),
        section=section,
        item=item.name,
        label=item.label,
        type=type_of(item),
        length=str(item.max_length) if isinstance(item, items.Text) else "",
        decimals=str(item.places) if isinstance(item, items.Measure) else "",
        unit=item.unit,
        hard_low=_number(hard.low),
        hard_high=_number(hard.high),
        soft_low=_number(soft.low),
        soft_high=_number(soft.high),
        codelist=codelist.name if codelist else "",
        codelist_cdisc=codelist.cdisc if codelist else "",
        codes="; ".join(f"{code}={label}" for code, label in codelist.terms) if codelist else "",
        condition=_condition(row, item),
        required=_yes(item.required),
        derived=_yes(item.derived),
        system=_yes(item.system),
        missing_codes="" if item.derived else "; ".join(MISSING.codes),
        privacy=item.privacy.value if item.privacy else "",
        cdisc=item.cdisc,
    )


def type_of(item: Item) -> str:
    """What kind of answer an item takes, in words."""
    return next(word for kind, word in TYPES.items() if isinstance(item, kind))


def _rows(row: type[Row]) -> str:
    if not issubclass(row, GroupAnswers):
        return ""
    return "; ".join(row.keys.codes) if row.keys else "1, 2, …"


def _condition(row: type[Row], item: Item) -> str:
    """When an item is asked: by its own row, and by the form around its group."""
    outer = row.when if issubclass(row, GroupAnswers) else None
    return " and ".join(f"{when.item} = {' or '.join(when.codes)}" for when in (outer, item.when) if when)


def _number(bound: Bound | None) -> str:
    return "" if bound is None else str(bound)


def _yes(fact: bool) -> str:
    return "yes" if fact else ""


def _heading(form: type[Answers], row: type[Row]) -> str:
    if row is form:
        return f"## {form.title} (`{form.code}`)\n"
    return f"### {row.title} (`{form.code}.{row.code}`, rows {_rows(row)})\n"


def _table(form: type[Answers], row: type[Row]) -> str:
    head = ("item", "label", "type", "possible", "usual", "asked", "CDISC")
    return table(head, [_cells(entry) for entry in _entries(form, row)])


def _cells(entry: Entry) -> tuple[str, ...]:
    marks = [word for word in ("required", "derived", "system") if getattr(entry, word)]
    kind = ", ".join(filter(None, (entry.type, entry.unit, entry.codelist)))
    asked = "; ".join(filter(None, (entry.condition, *marks)))
    possible, usual = _span(entry.hard_low, entry.hard_high), _span(entry.soft_low, entry.soft_high)
    return f"`{entry.item}`", entry.label, kind, possible, usual, asked, entry.cdisc


def _span(low: str, high: str) -> str:
    return f"{low or '…'} to {high or '…'}" if low or high else ""


def _codelists() -> str:
    rows = [
        (codelist.name, codelist.cdisc, "; ".join(f"`{code}` {label}" for code, label in codelist.terms))
        for codelist in _used()
    ]
    return table(("list", "CDISC", "codes"), rows)


def _used() -> list[Codelist]:
    """Every codelist that an item uses, once, in the order of the casebook."""
    rows = (row for form in registry.FORMS for row in (form, *form.groups))
    found = dict.fromkeys(item.codelist for row in rows for item in row.items() if item.codelist)
    return [*found, MISSING]
