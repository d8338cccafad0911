"""What a person typed into the page of a form, read from the request and kept to the letter."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.items import Choice, Item, Score, Several
from trial.crf.submission import Entry, Submission

MISSING_FIELD = "missing:"
EXPLANATION_FIELD = "explain:"
COMMENT_FIELD = "comment:"
# How the checked boxes of one item are kept as one text, as `Several` reads it.
BETWEEN_CODES = ";"
# A list of this many codes is read at a glance; a longer one is opened.
GLANCE = 4
SPARE_ROWS = 1


@dataclass(frozen=True)
class Filled:
    """The answers of a page as text: values and missing codes by path, and the rows of open groups."""

    values: Mapping[str, str]
    missing: Mapping[str, str]
    rows: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Typed:
    """All that a page of a form sends."""

    filled: Filled
    submission: Submission
    explanations: Mapping[str, str]
    comments: Mapping[str, str]
    reason: str
    version: int | None


def read(post: QueryDict, form: type[Answers]) -> Typed:
    """Read the page of a form; nothing is judged here."""
    filled = read_filled(post, form)
    return Typed(
        filled=filled,
        submission=submission(form, filled),
        explanations=_named(post, EXPLANATION_FIELD),
        comments=_named(post, COMMENT_FIELD),
        reason=post.get("reason", ""),
        version=version(post.get("version", "")),
    )


def read_filled(post: QueryDict, form: type[Answers]) -> Filled:
    rows = {group.code: row_keys(post, group) for group in form.groups}
    values: dict[str, str] = {}
    missing: dict[str, str] = {}
    for row, prefix in prefixes(form, rows):
        for item in row.items():
            path = f"{prefix}{item.name}"
            values[path], missing[path] = _answer(post, path, item)
    return Filled(values, missing, rows)


def prefixes(form: type[Answers], rows: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[type[Row], str]]:
    """Each row of a form with the prefix of its paths."""
    yield form, ""
    for group in form.groups:
        for key in rows.get(group.code, ()):
            yield group, f"{group.code}.{key}."


def row_keys(post: QueryDict, group: type[GroupAnswers]) -> tuple[str, ...]:
    """The rows of a group that the page sent: the fixed ones, or those that are numbered."""
    if group.keys:
        return group.keys.codes
    pattern = re.compile(rf"^(?:{MISSING_FIELD})?{group.code}\.([1-9][0-9]?)\.")
    found = {match[1] for name in post if (match := pattern.match(name))}
    return tuple(sorted(found, key=int))


def submission(form: type[Answers], filled: Filled) -> Submission:
    """The submission that says what is filled in. A row without anything is no row."""
    groups: dict[str, dict[str, Entry]] = {group.code: {} for group in form.groups}
    header = _entry(form, "", filled)
    for group in form.groups:
        for key in filled.rows.get(group.code, ()):
            entry = _entry(group, f"{group.code}.{key}.", filled)
            if not entry.is_empty:
                groups[group.code][key] = entry
    return Submission(header, groups)


def whole_form_missing(form: type[Answers], code: str) -> Submission:
    """The submission that gives one missing code for every question that is always asked."""
    asked = [item.name for item in form.items() if not (item.derived or item.system or item.when)]
    return Submission(Entry(missing=dict.fromkeys(asked, code)))


def _entry(row: type[Row], prefix: str, filled: Filled) -> Entry:
    names = [item.name for item in row.items() if not item.derived]
    return Entry(
        {name: filled.values.get(f"{prefix}{name}", "") for name in names},
        {name: filled.missing.get(f"{prefix}{name}", "") for name in names},
    )


def _answer(post: QueryDict, path: str, item: Item) -> tuple[str, str]:
    code = post.get(f"{MISSING_FIELD}{path}", "")
    if isinstance(item, Several):
        return BETWEEN_CODES.join(post.getlist(path)), code
    # Without a script a button that is pressed stays pressed: the reason for no value takes its place.
    return ("" if code and is_buttons(item) else post.get(path, "")), code


def is_buttons(item: Item) -> bool:
    """Whether the answers of an item are shown as buttons, one of which can be pressed."""
    if isinstance(item, Score):
        return True
    return isinstance(item, Choice) and item.codelist is not None and len(item.codelist.codes) <= GLANCE


def _named(post: QueryDict, beginning: str) -> dict[str, str]:
    """The fields whose names begin so, by the rest of their names."""
    return {
        name.removeprefix(beginning): str(text) for name, text in post.items() if name.startswith(beginning)
    }


def version(text: str) -> int | None:
    """The version that a page says it was made from; None when it was none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
