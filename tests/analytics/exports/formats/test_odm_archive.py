"""The archive, replayed by a reader of our own convention: it leads to the data that stand now."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import pytest

from analytics.exports import casebooks
from analytics.exports.formats import odm_archive
from analytics.exports.options import Options, Privacy, Status
from analytics.exports.selection import open_selection
from forms_app.services import queries, records
from tests import answers, journey, lived
from tests.analytics.exports.formats.booked import Booked, written
from tests.analytics.exports.formats.test_odm import (
    NS,
    Element,
    assert_every_reference_has_its_definition,
    flag,
    of_casebook,
    of_file,
)
from tests.cast import Cast
from tests.schemas import valid_odm
from tests.whole_trial import BY_TELEPHONE
from trial.audit import belonging
from trial.audit.reading import rows
from trial.models import Event, Participant, Record, Visit
from trial.refusals import Refusal
from trial.services import visits
from trial.services.visits import VisitDetails

pytestmark = pytest.mark.django_db

LEVELS = {
    "SubjectData": ("SubjectKey",),
    "StudyEventData": ("StudyEventOID", "StudyEventRepeatKey"),
    "FormData": ("FormOID", "FormRepeatKey"),
    "ItemGroupData": ("ItemGroupOID", "ItemGroupRepeatKey"),
    "ItemData": ("ItemOID",),
}
Key = tuple[str | None, ...]


@dataclass
class Node:
    """What stands at a place after so many transactions."""

    element: Element
    flags: dict[str, str] = field(default_factory=dict)
    children: dict[Key, "Node"] = field(default_factory=dict)


def local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def key_of(element: Element) -> Key:
    return (local(element), *(element.get(name) for name in LEVELS[local(element)]))


def replay(root: Element) -> Node:
    """Take the transactions one after the other."""
    top = Node(root)
    for subject in root.iterfind("ClinicalData/SubjectData", NS):
        apply(top, subject)
    return top


def apply(parent: Node, element: Element) -> None:
    key, transaction = key_of(element), element.get("TransactionType")
    if transaction == "Remove":
        assert key in parent.children, (key, "was removed and not there")
        del parent.children[key]
        return
    if transaction == "Insert":
        assert key not in parent.children, (key, "was inserted twice")
        parent.children[key] = Node(element)
    assert key in parent.children, (key, transaction, "changes what is not there")
    node = parent.children[key]
    if transaction == "Update":
        node.element = element
        node.flags = {} if local(element) == "ItemData" else node.flags
    for kind in ("STATE", "MISSING"):
        if value := flag(element, kind):
            node.flags[kind] = value
    for child in element:
        if local(child) in LEVELS:
            apply(node, child)


def rebuilt(node: Node) -> Element:
    """The element of a place as a snapshot would have it."""
    element = Element(node.element.tag, dict(node.element.attrib))
    for kind, value in node.flags.items():
        note = ElementTree.SubElement(element, f"{{{NS['']}}}Annotation")
        each = ElementTree.SubElement(note, f"{{{NS['']}}}Flag")
        ElementTree.SubElement(each, f"{{{NS['']}}}FlagValue").text = value
        ElementTree.SubElement(each, f"{{{NS['']}}}FlagType").text = kind
    element.extend(rebuilt(child) for child in node.children.values())
    return element


def events_of_everybody() -> Iterator[int]:
    for participant in Participant.objects.all():
        statement = f"select e.id from trial_event e where {belonging.EVENTS}"  # nosec B608
        yield from (number for (number,) in rows(statement, belonging.values(participant)))


def with_changes(cast: Cast) -> None:
    """Everything, and what a ledger alone can tell: corrections, removals and what was taken back."""
    lived.all_of_it(cast)
    participant = journey.with_outcomes(cast)
    by = cast.investigator
    journey.save(by, participant, "W1", "pain", answers.pain(2), 1, reason="Misread")
    pain = Record.objects.get(participant=participant, visit__code="W1", form="pain")
    records.remove(by=by, record=pain, expected_version=pain.version, reason="Wrong person")
    pain.refresh_from_db()
    records.restore(by=by, record=pain, expected_version=pain.version, reason="Right after all")
    motion = Record.objects.get(participant=participant, visit__code="W1", form="motion")
    records.remove(by=by, record=motion, expected_version=motion.version, reason="Wrong person")
    day = journey.day_of(participant, "SCR")
    journey.save(by, participant, "SCR", "surgery", answers.surgery(day, {}, {}))
    journey.save(by, participant, "SCR", "surgery", answers.surgery(day, {}), 1, reason="Only one")
    visit = Visit.objects.get(participant=participant, code="W1")
    later = VisitDetails(True, journey.day_of(participant, "W2"), BY_TELEPHONE)
    visits.save(
        by=by,
        participant=participant,
        code="W1",
        details=later,
        expected_version=visit.version,
        reason="Typo",
    )


@pytest.mark.requirement("P11.10b", "P11.10e")
@pytest.mark.requirement("FAS.formats")
def test_the_archive_is_the_whole_ledger_and_leads_to_what_stands_now(cast: Cast) -> None:
    with_changes(cast)
    root = valid_odm(written(odm_archive.write)["odm-archive.xml"], "1.3.2")
    assert root.get("FileType") == "Transactional"
    assert root.get("Archival") == "Yes"
    assert_every_reference_has_its_definition(root)
    assert_every_event_stands_in_it_once(root)
    assert_it_leads_to_what_stands_now(root)


def assert_every_event_stands_in_it_once(root: Element) -> None:
    told = [int(each.text or "") for each in root.iterfind(".//AuditRecord/SourceID", NS)]
    assert len(told) == len(set(told))
    assert set(told) == set(events_of_everybody())
    made = {event.pk: event for event in Event.objects.filter(pk__in=told)}
    for audit in root.iterfind(".//AuditRecord", NS):
        event = made[int(audit.findtext("SourceID", namespaces=NS) or "")]
        assert audit.findtext("DateTimeStamp", namespaces=NS) == event.at.isoformat()
        assert audit.findtext("ReasonForChange", "", namespaces=NS) == event.reason


def assert_it_leads_to_what_stands_now(root: Element) -> None:
    subjects = {key[1]: rebuilt(node) for key, node in replay(root).children.items()}
    for book in casebooks.read(Participant.objects.all()):
        subject = subjects[book.participant.code]
        assert flag(subject, "STATE") == book.participant.state
        assert sorted(of_file(subject)) == sorted(of_casebook(book))


def test_a_question_that_nobody_put_to_the_site_is_not_told(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    record = Record.objects.get(participant=participant, visit__code="W1", form="pain")
    queries.raise_query(by=cast.statistician, record=record, text="Unusual?")
    assert b"Unusual?" not in written(odm_archive.write)["odm-archive.xml"]


@pytest.mark.parametrize(
    "cut",
    [
        {"forms": ("pain",)},
        {"visits": ("W1",)},
        {"status": Status.SIGNED},
        {"status": Status.COMPLETE},
        {"privacy": Privacy.SHIFTED_DATES},
        {"privacy": Privacy.STUDY_DAYS},
        {"blinded": True},
    ],
)
def test_an_archive_is_neither_cut_nor_altered(cast: Cast, cut: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        written(odm_archive.write, Booked(Options(**cut)))
    assert refused.value.code == "archive_is_whole"


def test_the_ledger_is_for_those_who_may_read_the_audit_trail(cast: Cast) -> None:
    options = Options(format="odm-archive", shape="casebooks")
    with pytest.raises(Refusal) as refused, open_selection(by=cast.coordinator, options=options):
        pass
    assert refused.value.code == "right"
