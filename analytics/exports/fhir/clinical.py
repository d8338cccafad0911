"""What some answers mean beyond their form: measurements, the injection and its drugs, adverse events."""

from collections.abc import Callable, Iterator
from typing import Any

from analytics.exports.casebooks import Filled, FilledForm
from analytics.exports.fhir.response import encounter_of, plain, record_identity
from analytics.exports.fhir.study import STUDY_ID, patient_of
from analytics.exports.fhir.terms import (
    ABSENT,
    ABSENT_REASONS,
    LOINC,
    Resource,
    concept,
    not_told,
    own_concept,
    quantity,
    reference,
)
from trial.crf import items
from trial.crf.codelists import DISC_LEVEL, LATERALITY, OUTCOME, YES_NO
from trial.crf.items import Item
from trial.lifecycle import COMPLETE

CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
# The forms of measurements, of what category they are, and what their numbers count where they have no unit.
MEASURED = {"pain": "survey", "motion": "exam", "disability": "survey"}
# Codes of LOINC that say the same as an item: 72514-3 is the numerical rating of pain at the moment.
PUBLIC = {"nrs_now": ("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported")}
PROCEDURE = own_concept("procedure", "TLF", "Ultrasound-guided injection into the thoracolumbar fascia")


def resources(filled: FilledForm) -> Iterator[Resource]:
    """What a filled form says in resources of its own; most forms say nothing more."""
    if filled.form.code in MEASURED:
        yield from _observations(filled)
    elif filled.form.code in BEYOND:
        yield from BEYOND[filled.form.code](filled)


def _observations(filled: FilledForm) -> Iterator[Resource]:
    for item in filled.form.items():
        if not isinstance(item, items.Whole | items.Measure):
            continue
        value, missing = filled.answers.values.get(item.name), filled.answers.missing.get(item.name)
        if value is None and not missing:
            continue
        said = _common("Observation", filled, item.name) | {
            "status": "final" if filled.record.state == COMPLETE else "preliminary",
            "category": [{"coding": [{"system": CATEGORY, "code": MEASURED[filled.form.code]}]}],
            "code": _code(filled, item),
            "derivedFrom": [_response_of(filled)],
        }
        if filled.visit and filled.visit.visit_date:
            said["effectiveDateTime"] = plain(filled.visit.visit_date)
        yield said | _value(item, value, missing)


def _code(filled: FilledForm, item: Item) -> Resource:
    code = own_concept("item", f"{filled.form.code}.{item.name}", item.label)
    if item.name in PUBLIC:
        number, display = PUBLIC[item.name]
        code["coding"].append({"system": LOINC, "code": number, "display": display})
    return code


def _value(item: Item, value: Any, missing: str | None) -> Resource:
    if value is None:
        assert missing
        reason = {"system": ABSENT, "code": ABSENT_REASONS[missing]}
        return {"dataAbsentReason": {"coding": [reason]}}
    if item.unit:
        return {"valueQuantity": quantity(plain(value), item.unit)}
    return {"valueInteger": plain(value)}


def _injection(filled: FilledForm) -> Iterator[Resource]:
    given = filled.answers.values
    for side in filled.groups.get("side", ()):
        yield _side(filled, side)
    if given.get("injperf") == "N":
        reason = given.get("injreasnd")
        yield _procedure(filled, "none") | {"status": "not-done"} | _why(reason)
    for drug in filled.groups.get("drug", ()):
        yield _administration(filled, drug)


def _side(filled: FilledForm, side: Filled) -> Resource:
    said, given = _procedure(filled, side.key), side.values
    site = [concept(LATERALITY, side.key)]
    if level := given.get("level"):
        site.append(concept(DISC_LEVEL, level))
    done = {"Y": "completed", "N": "not-done"}.get(given.get("sidedone") or "", "unknown")
    return said | {"status": done, "bodySite": site} | _why(given.get("sidereasnd"))


def _procedure(filled: FilledForm, part: str) -> Resource:
    said = _common("Procedure", filled, part) | {"code": PROCEDURE}
    if day := filled.answers.values.get("injdat"):
        said["performedDateTime"] = plain(day)
    return said


def _why(reason: str | None) -> Resource:
    return {"statusReason": {"text": reason}} if reason else {}


def _administration(filled: FilledForm, drug: Filled) -> Resource:
    given = drug.values
    said = _common("MedicationAdministration", filled, drug.key, encounter="context") | {
        "status": "completed" if filled.record.state == COMPLETE else "unknown",
        "medicationCodeableConcept": {"text": given["ectrt"]}
        if given.get("ectrt")
        else {"extension": not_told()},
    }
    day = filled.answers.values.get("injdat")
    said |= {"effectiveDateTime": plain(day)} if day else {"_effectiveDateTime": {"extension": not_told()}}
    dosage: Resource = {}
    if side := given.get("lat"):
        dosage["site"] = concept(LATERALITY, side)
    if given.get("ecdose") is not None:
        dosage["dose"] = quantity(plain(given["ecdose"]), "mg")
    return said | ({"dosage": dosage} if dosage else {})


def _adverse_event(filled: FilledForm) -> Iterator[Resource]:
    given = filled.answers.values
    said = _common("AdverseEvent", filled) | {
        "actuality": "actual",
        "event": {"text": given["aeterm"]} if given.get("aeterm") else {"extension": not_told()},
        "study": [reference("ResearchStudy", STUDY_ID)],
    }
    if began := given.get("aestdat"):
        said["date"] = plain(began)
    if serious := given.get("aeser"):
        said["seriousness"] = concept(YES_NO, serious) | {"text": f"Serious: {YES_NO.label(serious)}"}
    if (grade := given.get("aetoxgr")) is not None:
        said["severity"] = own_concept("ctcae-grade", str(grade), f"CTCAE 5.0 grade {grade}")
    if outcome := given.get("aeout"):
        said["outcome"] = concept(OUTCOME, outcome)
    yield said


BEYOND: dict[str, Callable[[FilledForm], Iterator[Resource]]] = {
    "injection": _injection,
    "adverse_event": _adverse_event,
}


def _common(kind: str, filled: FilledForm, *part: str, encounter: str = "encounter") -> Resource:
    participant = filled.record.participant
    said: Resource = {
        "resourceType": kind,
        "id": record_identity(kind, participant, filled, *part),
        "subject": patient_of(participant),
    }
    if filled.visit:
        said[encounter] = encounter_of(participant, filled.visit)
    return said


def _response_of(filled: FilledForm) -> Resource:
    own = record_identity("QuestionnaireResponse", filled.record.participant, filled)
    return reference("QuestionnaireResponse", own)
