"""Files of rows: what is read, and what is refused in words with its line."""

from dataclasses import replace

import pytest

from forms_app.imports import archive, odm
from forms_app.imports.apostrophes import Apostrophes, is_added, restored
from forms_app.imports.choices import Choices, check, guessed, proposed
from forms_app.imports.gathered import Gathered
from forms_app.imports.numbers import DecimalMark
from forms_app.imports.received import Kind, received
from forms_app.imports.received import gather as gather_file
from forms_app.imports.rows import gather
from forms_app.imports.table import table
from forms_app.imports.targets import shapes
from tests.forms_app.imports.zips import exported, zipped
from trial.refusals import Refusal

PAIN = b"participant,visit,nrs_avg24,nrs_now\n01-001,BL,7,\n"


@pytest.fixture(autouse=True)
def unproved(monkeypatch: pytest.MonkeyPatch) -> None:
    """The archives of these tests are made by hand, and are proved by nobody."""
    monkeypatch.setattr(archive, "PROVED_BY", [])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_separator_is_told_from_the_head(separator: str, mark: bytes, end: str) -> None:
    text = PAIN.decode().replace(",", separator).replace("\n", end)
    found = received(mark + text.encode(), "pain.csv")
    assert found.kind is Kind.TABLE
    assert found.columns == ("participant", "visit", "nrs_avg24", "nrs_now")
    rows = list(table(found.content, "pain.csv").rows())
    assert rows == [(2, {"participant": "01-001", "visit": "BL", "nrs_avg24": "7", "nrs_now": ""})]


def test_texts_come_as_they_are_written() -> None:
    nasty = 'a "quoted", line\r\nand another; =cmd() 😀 \u202e'
    content = 'participant,value\n01-001,"{}"\n'.format(nasty.replace('"', '""'))
    assert next(table(content.encode(), "x.csv").rows())[1]["value"] == nasty


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"participant,value\n01-001,caf\xe9\n", "Line 2 of “x.csv” is not UTF-8"),
        (b"\xff\xfep\0a\0", "“x.csv” is in UTF-16. Save the file as “CSV UTF-8”"),
        (b"\xfe\xff\0p\0a", "“x.csv” is in UTF-16"),
        (b"p\0a\0,\0", "Line 1 of “x.csv” holds a null character"),
        (b"\xef\xbb\xbf", "at least two columns"),
        (b"participant,value\n01-001,1\n01-002,\0\n", "Line 3 of “x.csv” holds a null character"),
        (b"participant,value\n01-001\n", "Row 2 of “x.csv” has 1 cells, but there are 2 columns"),
        (b"participant,value\n01-001,1\n01-002,1,5\n", "Row 3 of “x.csv” has 3 cells"),
        (b'participant,value\n01-001,"two\nlines"\n01-002\n', "Row 3 of “x.csv” has 1 cells"),
        (b'participant,value\n01-001,"1\n', "quotation mark has no end"),
        (b'participant,value\n01-001,"a"b\n', "At line 2"),
        (b"participant,participant\n", "Two columns of “x.csv” are called “participant”"),
        (b"participant\n01-001\n", "at least two columns"),
        (b"participant,,value\n", "none may be without a name"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(content: bytes, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        list(table(content, "x.csv").rows())


def test_a_file_without_anything_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        received(b" \n", "x.csv")
    assert refused.value.code == "import_none"


def test_a_zip_is_told_by_what_is_in_it() -> None:
    assert received(zipped({"manifest.json": b"{}", "pain.csv": PAIN}), "x.zip").kind is Kind.ARCHIVE
    assert received(zipped({"pain.csv": PAIN}), "x.zip").columns[0] == "participant"
    named = dict.fromkeys(("dictionary.csv", "data.csv", "mapping.csv"), b"")
    assert received(zipped(named), "x.zip").kind is Kind.REDCAP
    with pytest.raises(Refusal, match="holds neither an export"):
        received(zipped({"a.csv": b"", "b.csv": b""}), "x.zip")


def test_a_truncated_zip_is_refused() -> None:
    content = zipped({"manifest.json": b"{}", "pain.csv": PAIN * 100})
    with pytest.raises(Refusal, match="no whole zip archive"):
        received(content[:-30], "x.zip")
    broken = bytearray(content)
    broken[content.index(b"pain.csv") + 20] ^= 0xFF
    with pytest.raises(Refusal, match="no whole zip archive"):
        archive.gather(bytes(broken), "x.zip", Gathered())


def test_a_zip_that_would_be_too_large_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_UNPACKED", 1000)
    with pytest.raises(Refusal, match="larger than"):
        received(zipped({"pain.csv": b"0" * 2000}), "bomb.zip")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"privacy": "study days"}, "de-identified"),
        ({"spreadsheet_safe": True}, "safe for spreadsheets"),
        ({"values": "labels"}, "labels in place of codes"),
    ],
)
def test_an_export_that_was_altered_cannot_come_back(options: dict[str, object], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        archive.gather(exported({"pain.csv": PAIN}, **options), "x.zip", Gathered())


def test_an_export_of_another_shape_cannot_come_back() -> None:
    with pytest.raises(Refusal, match=r"“wide\.csv” is of a shape"):
        archive.gather(exported({"wide.csv": PAIN}), "x.zip", Gathered())


def test_what_proves_an_archive_is_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "PROVED_BY", [lambda content: "pain.csv was altered"])
    with pytest.raises(Refusal, match=r"pain\.csv was altered"):
        archive.gather(exported({"pain.csv": PAIN}), "x.zip", Gathered())


