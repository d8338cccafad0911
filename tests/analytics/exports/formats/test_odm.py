"""ODM 1.3.2 as an independent reader of XML and the schemas of odmlib see it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from analytics.exports import casebooks
from analytics.exports.casebooks import Casebook, Filled
from analytics.exports.formats import odm
from analytics.exports.odm import names
from analytics.exports.options import Options, Privacy
from tests import journey, lived
from tests.analytics.exports.formats.booked import Booked, written
from tests.cast import Cast
from tests.schemas import valid_odm
from trial.crf import items
from trial.crf.answers import Row
from trial.models import Participant
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db
NS = {"": "http://www.cdisc.org/ns/odm/v1.3"}
Element = ElementTree.Element


def document(source: Booked | None = None) -> Element:
    return ElementTree.fromstring(written(odm.write, source)["odm.xml"])


@pytest.mark.requirement("FAS.formats")
def test_the_snapshot_of_everything_is_valid_by_the_schema_of_cdisc(cast: Cast) -> None:
    lived.all_of_it(cast)
    root = valid_odm(written(odm.write)["odm.xml"], "1.3.2")
    assert_every_reference_has_its_definition(root)
    assert_everything_comes_back(root)
    assert_what_people_said_is_told(root)


def assert_every_reference_has_its_definition(root: Element) -> None:
    defined = {each.get("OID") for each in root.iter() if each.get("OID")}
    for each in root.iter():
        for name, value in each.attrib.items():
            if name.endswith("OID") and name not in ("OID", "FileOID"):
                assert value in defined, (each.tag, name, value)


def assert_everything_comes_back(root: Element) -> None:
    """By the written convention alone, every value and missing code is found again."""
    read = {subject.get("SubjectKey"): subject for subject in root.iterfind(".//SubjectData", NS)}
    books = list(casebooks.read(Participant.objects.all()))
    assert list(read) == [book.participant.code for book in books]
    for book in books:
        subject = read[book.participant.code]
        assert flag(subject, "STATE") == book.participant.state
        assert sorted(of_file(subject)) == sorted(of_casebook(book))


def of_casebook(book: Casebook) -> Iterator[tuple[str, ...]]:
    for filled in book.forms:
        visit = filled.visit.code if filled.visit else ""
        form, repeat = filled.record.form, str(filled.record.repeat)
        yield visit, form, repeat, filled.record.state
        for row in (filled.answers, *(row for rows in filled.groups.values() for row in rows)):
            group = row.row.code if row.key else ""
            for item in row.row.items():
                value, missing = row.values[item.name], row.missing.get(item.name)
                if value is not None:
                    yield visit, form, repeat, group, row.key, item.name, repr(value)
                if missing:
                    yield visit, form, repeat, group, row.key, item.name, "missing", missing


def of_file(subject: Element) -> Iterator[tuple[str, ...]]:
    for event in subject.iterfind("StudyEventData", NS):
        oid = event.get("StudyEventOID", "")
        key = event.get("StudyEventRepeatKey")
        visit = "" if oid == names.LOG else f"U{key}" if key else oid.removeprefix("SE.")
        for form in event.iterfind("FormData", NS):
            code = form.get("FormOID", "").removeprefix("F.")
            if code != names.VISIT:
                yield visit, code, form.get("FormRepeatKey", "1"), str(flag(form, "STATE"))
                for group in form.iterfind("ItemGroupData", NS):
                    yield from of_group(visit, code, form.get("FormRepeatKey", "1"), group)


def of_group(visit: str, form: str, repeat: str, group: Element) -> Iterator[tuple[str, ...]]:
    _, _, *rest = group.get("ItemGroupOID", "").split(".")
    code = rest[0] if rest else ""
    row = next(each for owner, each in names.rows() if owner.code == form and each.code == (code or form))
    for data in group.iterfind("ItemData", NS):
        name = data.get("ItemOID", "").rpartition(".")[2]
        at = (visit, form, repeat, code, group.get("ItemGroupRepeatKey", ""), name)
        if data.get("IsNull") is None:
            yield *at, repr(typed(row, name, data.get("Value", "")))
        if missing := flag(data, "MISSING"):
            yield *at, "missing", missing


def typed(row: type[Row], name: str, text: str) -> Any:
    item = row.item(name)
    assert item is not None
    return item.parse(text) if not isinstance(item, items.Text) else text


def flag(element: Element, kind: str) -> str | None:
    """The value of the flag of a type."""
    for each in element.iterfind("Annotation/Flag", NS):
        if each.findtext("FlagType", namespaces=NS) == kind:
            return each.findtext("FlagValue", namespaces=NS)
    return None


def comments(root: Element, kind: str) -> list[str | None]:
    return [
        note.findtext("Comment", namespaces=NS)
        for note in root.iterfind(".//Annotation", NS)
        if note.findtext("Flag/FlagType", namespaces=NS) == (kind or None)
    ]


def assert_what_people_said_is_told(root: Element) -> None:
    asked = comments(root, "QUERY")
    assert "Is “nrs_avg24” right?" in asked
    assert "Is “” right?" in asked
    assert {"Yes, it is.", "Read twice."} <= set(comments(root, "ANSWER"))
    assert comments(root, "") == ["After a long <walk>"]
    signatures = root.findall(".//Signature", NS)
    assert len(signatures) == 2
    others = comments(root, "SIGNATURE")
    assert len(others) == 2
    assert sum("broken at" in str(each) for each in others) == 1


def test_what_nobody_may_be_named_in_has_no_words_and_no_names(cast: Cast) -> None:
    lived.with_talk(cast)
    root = document(Booked(Options(privacy=Privacy.SHIFTED_DATES)))
    assert not root.findall(".//Signature", NS)
    assert not root.findall(".//User", NS)
    assert comments(root, "QUERY") == comments(root, "") == comments(root, "SIGNATURE") == []


def with_text(book: Casebook, text: str) -> Casebook:
    """The casebook with a text in place of who obtained the consent."""
    (consent,) = (filled for filled in book.forms if filled.record.form == "consent")
    answers = Filled(consent.answers.row, {**consent.answers.values, "icobtby": text}, {})
    return replace(book, forms=(replace(consent, answers=answers),))


def test_no_text_is_altered(cast: Cast) -> None:
    journey.consented(cast)
    (book,) = casebooks.read(Participant.objects.all())
    for text in (*lived.NASTY, "\t", "\r", "\x7f", "\x85", "x" * 10_000):
        root = document(Booked(books=[with_text(book, text)]))
        (data,) = root.findall(".//ItemData[@ItemOID='I.consent.icobtby']", NS)
        assert data.get("Value") == text


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1b", "\ufffe", "\uffff", "\ud800"])
def test_a_character_that_xml_cannot_write_is_refused_and_named(cast: Cast, character: str) -> None:
    journey.consented(cast)
    (book,) = casebooks.read(Participant.objects.all())
    with pytest.raises(Refusal) as refused:
        document(Booked(books=[with_text(book, f"a{character}b")]))
    assert refused.value.code == "xml_character"
    assert f"U+{ord(character):04X}" in str(refused.value)
    assert "01-001 SCR consent" in str(refused.value)


def test_the_file_holds_nobody_twice_and_nothing_of_other_sites(cast: Cast) -> None:
    journey.added(cast)
    journey.added_south(cast)
    north = list(casebooks.read(Participant.objects.filter(site=cast.north)))
    content = written(odm.write, Booked(books=north))["odm.xml"]
    assert b"02" not in content.partition(b"<ClinicalData")[2]
