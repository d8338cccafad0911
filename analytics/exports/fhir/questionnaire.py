"""The forms as questionnaires: labels, units, codes and conditions as they are declared.

Of the disability index the short names of its sections stand there and the codes 0 to 5, and nothing of the
licensed wording.
"""

from collections.abc import Iterator

from analytics.exports.fhir.terms import (
    OWN,
    UCUM,
    UNITS,
    Resource,
    coding,
    identity,
)
from trial.crf import items
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.codelists import Codelist
from trial.crf.items import Item, When
from trial.protocol import STUDY

UNIT_EXTENSION = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
KEY = "key"


def url(form: type[Answers]) -> str:
    return f"{OWN}:questionnaire:{form.code}"


def questionnaire(form: type[Answers]) -> Resource:
    return {
        "resourceType": "Questionnaire",
        "id": identity("Questionnaire", form.code),
        "url": url(form),
        "version": STUDY.protocol_version,
        "name": form.__name__,
        "title": form.title,
        "status": "active",
        "subjectType": ["Patient"],
        "item": [
            *(_item(form, item) for item in form.items()),
            *(_group(form, group) for group in form.groups),
        ],
    }


def link(form: type[Answers], row: type[Row], name: str) -> str:
    """The linkId of an item: `pain.nrs_avg24`, or `injection.side.ndlga` in a group."""
    group = f"{row.code}." if issubclass(row, GroupAnswers) else ""
    return f"{form.code}.{group}{name}"


def codelists(forms: Iterator[type[Answers]]) -> Iterator[Codelist]:
    """Every list of codes that the forms use."""
    for form in forms:
        for row in (form, *form.groups):
            yield from (item.codelist for item in row.items() if item.codelist)
        yield from (group.keys for group in form.groups if group.keys)


def kind(item: Item) -> str:
    """The type of the item in a questionnaire."""
    match item:
        case items.Whole():
            return "integer"
        case items.Measure():
            return "decimal"
        case items.Day() | items.PartialDay():
            return "date"
        case items.Clock():
            return "time"
        case items.Choice() | items.Several():
            return "choice"
    return "text"


def _group(form: type[Answers], group: type[GroupAnswers]) -> Resource:
    key: Resource = {"linkId": link(form, group, KEY), "text": group.title, "required": True}
    key |= {"type": "choice", "answerOption": _options(group.keys)} if group.keys else {"type": "integer"}
    return {
        "linkId": f"{form.code}.{group.code}",
        "text": group.title,
        "type": "group",
        "repeats": True,
        "item": [key, *(_item(form, item, group) for item in group.items())],
    }


def _item(form: type[Answers], item: Item, group: type[GroupAnswers] | None = None) -> Resource:
    row: type[Row] = group or form
    said: Resource = {"linkId": link(form, row, item.name), "text": item.label, "type": kind(item)}
    if item.unit in UNITS and said["type"] in ("integer", "decimal"):
        unit = {"system": UCUM, "code": UNITS[item.unit], "display": item.unit}
        said["extension"] = [{"url": UNIT_EXTENSION, "valueCoding": unit}]
    if item.required and item.when is None:
        said["required"] = True
    if item.derived:
        said["readOnly"] = True
    if isinstance(item, items.Several):
        said["repeats"] = True
    if item.codelist and said["type"] == "choice":
        said["answerOption"] = _options(item.codelist)
    if item.when and (condition := _condition(form, row, item.when)):
        said |= condition
    return said


def _condition(form: type[Answers], row: type[Row], when: When) -> Resource:
    """When the item is asked; nothing where what it depends on is no choice of this row."""
    asked = row.item(when.item)
    if asked is None or asked.codelist is None:
        return {}
    answers = [
        {
            "question": link(form, row, when.item),
            "operator": "=",
            "answerCoding": coding(asked.codelist, code),
        }
        for code in when.codes
    ]
    return {"enableWhen": answers} | ({"enableBehavior": "any"} if len(answers) > 1 else {})


def _options(codelist: Codelist) -> list[Resource]:
    return [{"valueCoding": coding(codelist, code)} for code in codelist.codes]
