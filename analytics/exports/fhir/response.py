"""A filled form as the response to its questionnaire: each item that was asked stands in it once."""

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any

from analytics.exports.casebooks import Filled, FilledForm
from analytics.exports.fhir.questionnaire import KEY, kind, link, url
from analytics.exports.fhir.terms import Resource, absent, coding, identity, reference
from trial.crf.answers import Answers, GroupAnswers
from trial.crf.items import Item
from trial.lifecycle import IN_PROGRESS
from trial.models import Participant, Record, Visit
from trial.protocol import STUDY


def response(filled: FilledForm, patient: Resource) -> Resource:
    """The answers of one record. What was complete and was changed says by its version that it was."""
    record = filled.record
    said: Resource = {
        "resourceType": "QuestionnaireResponse",
        "id": record_identity("QuestionnaireResponse", record.participant, filled),
        "meta": {"versionId": str(record.version)},
        "questionnaire": f"{url(filled.form)}|{STUDY.protocol_version}",
        "status": "in-progress" if record.state == IN_PROGRESS else "completed",
        "subject": patient,
    }
    if filled.visit:
        said["encounter"] = encounter_of(record.participant, filled.visit)
    answers = [*_answers(filled.form, filled.answers), *_rows(filled)]
    return said | ({"item": answers} if answers else {})


def record_identity(resource: str, participant: Participant, filled: FilledForm, *more: str) -> str:
    """The id of what comes from a record: the participant, the visit or log, the form, the repeat."""
    record: Record = filled.record
    visit = filled.visit.code if filled.visit else "log"
    return identity(resource, participant.code, visit, record.form, record.repeat, *more)


def encounter_of(participant: Participant, visit: Visit) -> Resource:
    return reference("Encounter", identity("Encounter", participant.code, visit.code))


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case time():
            return value.strftime("%H:%M:%S")
        case date():
            return value.isoformat()
    return value


def _answers(form: type[Answers], filled: Filled) -> Iterator[Resource]:
    for item in filled.row.items():
        value, missing = filled.values.get(item.name), filled.missing.get(item.name)
        said: Resource = {"linkId": link(form, filled.row, item.name)}
        if value not in (None, []):
            yield said | {"answer": [_answer(item, each) for each in _each(value)]}
        elif missing:
            yield {"extension": [absent(missing)]} | said


def _rows(filled: FilledForm) -> Iterator[Resource]:
    for code, rows in filled.groups.items():
        for row in rows:
            group = row.row
            assert issubclass(group, GroupAnswers)
            key = {"linkId": link(filled.form, group, KEY), "answer": [_key(group, row.key)]}
            yield {
                "linkId": f"{filled.form.code}.{code}",
                "item": [key, *_answers(filled.form, row)],
            }


def _key(group: type[GroupAnswers], key: str) -> Resource:
    return {"valueCoding": coding(group.keys, key)} if group.keys else {"valueInteger": int(key)}


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _answer(item: Item, value: Any) -> Resource:
    said = kind(item)
    if said == "choice":
        assert item.codelist is not None
        return {"valueCoding": coding(item.codelist, value)}
    member = "String" if said == "text" else said.capitalize()
    return {f"value{member}": plain(value)}
