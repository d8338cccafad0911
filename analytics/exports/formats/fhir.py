"""FHIR R4: one bundle of all resources, written as a stream."""

import json
from collections.abc import Iterator

from analytics.exports.casebooks import Casebook
from analytics.exports.fhir import clinical, questionnaire, study
from analytics.exports.fhir.response import response
from analytics.exports.fhir.subject import research_subject
from analytics.exports.fhir.terms import Resource, code_systems, place
from analytics.exports.format import Archive
from analytics.exports.source import Source
from trial.crf import registry
from trial.crf.codelists import CONTACT_MODE, DISC_LEVEL, LATERALITY, OUTCOME, YES_NO

FILE = "bundle.json"
# Codes that stand in resources beside the forms.
BESIDE = (CONTACT_MODE, LATERALITY, DISC_LEVEL, OUTCOME, YES_NO)


def write(source: Source, archive: Archive) -> None:
    """Write bundle.json, a participant at a time."""
    made_at = source.occasion.made_at.isoformat(timespec="milliseconds")
    with archive.file(FILE) as file:
        head = {"resourceType": "Bundle", "type": "collection", "timestamp": made_at}
        file.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "entry": [\n')
        between = b""
        for resource in declared(source.options.forms):
            file.write(between + entry(resource))
            between = b",\n"
        for casebook in source.casebooks():
            for resource in of_participant(casebook):
                file.write(between + entry(resource))
            archive.advance(1)
        file.write(b"\n]}\n")


def entry(resource: Resource) -> bytes:
    """A resource as it stands in the bundle, on a line of its own."""
    full_url = place(resource["resourceType"], resource["id"])
    return json.dumps({"fullUrl": full_url, "resource": resource}, ensure_ascii=False).encode()


def declared(chosen: tuple[str, ...]) -> Iterator[Resource]:
    """The study, our codes and the forms that were chosen."""
    forms = [form for form in registry.FORMS if not chosen or form.code in chosen]
    yield study.research_study()
    yield from code_systems([*questionnaire.codelists(iter(forms)), *BESIDE])
    yield from (questionnaire.questionnaire(form) for form in forms)


def of_participant(casebook: Casebook) -> Iterator[Resource]:
    """All of a participant: who, which visits, which forms, and what the forms mean."""
    participant = casebook.participant
    yield study.patient(participant)
    yield research_subject(participant, study.STUDY_ID)
    yield from (study.encounter(visit) for visit in casebook.visits)
    for filled in casebook.forms:
        yield response(filled, study.patient_of(participant))
        yield from clinical.resources(filled)
