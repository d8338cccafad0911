"""Reading a submission against its form: typed values, derived items, hard limits, what is open.

The same for every path of entry. It knows the form and the date at the site, nothing else: what
needs another record is judged by `forms_app.checks`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext

from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.codelists import MISSING
from trial.crf.items import AnswerError, Day, Item, PartialDay
from trial.crf.paths import is_key
from trial.crf.submission import Entry, Submission
from trial.protocol.partial_date import PartialDate

NOTHING: Mapping[str, Any] = {}


@dataclass
class RowReading:
    """One row as read. Paths in `errors` and `unanswered` are item names, without a prefix."""

    row: type[Row]
    values: dict[str, Any] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)

    def columns(self) -> dict[str, Any]:
        """Every column of the row with what is to be stored in it."""
        entered = (item for item in self.row.items() if not item.derived)
        codes = {item.missing_name: self.missing.get(item.name) for item in entered}
        return {item.name: self.values.get(item.name) for item in self.row.items()} | codes


@dataclass
class Reading:
    """A whole form as read; `groups` holds the rows that are in use, by group code and key."""

    form: type[Answers]
    header: RowReading
    groups: dict[str, dict[str, RowReading]]
    misplaced: dict[str, str] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[str, RowReading]]:
        """Each row with the prefix of its paths: "" for the form, "side.LEFT." in a group."""
        yield "", self.header
        for code, rows in self.groups.items():
            for key, row in rows.items():
                yield f"{code}.{key}.", row

    @property
    def errors(self) -> dict[str, str]:
        """A sentence for each item that cannot be stored, by path."""
        found = {f"{prefix}{name}": text for prefix, row in self.rows() for name, text in row.errors.items()}
        return found | self.misplaced

    @property
    def unanswered(self) -> list[str]:
        """The paths of required items that have neither a value nor a missing code."""
        return [f"{prefix}{name}" for prefix, row in self.rows() for name in row.unanswered]


def read(form: type[Answers], submission: Submission, today: date) -> Reading:
    """Read a submission. Never raises for what was typed: errors stand in the reading."""
    header = _read_entered(form, submission.header, today)
    reading = Reading(form, header, {})
    _refuse_unknown_groups(reading, submission)
    for group in form.groups:
        entries = submission.groups.get(group.code, {})
        if group.when is None or group.when.holds(header.values):
            reading.groups[group.code] = _read_group(reading, group, entries, today)
        elif group.when.item not in header.errors:
            _refuse_unasked_rows(reading, group, entries)
    _derive(header, submission.header, form.sum_up(_answers(reading)))
    return reading


def _answers(reading: Reading) -> dict[str, dict[str, dict[str, Any]]]:
    return {code: {key: row.values for key, row in rows.items()} for code, rows in reading.groups.items()}


def _read_group(
    reading: Reading, group: type[GroupAnswers], entries: Any, today: date
) -> dict[str, RowReading]:
    for key in entries:
        if not is_key(group, key):
            problem = gettext("“{key}” is no row of “{group}”.")
            reading.misplaced[f"{group.code}.{key}"] = problem.format(key=key, group=gettext(group.title))
    if group.keys:
        used = {key: entries.get(key, Entry()) for key in group.keys.codes}
    else:
        used = {key: entry for key, entry in entries.items() if is_key(group, key) and not entry.is_empty}
    return {key: _read_row(group, entry, today) for key, entry in used.items()}


def _refuse_unknown_groups(reading: Reading, submission: Submission) -> None:
    known = {group.code for group in reading.form.groups}
    for code in submission.groups:
        if code not in known:
            problem = gettext("The form “{form}” has no group “{code}”.")
            reading.misplaced[code] = problem.format(form=gettext(reading.form.title), code=code)


def _refuse_unasked_rows(reading: Reading, group: type[GroupAnswers], entries: Any) -> None:
    problem = gettext("Leave “{group}” empty: it is not asked with these answers.")
    for key, entry in entries.items():
        if not entry.is_empty:
            reading.misplaced[f"{group.code}.{key}"] = problem.format(group=gettext(group.title))


def _read_row(row: type[Row], entry: Entry, today: date) -> RowReading:
    reading = _read_entered(row, entry, today)
    _derive(reading, entry)
    return reading


def _read_entered(row: type[Row], entry: Entry, today: date) -> RowReading:
    """The row without its derived items."""
    reading = RowReading(row)
    _refuse_unknown_items(reading, entry)
    for item in row.items():
        if not item.derived:
            _read_item(reading, item, entry, today)
    for item in row.items():
        if not item.derived:
            _judge_whether_asked(reading, item)
    _judge_rules(reading)
    return reading


def _refuse_unknown_items(reading: RowReading, entry: Entry) -> None:
    items = {str(item.name): item for item in reading.row.items()}
    for name in (*entry.items, *entry.missing):
        if name not in items:
            reading.errors[name] = gettext("The form has no item “{name}”.").format(name=name)
        elif items[name].derived and entry.missing.get(name):
            reading.errors[name] = gettext("This value is derived, so it takes no missing code.")


def _read_item(reading: RowReading, item: Item, entry: Entry, today: date) -> None:
    try:
        value = item.parse(entry.items.get(item.name))
        _refuse_future(item, value, today)
        code = _read_missing(entry.missing.get(item.name))
    except AnswerError as error:
        reading.errors[item.name] = str(error)
        return
    if value is not None and code is not None:
        reading.errors[item.name] = gettext("Give a value or a reason why it is missing, not both.")
        return
    reading.values[item.name] = value
    if code is not None:
        reading.missing[item.name] = code


def _refuse_future(item: Item, value: Any, today: date) -> None:
    if isinstance(item, PartialDay) and value is not None:
        value = PartialDate.parse(value).first
    elif not isinstance(item, Day) or value is None or item.may_be_future:
        return
    if value > today:
        problem = gettext("Enter a date up to today, {today}; {day} lies in the future.")
        raise AnswerError(problem.format(today=date_format(today), day=date_format(value)))


def _read_missing(raw: Any) -> str | None:
    if raw is None or raw == "":
        return None
    if raw not in MISSING.codes:
        problem = gettext("“{raw}” is no missing code. Choose one of: {codes}.")
        raise AnswerError(problem.format(raw=raw, codes=", ".join(MISSING.codes)))
    return str(raw)


def _judge_whether_asked(reading: RowReading, item: Item) -> None:
    answered = reading.values.get(item.name) is not None
    if item.when and item.when.item in reading.errors:
        return  # what decides whether it is asked must be mended first
    if not item.asked(reading.values):
        if answered:
            asker = reading.row.item(item.when.item) if item.when else None
            problem = gettext("Leave this empty: “{item}” does not ask for it.")
            reading.errors[item.name] = problem.format(item=gettext(asker.label) if asker else "")
        return
    if (
        item.required
        and not answered
        and item.name not in reading.missing
        and item.name not in reading.errors
    ):
        reading.unanswered.append(item.name)


def _judge_rules(reading: RowReading) -> None:
    for rule in reading.row.rules:
        if rule.broken(reading.values):
            reading.errors.setdefault(rule.item, gettext(rule.sentence))


def _derive(reading: RowReading, entry: Entry, summed_up: Mapping[str, Any] = NOTHING) -> None:
    reading.values |= reading.row.derive(reading.values) | dict(summed_up)
    for item in reading.row.items():
        if item.derived:
            _judge_derived(reading, item, entry)


def _judge_derived(reading: RowReading, item: Item, entry: Entry) -> None:
    derived, sent = reading.values.get(item.name), entry.items.get(item.name)
    try:
        if derived is not None:
            item.check_possible(derived)
        if sent not in (None, "") and item.parse(sent) != derived:
            raise AnswerError(
                gettext("This value is derived; leave it out, or send what follows from the other answers.")
            )
    except AnswerError as error:
        reading.errors[item.name] = str(error)
