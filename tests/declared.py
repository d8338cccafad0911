"""What tests need of a declaration: when an item is asked, what it takes, what it refuses, how to change a
submission at a path."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from trial.crf import items
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.items import Item
from trial.crf.submission import Entry, Submission


def asking(table: type[Row], item: Item | None) -> dict[str, Any]:
    """The answers of the row that make an item apply."""
    if item is None or item.when is None:
        return {}
    return {**asking(table, table.item(item.when.item)), item.when.item: item.when.codes[0]}


def valid(item: Item) -> Any:
    """A value that the item takes."""
    if isinstance(item, items.Several):
        assert item.codelist is not None
        return [item.codelist.codes[0]]
    if item.codelist:
        return item.codelist.codes[0]
    if item.hard:
        return item.hard.low if item.hard.low is not None else item.hard.high
    match item:
        case items.Day():
            return date(2026, 3, 31)
        case items.Clock():
            return time(10, 0)
        case items.PartialDay():
            return "2019-05"
        case items.Whole() | items.Measure():
            return 1
    return "x"


def refused(item: Item) -> Iterator[Any]:
    """Values that cannot be stored: the first ones beyond each hard limit, or what is none of its kind."""
    if item.hard and item.hard.low is not None:
        yield str(item.hard.low - step(item))
    if item.hard and item.hard.high is not None:
        yield str(item.hard.high + step(item))
    if item.hard:
        return
    match item:
        case items.Several():
            yield ["no code"]
        case items.Choice():
            yield "no code"
        case items.Day():
            yield "2026-02-30" if item.may_be_future else "2999-01-01"
        case items.PartialDay():
            yield "2019-13"
        case items.Clock():
            yield "24:01"
        case items.Text():
            yield "x" * ((item.max_length or 0) + 1)
        case _:
            yield "a lot"


def step(item: Item) -> Decimal | int:
    return Decimal(1).scaleb(-item.places) if isinstance(item, items.Measure) else 1


def first_row(table: type[Row]) -> str:
    """The prefix of a row of the table: "" for the form itself, "side.LEFT." for a group."""
    if not issubclass(table, GroupAnswers):
        return ""
    return f"{table.code}.{table.keys.codes[0] if table.keys else '1'}."


def changed(
    form: type[Answers], submission: Submission, prefix: str, values: Mapping[str, Any]
) -> Submission:
    """The submission with other answers in one row, and what asks for its group."""
    if not prefix:
        return replace(submission, header=_with(submission.header, values))
    code, key, _end = prefix.split(".")
    group = next(each for each in form.groups if each.code == code)
    asked = {group.when.item: group.when.codes[0]} if group.when else {}
    rows = dict(submission.groups.get(code, {}))
    rows[key] = _with(rows.get(key, Entry()), values)
    return Submission(_with(submission.header, asked), {**submission.groups, code: rows})


def _with(entry: Entry, values: Mapping[str, Any]) -> Entry:
    missing = {name: code for name, code in entry.missing.items() if name not in values}
    return Entry({**entry.items, **values}, missing)
