"""FHIR R4 as fhir.resources reads it: every resource valid, every item there once, every text unchanged."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given

from analytics.exports import casebooks, deidentification
from analytics.exports.casebooks import Casebook, FilledForm
from analytics.exports.fhir import subject
from analytics.exports.fhir.questionnaire import questionnaire
from analytics.exports.fhir.response import response
from analytics.exports.fhir.terms import ABSENT_REASONS
from analytics.exports.formats import fhir
from analytics.exports.options import Options, Privacy
from tests import lived
from tests.analytics.exports.formats.booked import Booked, written
from tests.analytics.exports.formats.nasty import TEXTS
from tests.cast import Cast
from trial.crf import registry
from trial.crf.answers import GroupAnswers
from trial.lifecycle import COMPLETE, PARTICIPANT_STATES
from trial.models import Participant, Record

NAMES = {reason: code for code, reason in ABSENT_REASONS.items()}


def bundle(source: Booked | None = None) -> Any:
    return json.loads(written(fhir.write, source)["bundle.json"])


def of_kind(found: Any, kind: str) -> list[Any]:
    return [each["resource"] for each in found["entry"] if each["resource"]["resourceType"] == kind]


@pytest.mark.django_db
@pytest.mark.requirement("FAS.formats")
def test_every_resource_is_valid_and_every_reference_leads_somewhere(cast: Cast) -> None:
    lived.all_of_it(cast)
    found = bundle()
    get_fhir_model_class("Bundle").model_validate(found)
    for each in found["entry"]:
        resource = each["resource"]
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        assert len(resource["id"]) <= 64
    addresses = [each["fullUrl"] for each in found["entry"]]
    assert max(Counter(addresses).values()) == 1
    assert set(references(found)) <= set(addresses)
    kinds = Counter(each["resource"]["resourceType"] for each in found["entry"])
    assert kinds["ResearchStudy"] == 1
    assert kinds["Questionnaire"] == len(registry.FORMS)
    assert kinds["Patient"] == kinds["ResearchSubject"] == Participant.objects.count()
    assert kinds["QuestionnaireResponse"] == Record.objects.filter(removed=False).count()
    for kind in ("Procedure", "MedicationAdministration", "AdverseEvent", "Observation", "Encounter"):
        assert kinds[kind] > 0, kind


@pytest.mark.django_db
def test_every_item_of_every_form_comes_back_from_exactly_one_answer(cast: Cast) -> None:
    lived.all_of_it(cast)
    assert_comes_back(bundle(), list(casebooks.read(Participant.objects.all())))


def assert_comes_back(found: Any, books: list[Casebook]) -> None:
    responses = {each["id"]: each for each in of_kind(found, "QuestionnaireResponse")}
    questions = {each["url"]: set(links(each["item"])) for each in of_kind(found, "Questionnaire")}
    for book in books:
        for filled in book.forms:
            said = responses.pop(response(filled, {})["id"])
            assert set(links(said.get("item", []))) <= questions[said["questionnaire"].split("|")[0]]
            assert sorted(answered(said)) == sorted(stored(filled))
            assert (said["status"] == "completed") == (filled.record.state == COMPLETE)
    assert responses == {}


@pytest.mark.parametrize("form", registry.FORMS, ids=lambda form: form.code)
def test_a_questionnaire_asks_each_item_once(form: Any) -> None:
    asked = [each for each in links(questionnaire(form)["item"]) if not each.endswith(".key")]
    rows = [form, *form.groups]
    named = [
        f"{form.code}.{f'{row.code}.' if issubclass(row, GroupAnswers) else ''}{item.name}"
        for row in rows
        for item in row.items()
    ]
    assert sorted(asked) == sorted([*named, *(f"{form.code}.{group.code}" for group in form.groups)])


def test_of_the_disability_index_only_the_short_names_stand_there() -> None:
    form = registry.form("disability")
    assert form is not None
    asked = {each["linkId"]: each for each in questionnaire(form)["item"]}
    section = asked["disability.odi01"]
    assert section == {
        "linkId": "disability.odi01",
        "text": "Pain intensity",
        "type": "integer",
        "required": True,
    }


def test_each_state_of_a_participation_has_its_status() -> None:
    assert set(subject.STATUS) == set(PARTICIPANT_STATES)


@pytest.mark.django_db
def test_what_is_de_identified_stays_so(cast: Cast) -> None:
    lived.all_of_it(cast)
    everybody = list(Participant.objects.select_related("site"))
    veil = deidentification.disguises(Privacy.SHIFTED_DATES, everybody)
    books = [veil.casebook(book) for book in casebooks.read(Participant.objects.all())]
    source = Booked(Options(privacy=Privacy.SHIFTED_DATES), books)
    found = bundle(source)
    for each in found["entry"]:
        get_fhir_model_class(each["resource"]["resourceType"]).model_validate(each["resource"])
    assert_comes_back(found, books)
    said = json.dumps(found, ensure_ascii=False)
    for who in everybody:
        assert who.code not in said
        assert who.site.name not in said
    for text in (*lived.NASTY, "reason_not_done"):
        assert json.dumps(text, ensure_ascii=False)[1:-1] not in said


@pytest.mark.django_db
def test_nothing_chosen_is_nothing_written(cast: Cast) -> None:
    found = bundle(Booked(Options(forms=("pain",)), []))
    assert [each["id"] for each in of_kind(found, "Questionnaire")] == ["questionnaire-pain"]


@given(TEXTS)
def test_a_nasty_text_comes_back_unchanged(text: str) -> None:
    assert (
        json.loads(fhir.entry({"resourceType": "Basic", "id": "x", "text": text}))["resource"]["text"] == text
    )


def links(found: list[Any]) -> Iterator[str]:
    for each in found:
        yield each["linkId"]
        yield from links(each.get("item", []))


def references(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        if isinstance(found.get("reference"), str):
            yield found["reference"]
        for each in found.values():
            yield from references(each)
    elif isinstance(found, list):
        for each in found:
            yield from references(each)


def answered(said: Any) -> Iterator[tuple[str, ...]]:
    """The group, the key of the row, the item, and what stands there, as a reader of FHIR finds them."""
    for each in said.get("item", []):
        if "item" in each:
            key, *others = each["item"]
            code = value_of(key["answer"][0])
            for other in others:
                yield from _answered(other, str(code))
        else:
            yield from _answered(each, "")


def _answered(each: Any, key: str) -> Iterator[tuple[str, ...]]:
    for answer in each.get("answer", []):
        yield each["linkId"], key, "value", str(value_of(answer))
    for extension in each.get("extension", []):
        yield each["linkId"], key, "missing", NAMES[extension["valueCode"]]


def value_of(answer: Any) -> Any:
    (value,) = answer.values()
    return value["code"] if isinstance(value, dict) else value


def stored(filled: FilledForm) -> Iterator[tuple[str, ...]]:
    for row in (filled.answers, *(row for rows in filled.groups.values() for row in rows)):
        within = f"{row.row.code}." if row.key else ""
        for item in row.row.items():
            value, link = row.values.get(item.name), f"{filled.form.code}.{within}{item.name}"
            for each in value if isinstance(value, list) else [value] if value is not None else []:
                yield link, row.key, "value", as_told(each)
            if item.name in row.missing and value is None:
                yield link, row.key, "missing", row.missing[item.name]


def as_told(value: Any) -> str:
    if isinstance(value, time):
        return value.strftime("%H:%M:00")
    if isinstance(value, Decimal):
        return str(int(value) if value == int(value) else float(value))
    return str(value)
