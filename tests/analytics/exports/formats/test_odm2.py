"""ODM 2.0 as an independent reader of XML and the schemas of odmlib see it."""

from collections.abc import Iterator

import pytest

from analytics.exports import casebooks
from analytics.exports.formats import odm2
from analytics.exports.odm import names
from analytics.exports.options import Options, Privacy
from forms_app.models import Query
from tests import lived
from tests.analytics.exports.formats.booked import Booked, written
from tests.analytics.exports.formats.test_odm import (
    Element,
    assert_every_reference_has_its_definition,
    of_casebook,
    typed,
)
from tests.cast import Cast
from tests.schemas import valid_odm
from trial.crf import items
from trial.models import Participant
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db
NS = {"": "http://www.cdisc.org/ns/odm/v2.0"}


def flag(element: Element, kind: str) -> str | None:
    for each in element.iterfind("Annotation/Flag", NS):
        if each.findtext("FlagType", namespaces=NS) == kind:
            return each.findtext("FlagValue", namespaces=NS)
    return None


def of_file(subject: Element) -> Iterator[tuple[str, ...]]:
    for event in subject.iterfind("StudyEventData", NS):
        oid, key = event.get("StudyEventOID", ""), event.get("StudyEventRepeatKey")
        visit = "" if oid == names.LOG else f"U{key}" if key else oid.removeprefix("SE.")
        for form in event.iterfind("ItemGroupData", NS):
            code, repeat = form.get("ItemGroupOID", "")[2:], form.get("ItemGroupRepeatKey", "1")
            if code != names.VISIT:
                yield visit, code, repeat, str(flag(form, "STATE"))
                for section in form.iterfind("ItemGroupData", NS):
                    yield from of_section((visit, code, repeat), section)


def of_section(at: tuple[str, ...], section: Element) -> Iterator[tuple[str, ...]]:
    _, form, *rest = section.get("ItemGroupOID", "").split(".")
    code = rest[0] if rest else ""
    row = next(each for owner, each in names.rows() if owner.code == form and each.code == (code or form))
    for data in section.iterfind("ItemData", NS):
        name = data.get("ItemOID", "").rpartition(".")[2]
        place = (*at, code, section.get("ItemGroupRepeatKey", ""), name)
        values = [each.text or "" for each in data.iterfind("Value", NS)]
        if values:
            several = isinstance(row.item(name), items.Several)
            yield *place, repr(values if several else typed(row, name, values[0]))
        if missing := flag(data, "MISSING"):
            yield *place, "missing", missing


@pytest.mark.requirement("FAS.formats")
def test_the_snapshot_of_everything_is_valid_and_comes_back(cast: Cast) -> None:
    lived.all_of_it(cast)
    root = valid_odm(written(odm2.write)["odm2.xml"], "2.0")
    assert_every_reference_has_its_definition(root)
    read = {subject.get("SubjectKey"): subject for subject in root.iterfind(".//SubjectData", NS)}
    for book in casebooks.read(Participant.objects.all()):
        subject = read[book.participant.code]
        assert flag(subject, "STATE") == book.participant.state
        assert sorted(of_file(subject)) == sorted(of_casebook(book))
    assert_every_question_is_told(root)
    assert_the_protocol_is_told(root)


def assert_every_question_is_told(root: Element) -> None:
    told = {each.get("OID"): each for each in root.iter(f"{{{NS['']}}}Query")}
    put = Query.objects.exclude(state__in=("candidate", "cancelled"))
    assert set(told) == {f"Q.{query.pk}" for query in put}
    for query in put:
        each = told[f"Q.{query.pk}"]
        assert each.get("State") == query.state.capitalize()
        assert each.get("Type") == ("Manual" if query.is_manual else "System")
        assert each.get("Source") == ("Data Management" if query.raised_by else "System")
        assert each.find("AuditRecord/DateTimeStamp", NS) is not None
    assert {"open", "answered", "closed"} <= {query.state for query in put}


def assert_the_protocol_is_told(root: Element) -> None:
    windows = {
        each.get("SuccessorOID"): (each.get("TimepointRelativeTarget"), each.get("TimepointPostWindow"))
        for each in root.iter(f"{{{NS['']}}}RelativeTimingConstraint")
    }
    assert windows["SE.W12"] == ("P84D", "P7D")
    told = [each.get("Name") for each in root.iter(f"{{{NS['']}}}Criterion")]
    assert told == [criterion.code for criterion in STUDY.criteria]
    kinds = {each.get("OID"): each.get("Repeating") for each in root.iter(f"{{{NS['']}}}ItemGroupDef")}
    assert kinds["IG.injection.side"] == "Static"
    assert kinds["IG.injection.drug"] == "Simple"


def test_what_nobody_may_be_named_in_has_no_words_and_no_names(cast: Cast) -> None:
    lived.with_talk(cast)
    content = written(odm2.write, Booked(Options(privacy=Privacy.SHIFTED_DATES)))["odm2.xml"]
    root = valid_odm(content, "2.0")
    assert not list(root.iter(f"{{{NS['']}}}Query"))
    assert not list(root.iter(f"{{{NS['']}}}User"))
    assert not list(root.iter(f"{{{NS['']}}}Comment"))
