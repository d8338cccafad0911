"""A record as a document: what the API answers with, and what two versions are compared by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from forms_app.models import Comment, Query
from trial.crf import registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.models import Record


@dataclass(frozen=True)
class Document:
    """One record with its answers, group rows in use, queries, and comments by path."""

    record: Record
    answers: Answers
    groups: dict[str, dict[str, GroupAnswers]]
    queries: tuple[Query, ...]
    comments: dict[str, str]

    def plain(self) -> dict[str, Any]:
        """The document in JSON's types, in the shape in which a form is sent."""
        return {
            "form": self.record.form,
            "repeat": self.record.repeat,
            "state": self.record.state,
            "version": self.record.version,
            "protocol_version": self.record.protocol_version,
            "removed": self.record.removed,
            **plain_row(self.answers),
            "groups": {
                code: {key: plain_row(row) for key, row in rows.items()} for code, rows in self.groups.items()
            },
            "queries": [plain_query(query) for query in self.queries],
            "comments": self.comments,
        }


def read(record: Record) -> Document:
    """Read a record whole: a statement for the answers, each group, the queries and the comments."""
    form = registry.form(record.form)
    assert form is not None
    return Document(
        record=record,
        answers=form._default_manager.get(record=record),
        groups={group.code: rows_in_use(record, group) for group in form.groups},
        queries=tuple(Query.objects.filter(record=record).order_by("id")),
        comments=dict(
            Comment.objects.filter(record=record).exclude(text="").order_by("id").values_list("item", "text")
        ),
    )


def rows_in_use(record: Record, group: type[GroupAnswers]) -> dict[str, GroupAnswers]:
    """The rows of a group that are not removed, by key, in their order."""
    rows: Iterable[GroupAnswers] = group._default_manager.filter(record=record, removed=False)
    return {row.key: row for row in sorted(rows, key=place)}


def place(row: GroupAnswers) -> int:
    """Where a row stands among those of its group."""
    return row.keys.codes.index(row.key) if row.keys else int(row.key)


def plain_row(row: Row) -> dict[str, Any]:
    """The values and missing codes of a row, in JSON's types."""
    return {"items": {name: plain(value) for name, value in row.answers().items()}, "missing": row.missing()}


def plain(value: Any) -> Any:
    """A stored value in JSON's types: ISO dates, hours and minutes, numbers."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else value


def plain_query(query: Query) -> dict[str, Any]:
    return {
        "check": query.code,
        "item": query.item,
        "sentence": str(query.words),
        "state": query.state,
        "explanation": query.explanation,
    }
