"""A CSV file with one row for each participant and visit, as statistics."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from analytics.mixed.column import Column
from analytics.mixed.refusals import InputRefused
from analytics.mixed.statistics import Statistics

MISSING = ("", "NA", ".")


@dataclass(frozen=True)
class Names:
    """The columns of the file that play a part; `visits` chooses and orders visits, empty for all."""

    outcome: str
    participant: str
    visit: str
    covariates: tuple[str, ...]
    visits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    line: int
    visit: str
    outcome: Decimal | None
    covariates: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """`columns` says what each covariate became; `notes` are sentences on what was left out."""

    statistics: Statistics
    columns: dict[str, tuple[str, ...]]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Coding:
    """A covariate as subject columns: itself when numeric, else a dummy for each level but the first."""

    columns: tuple[Column, ...]
    levels: tuple[str, ...]

    def values(self, text: str) -> tuple[Decimal, ...]:
        if self.levels:
            return tuple(Decimal(text == level) for level in self.levels)
        return (Decimal(text),)


@dataclass(frozen=True)
class Person:
    """The texts of a participant's covariates, and the values by visit."""

    covariates: tuple[str, ...]
    outcomes: dict[str, Decimal]

    def vector(self, visits: Sequence[str], codings: Iterable[Coding]) -> list[Decimal | None]:
        coded = zip(codings, self.covariates, strict=True)
        numbers = [value for coding, text in coded for value in coding.values(text)]
        return [*numbers, *(self.outcomes.get(visit) for visit in visits)]


def read(path: Path, names: Names, precision: Decimal | None) -> Table:
    """Refuses, with the line, what cannot be read, a second row for a visit, a covariate that varies.

    Empty, NA and . are missing. `precision` defaults to the finest that the decimals of the outcome show. A
    visit without any value and a participant without a covariate are left out, and a note says so.
    """
    rows = _rows(path, names)
    visits, notes = _visits(rows, names)
    people, incomplete = _people(rows, names, visits)
    if incomplete:
        notes.append(f"Left out, because a covariate is missing: {', '.join(incomplete)}.")
    codings = {
        name: _coding(name, [person.covariates[k] for person in people])
        for k, name in enumerate(names.covariates)
    }
    values = [value for person in people for value in person.outcomes.values()]
    statistics = Statistics.build(
        visits=visits,
        precision=precision or _finest(values),
        vectors=[person.vector(visits, codings.values()) for person in people],
        columns=[column for coding in codings.values() for column in coding.columns],
    )
    made = {name: tuple(column.name for column in coding.columns) for name, coding in codings.items()}
    return Table(statistics, made, tuple(notes))


def _rows(path: Path, names: Names) -> dict[str, list[Row]]:
    """The rows of each participant, in the order of the file."""
    rows: dict[str, list[Row]] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            _check_header(reader.fieldnames, names)
            for record in reader:
                row = _row(record, names, reader.line_num)
                rows.setdefault(_text(record, names.participant, reader.line_num), []).append(row)
    except OSError as error:
        raise InputRefused(f"The file {path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputRefused(f"The file {path} is not a CSV file in UTF-8: {error}.") from error
    if not rows:
        raise InputRefused(f"The file {path} has no rows.")
    return rows


def _check_header(header: Sequence[str] | None, names: Names) -> None:
    for name in (names.outcome, names.participant, names.visit, *names.covariates):
        if name not in (header or ()):
            known = ", ".join(header or ()) or "none"
            raise InputRefused(f"The file has no column {name!r}; its columns are: {known}.")


def _row(record: dict[str, str | None], names: Names, line: int) -> Row:
    outcome = (record[names.outcome] or "").strip()
    return Row(
        line=line,
        visit=_text(record, names.visit, line),
        outcome=None if outcome in MISSING else _number(outcome, f"Line {line}: {names.outcome}"),
        covariates=tuple((record[name] or "").strip() for name in names.covariates),
    )


def _text(record: dict[str, str | None], name: str, line: int) -> str:
    text = (record[name] or "").strip()
    if text in MISSING:
        raise InputRefused(f"Line {line}: {name} is missing; every row needs a participant and a visit.")
    return text


def _number(text: str, what: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise InputRefused(f"{what} is {text!r}, which is not a number.") from None
    if not number.is_finite():
        raise InputRefused(f"{what} is {text}; a value must be a finite number. Leave a missing value empty.")
    return number


def _visits(rows: dict[str, list[Row]], names: Names) -> tuple[tuple[str, ...], list[str]]:
    """The visits in order: as asked for, else by number when all are numbers, else as they first appear."""
    present = dict.fromkeys(row.visit for own in rows.values() for row in own)
    unknown = [visit for visit in names.visits if visit not in present]
    if unknown:
        raise InputRefused(f"The file has no visit {unknown[0]!r}; its visits are: {', '.join(present)}.")
    ordered = names.visits or _in_order(list(present))
    valued = {row.visit for own in rows.values() for row in own if row.outcome is not None}
    kept = tuple(visit for visit in ordered if visit in valued)
    if not kept:
        raise InputRefused(f"The column {names.outcome} has no value at these visits.")
    notes = [f"Left out, because no participant has a value there: {v}." for v in ordered if v not in valued]
    return kept, notes


def _in_order(visits: list[str]) -> tuple[str, ...]:
    try:
        return tuple(sorted(visits, key=Decimal))
    except InvalidOperation:
        return tuple(visits)


def _people(
    rows: dict[str, list[Row]], names: Names, visits: tuple[str, ...]
) -> tuple[list[Person], list[str]]:
    """Those with any value at these visits, and who of them is left out for want of a covariate."""
    people: list[Person] = []
    incomplete: list[str] = []
    for participant, own in rows.items():
        person = Person(_constant(participant, own, names), _values(participant, own, visits))
        if person.outcomes and any(text in MISSING for text in person.covariates):
            incomplete.append(participant)
        elif person.outcomes:
            people.append(person)
    return people, incomplete


def _values(participant: str, rows: list[Row], visits: tuple[str, ...]) -> dict[str, Decimal]:
    seen: dict[str, int] = {}
    for row in rows:
        if row.visit in seen:
            raise InputRefused(
                f"Line {row.line}: participant {participant} has visit {row.visit} already on line "
                f"{seen[row.visit]}. Keep one row for each visit."
            )
        seen[row.visit] = row.line
    return {row.visit: row.outcome for row in rows if row.outcome is not None and row.visit in visits}


def _constant(participant: str, rows: list[Row], names: Names) -> tuple[str, ...]:
    for row in rows:
        for name, text, first in zip(names.covariates, row.covariates, rows[0].covariates, strict=True):
            if text != first:
                raise InputRefused(
                    f"Line {row.line}: {name} of participant {participant} is {text!r} here and {first!r} on "
                    f"line {rows[0].line}. A covariate must be the same at every visit."
                )
    return rows[0].covariates


def _coding(name: str, texts: list[str]) -> Coding:
    try:
        numbers = [Decimal(text) for text in texts]
    except InvalidOperation:
        levels = tuple(sorted(set(texts)))[1:]
        return Coding(tuple(Column(name + level) for level in levels), levels)
    for number in numbers:
        _number(str(number), name)
    return Coding((Column(name, _finest(numbers)),), ())


def _finest(numbers: Sequence[Decimal]) -> Decimal:
    exponents = [int(number.normalize().as_tuple().exponent) for number in numbers if number]
    return Decimal(1).scaleb(min(exponents, default=0))