@pytest.mark.parametrize(
    "content",
    [
        b"<ODM",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><ODM>&a;</ODM>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><ODM>&a;</ODM>',
        b"<html/>",
        b'<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" FileType="Transactional" ODMVersion="1.3.2"/>',
        b'<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" FileType="Snapshot" ODMVersion="1.3.2">'
        b'<ClinicalData StudyOID="OTHER"/></ODM>',
    ],
)
def test_what_is_no_odm_of_ours_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        odm.gather(content, "x.xml", Gathered())
    assert refused.value.code == "import_xml"
    assert "root:" not in refused.value.sentence


def test_the_table_is_guessed_by_its_columns_and_its_name() -> None:
    assert guessed("x.csv", ("participant", "form", "item", "value")) == "long"
    assert guessed("pain.csv", ("participant", "visit", "x")) == "pain"
    assert guessed("x.csv", ("participant", "visit", "nrs_avg24")) == "pain"
    assert guessed("x.csv", ("a", "b")) == ""
    assert {"participants", "visits", "pain", "injection_side", "medication"} <= set(shapes())


def test_nothing_of_a_file_is_left_out_in_silence() -> None:
    columns = ("participant", "visit", "nrs_avg24", "record_version", "mood")
    choices = proposed("pain", columns)
    assert choices.columns["record_version"] == ""
    with pytest.raises(Refusal, match="of each column what it is, or that it is left out: mood"):
        check(choices, columns)
    check(Choices("pain", {**choices.columns, "mood": ""}), columns)


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        (Choices("nothing"), "of which form"),
        (Choices("pain", {"a": "participant", "b": "rom_t1"}), "“rom_t1” is nothing that “pain” has"),
        (Choices("pain", {"a": "participant", "b": "participant"}), "Two columns"),
        (Choices("pain", {"a": "participant", "b": ""}), "No column is said to be: visit"),
        (Choices("pain", {"a": "participant", "b": "visit"}, "BY LETTER"), "one of: IN PERSON"),
    ],
)
def test_columns_that_are_decided_wrongly_are_refused(choices: Choices, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        check(choices, ("a", "b"))


def test_an_apostrophe_that_may_have_been_added_waits_for_a_word() -> None:
    assert is_added("'=1+1")
    assert not is_added("'tis")
    assert not is_added("'-5")
    assert restored("'=1+1", Apostrophes.TAKE_AWAY) == "=1+1"
    assert restored("'=1+1", Apostrophes.KEEP) == "'=1+1"
    content = b"participant,repeat,cmtrt\n01-001,1,'=1+1\n"
    found, into = table(content, "medication.csv"), Gathered()
    gather(found, proposed("medication", found.columns), into)
    (problem,) = into.problems
    assert (problem.place.row, problem.place.column, problem.value) == (2, "cmtrt", "'=1+1")


def weighed(cell: str, mark: DecimalMark = DecimalMark.UNDECIDED) -> tuple[str | None, str]:
    """The weight as it is read, and what is told of its cell."""
    found, into = (
        table(f"participant;visit;weight\n01-001;SCR;{cell}\n".encode(), "demographics.csv"),
        Gathered(),
    )
    gather(found, replace(proposed("demographics", found.columns), decimal=mark), into)
    for problem in into.problems:
        assert (problem.place.row, problem.place.column, problem.value) == (2, "weight", cell)
    record = into.contents["01-001"].records["SCR/demographics/1"]
    return record.values.get("weight"), "".join(problem.sentence for problem in into.problems)


@pytest.mark.parametrize(
    ("cell", "mark", "said"),
    [
        (
            "500,000",
            DecimalMark.UNDECIDED,
            "can be read in two ways. Say, with the columns, whether decimals",
        ),
        ("-1,234,567", DecimalMark.UNDECIDED, "can be read in two ways"),
        ("1.234,5", DecimalMark.COMMA, "has a “.”, which is said not to stand before decimals"),
        ("1.234", DecimalMark.COMMA, "has a “.”"),
        ("1,234.5", DecimalMark.POINT, "has a “,”"),
        ("72,5", DecimalMark.POINT, "has a “,”"),
        ("1E+05", DecimalMark.UNDECIDED, "may have lost digits. Write all of them"),
        ("7,2e1", DecimalMark.COMMA, "may have lost digits"),
        ("NA", DecimalMark.UNDECIDED, "may stand for no value. Leave the cell empty, and say why"),
        (".", DecimalMark.POINT, "may stand for no value"),
        ("#N/A", DecimalMark.COMMA, "by a code: ND, UNK, NA, REF"),
    ],
)
def test_a_cell_that_can_be_read_in_two_ways_is_never_guessed(
    cell: str, mark: DecimalMark, said: str
) -> None:
    value, sentence = weighed(cell, mark)
    assert value is None
    assert said in sentence


@pytest.mark.parametrize(
    ("cell", "mark", "read"),
    [
        ("72.5", DecimalMark.UNDECIDED, "72.5"),
        ("72.5", DecimalMark.POINT, "72.5"),
        ("72,5", DecimalMark.UNDECIDED, "72,5"),
        ("72,5", DecimalMark.COMMA, "72.5"),
        ("500,000", DecimalMark.COMMA, "500.000"),
        ("", DecimalMark.COMMA, ""),
    ],
)
def test_decimals_stand_behind_the_mark_that_is_said(cell: str, mark: DecimalMark, read: str) -> None:
    assert weighed(cell, mark) == (read, "")


def test_texts_and_codes_keep_their_commas_and_a_code_may_be_na() -> None:
    content = b'participant,repeat,cmtrt,cmtrt_missing\n01-001,1,"500,000",\n01-001,2,NA,\n01-001,3,,NA\n'
    found, into = table(content, "medication.csv"), Gathered()
    gather(found, replace(proposed("medication", found.columns), decimal=DecimalMark.COMMA), into)
    records = into.contents["01-001"].records
    assert records["/medication/1"].values["cmtrt"] == "500,000"
    assert [problem.place.row for problem in into.problems] == [3]
    assert records["/medication/3"].missing["cmtrt"] == "NA"


def test_the_long_shape_reads_numbers_alike() -> None:
    content = b'participant,visit,form,item,value\n01-001,SCR,demographics,weight,"70,500"\n'
    found, into = table(content, "long.csv"), Gathered()
    gather(found, proposed("long", found.columns), into)
    (problem,) = into.problems
    assert (problem.place.row, problem.place.column, problem.value) == (2, "value", "70,500")


def test_our_own_archive_is_never_in_doubt() -> None:
    pain = b'participant,visit,weight\n01-001,SCR,"70,500"\n'
    text = b"participant,repeat,cmtrt\n01-001,1,NA\n"
    into = Gathered()
    archive.gather(exported({"demographics.csv": pain, "medication.csv": text}, decimal=","), "x.zip", into)
    records = into.contents["01-001"].records
    assert records["SCR/demographics/1"].values["weight"] == "70.500"
    assert records["/medication/1"].values["cmtrt"] == "NA"
    assert not into.problems


def test_spaces_at_the_ends_of_names_and_codes_are_dropped() -> None:
    content = b" participant , visit ,nrs_avg24_missing\n 01-001 , BL , UNK \n"
    found, into = table(content, "pain.csv"), Gathered()
    gather(found, proposed("pain", found.columns), into)
    record = into.contents["01-001"].records["BL/pain/1"]
    assert record.missing == {"nrs_avg24": "UNK"}


@pytest.mark.parametrize("content", [b"participant,visit\n", b"participant,visit\n\n"])
def test_a_table_of_names_alone_says_nothing(content: bytes) -> None:
    found = received(content, "visits.csv")
    with pytest.raises(Refusal, match=r"“visits\.csv” says nothing of any participant"):
        gather_file(found, proposed("visits", found.columns), Gathered())


def test_a_file_that_says_two_things_of_one_is_told_so() -> None:
    content = PAIN + b"01-001,BL,8,\n"
    found, into = table(content, "pain.csv"), Gathered()
    gather(found, proposed("pain", found.columns), into)
    (problem,) = into.problems
    assert (problem.place.row, problem.place.column, problem.value) == (3, "nrs_avg24", "8")
    assert "says “7” of the same" in problem.sentence
