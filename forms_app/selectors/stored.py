"""The stored answers of many records of any forms, by one statement."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

from forms_app.selectors.documents import plain
from trial.crf import registry
from trial.crf.answers import GroupAnswers, Row
from trial.crf.submission import Entry, Submission
from trial.models import Record


def read(records: Iterable[Record]) -> dict[int, Submission]:
    """The answers of each record in JSON's types, as they would be sent, by the key of the record."""
    kept = list(records)
    parts = {(form, row.code): row for form in {record.form for record in kept} for row in _rows(form)}
    if not parts:
        return {}
    keys = [record.pk for record in kept]
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(map(_select, parts, parts.values())), [keys] * len(parts))
        found = cursor.fetchall()
    return _submissions(
        (form, parts[form, code], record, json.loads(row)) for form, code, record, row in found
    )


def _rows(code: str) -> Iterator[type[Row]]:
    form = registry.form(code)
    assert form is not None
    yield from (form, *form.groups)


def _select(part: tuple[str, str], row: type[Row]) -> str:
    """Only names of our own declarations stand in it, and no value."""
    table = connection.ops.quote_name(row._meta.db_table)
    in_use = " and not removed" if issubclass(row, GroupAnswers) else ""
    form, code = part
    return (
        f"select '{form}', '{code}', record_id, to_jsonb(t)::text from {table} t "  # nosec B608
        f"where record_id = any(%s){in_use}"
    )


def _submissions(found: Iterable[tuple[str, type[Row], int, dict[str, Any]]]) -> dict[int, Submission]:
    headers: dict[int, Entry] = {}
    groups: dict[int, dict[str, dict[str, Entry]]] = defaultdict(lambda: defaultdict(dict))
    for form, row, record, values in found:
        if row.code == form:
            headers[record] = _entry(row, values)
        else:
            groups[record][row.code][values["key"]] = _entry(row, values)
    return {record: Submission(header, groups[record]) for record, header in headers.items()}


def _entry(row: type[Row], values: dict[str, Any]) -> Entry:
    items = {str(item.name): plain(item.to_python(values[str(item.column)])) for item in row.items()}
    entered = (item for item in row.items() if not item.derived)
    missing = {str(item.name): code for item in entered if (code := values[item.missing_name])}
    return Entry(items, missing)
