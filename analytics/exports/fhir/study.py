"""The study, its participants as patients of whom nothing is told but the code, and their visits."""

from analytics.exports.fhir.response import plain
from analytics.exports.fhir.terms import OWN, Resource, concept, identity, reference
from trial.crf.codelists import CONTACT_MODE
from trial.models import Participant, Visit
from trial.protocol import STUDY

ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
IN_PERSON = "IN PERSON"
STUDY_ID = identity("ResearchStudy", STUDY.code)


def research_study() -> Resource:
    return {
        "resourceType": "ResearchStudy",
        "id": STUDY_ID,
        "identifier": [{"system": f"{OWN}:study", "value": STUDY.code}],
        "title": STUDY.title,
        "status": "active",
        "note": [{"text": f"Protocol version {STUDY.protocol_version}"}],
    }


def patient(participant: Participant) -> Resource:
    return {
        "resourceType": "Patient",
        "id": identity("Patient", participant.code),
        "identifier": [{"system": f"{OWN}:participant", "value": participant.code}],
    }


def patient_of(participant: Participant) -> Resource:
    return reference("Patient", identity("Patient", participant.code))


def encounter(visit: Visit) -> Resource:
    """A visit that took place, or that did not."""
    participant = visit.participant
    said: Resource = {
        "resourceType": "Encounter",
        "id": identity("Encounter", participant.code, visit.code),
        "identifier": [{"system": f"{OWN}:visit", "value": visit.code}],
        "status": "finished" if visit.occurred == "Y" else "cancelled",
        "class": {"system": ACT, "code": "AMB" if visit.contact_mode in ("", IN_PERSON) else "VR"},
        "subject": patient_of(participant),
    }
    if visit.contact_mode:
        said["type"] = [concept(CONTACT_MODE, visit.contact_mode)]
    if visit.visit_date:
        day = plain(visit.visit_date)
        said["period"] = {"start": day, "end": day}
    if reason := visit.reason_not_done or visit.reason_unscheduled:
        said["reasonCode"] = [{"text": reason}]
    return said
