"""Codes and names in FHIR: our own code systems, and public ones where a code is known."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from trial.crf.codelists import Codelist
from trial.protocol import STUDY

Resource = dict[str, Any]

OWN = "urn:fascicle"
NAMESPACE = uuid5(UUID(int=0), OWN)
UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
ABSENT_EXTENSION = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

# Why there is no value, as FHIR says it: one code for each of ours, so that ours can be told again.
ABSENT_REASONS = {"ND": "not-performed", "UNK": "unknown", "NA": "not-applicable", "REF": "asked-declined"}
# Units that UCUM knows by another sign than the form shows, or in which nothing is counted there.
UNITS = {
    "deg": "deg",
    "%": "%",
    "mg": "mg",
    "mL": "mL",
    "mg/mL": "mg/mL",
    "mm": "mm",
    "s": "s",
    "MHz": "MHz",
    "cm": "cm",
    "kg": "kg",
    "min": "min",
    "mGy·cm²": "mGy.cm2",
}


def identity(kind: str, *parts: str | int) -> str:
    """The id of a resource: what it is about, in the signs that an id may have."""
    said = "-".join(str(part) for part in parts if part != "").replace("_", "-").replace(".", "-")
    return f"{kind.lower()}-{said}"


def place(kind: str, own: str) -> str:
    """The address of a resource within a bundle."""
    return f"urn:uuid:{uuid5(NAMESPACE, f'{STUDY.code}/{kind}/{own}')}"


def reference(kind: str, own: str) -> Resource:
    return {"reference": place(kind, own), "type": kind}


def system(codelist: Codelist) -> str:
    """The address of one of our own code systems."""
    return f"{OWN}:codelist:{codelist.name}"


def coding(codelist: Codelist, code: str) -> Resource:
    return {"system": system(codelist), "code": code, "display": codelist.label(code)}


def concept(codelist: Codelist, code: str) -> Resource:
    return {"coding": [coding(codelist, code)]}


def own_concept(of: str, code: str, text: str) -> Resource:
    """A concept that no list has: an item of a form, or the procedure of the trial."""
    return {"coding": [{"system": f"{OWN}:{of}", "code": code, "display": text}], "text": text}


def quantity(value: Any, unit: str) -> Resource:
    """A measured value, with the code of UCUM where the unit has one."""
    said: Resource = {"value": value}
    if unit:
        said["unit"] = unit
    if unit in UNITS:
        said |= {"system": UCUM, "code": UNITS[unit]}
    return said


def absent(code: str) -> Resource:
    """The extension that says why there is no value, by one of our missing codes."""
    return {"url": ABSENT_EXTENSION, "valueCode": ABSENT_REASONS[code]}


def not_told() -> list[Resource]:
    """What stands where FHIR wants a value that the export does not have."""
    return [{"url": ABSENT_EXTENSION, "valueCode": "unknown"}]


def code_systems(codelists: Iterable[Codelist]) -> list[Resource]:
    """Our code systems, each once: lists of one name that hold more or fewer codes become one."""
    terms: dict[str, dict[str, str]] = {}
    lists = list(codelists)
    for codelist in lists:
        terms.setdefault(codelist.name, {}).update(codelist.terms)
    addresses = {codelist.name: system(codelist) for codelist in lists}
    return [_code_system(name, addresses[name], terms[name]) for name in terms]


def _code_system(name: str, address: str, terms: dict[str, str]) -> Resource:
    return {
        "resourceType": "CodeSystem",
        "id": identity("CodeSystem", name),
        "url": address,
        "name": name,
        "version": STUDY.protocol_version,
        "status": "active",
        "content": "complete",
        "caseSensitive": True,
        "concept": [{"code": code, "display": label} for code, label in terms.items()],
    }
