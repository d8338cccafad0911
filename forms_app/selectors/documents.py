"""A record as a document: what the API answers with, and what two versions are compared by."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import JSONField, Model, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from forms_app.models import Comment, Query, Verification
from forms_app.selectors.queries import days_open, is_put
from forms_app.selectors.verifications import Mark
from trial.crf import registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.models import Record, User

M = TypeVar("M", bound=Model)
# Who raised a question and who is to answer it, as the columns of the person that a document needs.
PERSON = ("id", "username", "full_name")
PEOPLE = tuple(f"{role}__{column}" for role in ("raised_by", "assigned_to") for column in PERSON)
VERIFIER = "verified_by__full_name"


@dataclass(frozen=True)
class Document:
    """One record with its answers, group rows in use, queries, and by path its comments and what a monitor
    said."""

    record: Record
    answers: Answers
    groups: dict[str, dict[str, GroupAnswers]]
    queries: tuple[Query, ...]
    comments: dict[str, str]
    marks: dict[str, Mark] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """The document in JSON's types, in the shape in which a form is sent.

        Without the questions that are not put to the site: whoever may see the document may see all of it.
        """
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
            "queries": [plain_query(query) for query in self.queries if is_put(query.state)],
            "comments": self.comments,
        }


class Exact(json.JSONDecoder):
    """Reads a number with decimals as it is written, not as the nearest binary fraction."""

    def __init__(self) -> None:
        super().__init__(parse_float=Decimal)


def read(record: Record) -> Document:
    """Read a record whole, in one statement: the page of a form is to open at once."""
    (document,) = read_all([record])
    return document


def read_all(records: Sequence[Record]) -> list[Document]:
    """Read records of one form whole, in one statement for all."""
    if not records:
        return []
    form = registry.form(records[0].form)
    assert form is not None
    rows = {
        f"{group.code}_rows": _belonging(group._default_manager.filter(removed=False))
        for group in form.groups
    }
    found: QuerySet[Any] = form._default_manager.annotate(
        **rows,
        queries_of_record=_belonging(Query._default_manager.order_by("id"), *PEOPLE),
        marks_of_record=_belonging(Verification._default_manager.order_by("id"), VERIFIER),
        comments_of_record=_belonging(Comment._default_manager.exclude(text="").order_by("id")),
    ).filter(record__in=records)
    answers = {row.pk: row for row in found}
    return [_document(record, form, answers[record.pk]) for record in records]


def _document(record: Record, form: type[Answers], found: Any) -> Document:
    return Document(
        record=record,
        answers=found,
        groups={
            group.code: _by_key(_made(group, getattr(found, f"{group.code}_rows"))) for group in form.groups
        },
        queries=tuple(_queries(found.queries_of_record)),
        comments={each.item: each.text for each in _made(Comment, found.comments_of_record)},
        marks=_marks(found.marks_of_record),
    )


def _queries(rows: list[dict[str, Any]]) -> Iterator[Query]:
    for query, row in zip(_made(Query, rows), rows, strict=True):
        query.raised_by, query.assigned_to = _person(row, "raised_by"), _person(row, "assigned_to")
        yield query


def _marks(rows: list[dict[str, Any]]) -> dict[str, Mark]:
    made = _made(Verification, rows)
    return {
        each.item: Mark(each.state, row[VERIFIER], each.verified_at)
        for each, row in zip(made, rows, strict=True)
    }


def _person(row: dict[str, Any], role: str) -> User | None:
    if row[f"{role}__id"] is None:
        return None
    return User(**{column: row[f"{role}__{column}"] for column in PERSON})


def _belonging(rows: QuerySet[Any], *more: str) -> ArraySubquery:
    """The rows that belong to the record of an outer row, each as an object of its columns and some more."""
    columns = {field.attname: field.attname for field in rows.model._meta.concrete_fields}
    columns |= {name: name for name in more}
    return ArraySubquery(
        rows.filter(record=OuterRef("record")).values(columns=JSONObject(**columns)),
        output_field=ArrayField(JSONField(decoder=Exact)),
    )


def _made(model: type[M], rows: Iterable[dict[str, Any]]) -> list[M]:
    """Rows again from the objects of their columns."""
    fields = model._meta.concrete_fields
    return [model(**{field.attname: field.to_python(row[field.attname]) for field in fields}) for row in rows]


def rows_in_use(record: Record, group: type[GroupAnswers]) -> dict[str, GroupAnswers]:
    """The rows of a group that are not removed, by key, in their order."""
    return _by_key(group._default_manager.filter(record=record, removed=False))


def _by_key(rows: Iterable[GroupAnswers]) -> dict[str, GroupAnswers]:
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
        "raised_by": plain_person(query.raised_by),
        "assigned_to": plain_person(query.assigned_to),
        "opened_at": query.opened_at.isoformat(),
        "moved_at": query.moved_at.isoformat(),
        "days_open": days_open(query),
    }


def plain_person(person: User | None) -> dict[str, str] | None:
    """Somebody by user name and name; None for a check, or nobody."""
    return {"username": person.username, "name": person.full_name} if person else None
