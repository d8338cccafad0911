"""The content of a signature as rows again, in the order of the casebook: what a signing page shows."""

from dataclasses import dataclass
from typing import Any, TypeVar

from forms_app.selectors import documents
from forms_app.selectors.content_hash import Content, RecordContent
from trial.crf import registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.protocol import STUDY

R = TypeVar("R", bound=Row)
Head = dict[str, Any]


@dataclass(frozen=True)
class SignedRecord:
    """One record of a content: its form and number, its visit ("" in a log), and its rows in use."""

    form: type[Answers]
    repeat: int
    visit: str
    protocol_version: str
    answers: Answers
    groups: dict[str, dict[str, GroupAnswers]]


@dataclass(frozen=True)
class SignedVisit:
    """A visit of a content, by its head, with its records in use; without a head the entries of the logs."""

    head: Head | None
    records: list[SignedRecord]


def read(content: Content) -> list[SignedVisit]:
    """The visits of a content in the order of the schedule, the logs last; pure."""
    records = [_record(each) for each in content.in_use.values()]
    heads = _heads(content)
    visits = [
        SignedVisit(heads[code], _in_order(each for each in records if each.visit == code))
        for code in sorted(heads, key=STUDY.schedule.position)
    ]
    logs = _in_order(each for each in records if not each.visit)
    return [*visits, SignedVisit(None, logs)] if logs else visits


def _heads(content: Content) -> dict[str, Head]:
    """The heads of the visits that are signed, by code."""
    found = [content.plain.get("visit"), *content.plain.get("visits", {}).values()]
    return {head["code"]: head for head in found if head}


def _in_order(records: Any) -> list[SignedRecord]:
    forms = registry.codes()
    return sorted(records, key=lambda each: (forms.index(each.form.code), each.repeat))


def _record(content: RecordContent) -> SignedRecord:
    plain = content.plain
    form = registry.form(plain["form"])
    assert form is not None
    answers = plain["answers"] or {}
    return SignedRecord(
        form=form,
        repeat=plain["repeat"],
        visit=plain["visit"]["code"] if plain["visit"] else "",
        protocol_version=plain["protocol_version"],
        answers=_row(form, answers.get("", {})),
        groups={group.code: _rows(group, answers) for group in form.groups},
    )


def _rows(group: type[GroupAnswers], answers: dict[str, Any]) -> dict[str, GroupAnswers]:
    found = []
    for place, values in answers.items():
        code, _dot, key = place.partition(".")
        if code == group.code:
            row = _row(group, values)
            row.key = key
            found.append(row)
    return {row.key: row for row in sorted(found, key=documents.place)}


def _row(model: type[R], values: dict[str, Any]) -> R:
    held = {each.attname: each for each in model._meta.concrete_fields if each.attname in values}
    return model(**{name: each.to_python(values[name]) for name, each in held.items()})
