"""SDTM as instruments that are not ours see it, and as the datasets have to agree with each other."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from defineutils.validate.validate import DefineSchemaValidator

from analytics.exports import casebooks
from analytics.exports.formats import sdtm
from analytics.exports.sdtm import terms
from analytics.exports.sdtm.domains import DATASETS
from tests import journey, lived
from tests.analytics.exports.formats.booked import Booked, written
from tests.cast import Cast
from trial.models import InjectionDrug, Participant
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db

SCHEMA = json.loads((Path(__file__).parents[3] / "standards" / "dataset-json-1.1.schema.json").read_text())
ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
DEFINE = "{http://www.cdisc.org/ns/def/v2.1}"
Row = dict[str, Any]


class Submitted:
    """The datasets by name, each with its rows by column, and the metadata."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.define = ElementTree.fromstring(files.pop("sdtm/define.xml"))
        self.files = {json.loads(content)["name"]: json.loads(content) for content in files.values()}
        self.names = set(files)

    def rows(self, name: str) -> list[Row]:
        if name not in self.files:
            return []
        columns = [column["name"] for column in self.files[name]["columns"]]
        return [dict(zip(columns, row, strict=True)) for row in self.files[name]["rows"]]

    def all_rows(self) -> Iterator[tuple[str, Row]]:
        for name in self.files:
            for row in self.rows(name):
                yield name, row


@pytest.mark.requirement("FAS.formats")
def test_everything_is_valid_and_agrees(cast: Cast, tmp_path: Path) -> None:
    lived.all_of_it(cast)
    files = written(sdtm.write)
    path = tmp_path / "define.xml"
    path.write_bytes(files["sdtm/define.xml"])
    DefineSchemaValidator(path).validate_define_file()
    submitted = Submitted(dict(files))
    for dataset in submitted.files.values():
        jsonschema.validate(dataset, SCHEMA)
    assert submitted.names == {f"sdtm/{name.lower()}.json" for name in submitted.files}
    assert_counts_and_keys_are_right(submitted)
    assert_the_metadata_know_every_column(submitted)
    assert_every_reference_has_its_definition(submitted.define)
    assert_terms_are_of_their_lists(submitted)
    assert_days_follow_from_dates(submitted)
    assert_exposure_is_what_was_collected(submitted)
    assert_qualifiers_have_their_parents(submitted)
    assert_everybody_is_there_once(submitted)


def assert_counts_and_keys_are_right(submitted: Submitted) -> None:
    for name, dataset in submitted.files.items():
        assert dataset["records"] == len(dataset["rows"]) > 0
        keys = sorted(
            (column["keySequence"], column["name"])
            for column in dataset["columns"]
            if "keySequence" in column
        )
        assert [column for _, column in keys] == list(DATASETS[name].keys)
        told = [tuple(row[column] for _, column in keys) for row in submitted.rows(name)]
        assert len(told) == len(set(told)), name


def assert_the_metadata_know_every_column(submitted: Submitted) -> None:
    groups = {each.get("OID"): each for each in submitted.define.iter(f"{ODM}ItemGroupDef")}
    assert {group.get("Name") for group in groups.values()} == set(submitted.files)
    for dataset in submitted.files.values():
        group = groups[dataset["itemGroupOID"]]
        told = [reference.get("ItemOID") for reference in group.iterfind(f"{ODM}ItemRef")]
        assert told == [column["itemOID"] for column in dataset["columns"]]
        leaf = group.find(f"{DEFINE}leaf")
        assert leaf is not None
        assert f"sdtm/{leaf.get('{http://www.w3.org/1999/xlink}href')}" in submitted.names


def assert_every_reference_has_its_definition(define: ElementTree.Element) -> None:
    defined = {each.get("OID") or each.get("ID") for each in define.iter()}
    for each in define.iter():
        for name, value in each.attrib.items():
            if name.endswith("OID") and name not in ("OID", "FileOID"):
                assert value in defined, (each.tag, name, value)
    oids = [each.get("OID") for each in define.iter() if each.get("OID")]
    assert len(oids) == len(set(oids))


def assert_terms_are_of_their_lists(submitted: Submitted) -> None:
    for name, row in submitted.all_rows():
        for variable in DATASETS[name].variables:
            value = row[variable.name]
            if variable.codelist and value is not None:
                assert value in terms.LISTS[variable.codelist].codes, (name, variable.name, value)


def assert_days_follow_from_dates(submitted: Submitted) -> None:
    started = {row["USUBJID"]: row["RFSTDTC"] for row in submitted.rows("DM")}
    counted = 0
    for name, row in submitted.all_rows():
        for moment, day in (("STDTC", "STDY"), ("ENDTC", "ENDY"), ("DTC", "DY")):
            if f"{name}{day}" in row:
                expected = day_of(row[f"{name}{moment}"], started[row["USUBJID"]])
                assert row[f"{name}{day}"] == expected != 0
                counted += expected is not None
    assert counted > 100


def day_of(moment: str | None, started: str | None) -> int | None:
    if not moment or not started or len(moment) < 10:
        return None
    days = (date.fromisoformat(moment[:10]) - date.fromisoformat(started[:10])).days
    return days if days < 0 else days + 1


def assert_exposure_is_what_was_collected(submitted: Submitted) -> None:
    collected = [
        (row["USUBJID"], row["ECSPID"], row["ECTRT"], row["ECDOSE"], row["ECSTDTC"])
        for row in submitted.rows("EC")
        if row["ECOCCUR"] == "Y" and row["ECDOSE"] is not None
    ]
    exposed = [
        (row["USUBJID"], row["EXSPID"], row["EXTRT"], row["EXDOSE"], row["EXSTDTC"])
        for row in submitted.rows("EX")
    ]
    assert collected == exposed
    assert len(exposed) == InjectionDrug.objects.filter(removed=False, ecdose__isnull=False).count()


def assert_qualifiers_have_their_parents(submitted: Submitted) -> None:
    for name in [each for each in submitted.files if each.startswith("SUPP")]:
        parents = submitted.rows(name.removeprefix("SUPP"))
        for row in submitted.rows(name):
            found = [
                parent
                for parent in parents
                if parent["USUBJID"] == row["USUBJID"]
                and (row["IDVAR"] is None or str(parent[row["IDVAR"]]) == row["IDVARVAL"])
            ]
            assert found, row


def assert_everybody_is_there_once(submitted: Submitted) -> None:
    told = {row["SUBJID"]: row for row in submitted.rows("DM")}
    everybody = Participant.objects.all()
    assert set(told) == {participant.code for participant in everybody}
    for row in told.values():
        assert (row["ARMCD"] is None or row["ACTARMCD"] is None) == (row["ARMNRS"] is not None)


def of(code: str, submitted: Submitted, name: str) -> list[Row]:
    return [row for row in submitted.rows(name) if row.get("USUBJID") == f"{STUDY.code}-{code}"]


def test_only_what_failed_stands_in_ie(cast: Cast) -> None:
    failed, met = journey.screen_failure(cast), journey.eligible(cast)
    submitted = Submitted(written(sdtm.write))
    (criterion,) = of(failed.code, submitted, "IE")
    assert (criterion["IETESTCD"], criterion["IECAT"], criterion["IEORRES"]) == ("EXCL01", "EXCLUSION", "Y")
    assert not of(met.code, submitted, "IE")
    assert len(submitted.rows("TI")) == len(STUDY.criteria)
    reached = {row["DSDECOD"] for row in of(failed.code, submitted, "DS")}
    assert reached == {"INFORMED CONSENT OBTAINED", "SCREEN FAILURE"}


def test_missing_codes_are_reasons(cast: Cast) -> None:
    participant = lived.with_missing_codes(cast)
    submitted = Submitted(written(sdtm.write))
    pain = [row for row in of(participant.code, submitted, "QS") if row["VISIT"] == "WEEK 1"]
    reasons = {row["QSTESTCD"]: (row["QSSTAT"], row["QSREASND"], row["QSORRES"]) for row in pain}
    assert reasons == {
        "PI0102": (None, None, "4"),
        "PI0106": ("NOT DONE", "NOT DONE", None),
        "PI0105": ("NOT DONE", "UNKNOWN", None),
        "PI0101": ("NOT DONE", "NOT APPLICABLE", None),
        "PIREST": ("NOT DONE", "REFUSED", None),
    }
    (drug,) = [row for row in submitted.rows("SUPPAG") if row["QNAM"].endswith("NF")]
    assert (drug["QNAM"], drug["QVAL"]) == ("MBDRUGNF", "UNK")


def test_the_last_rating_before_the_injection_is_flagged(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    submitted = Submitted(written(sdtm.write))
    flagged = [row for row in of(participant.code, submitted, "QS") if row["QSLOBXFL"] == "Y"]
    assert {row["VISIT"] for row in flagged if row["QSTESTCD"] == "PI0102"} == {"BASELINE"}
    tests = [row["QSTESTCD"] for row in flagged]
    assert len(tests) == len(set(tests))


def test_an_unscheduled_visit_stands_behind_the_planned_one_before_it(cast: Cast) -> None:
    participant = lived.with_talk(cast)
    submitted = Submitted(written(sdtm.write))
    numbers = {row["VISIT"]: row["VISITNUM"] for row in of(participant.code, submitted, "SV")}
    assert numbers["WEEK 1"] == 4
    assert numbers["UNSCHEDULED 4.1"] == 4.1
    (remark,) = of(participant.code, submitted, "CO")
    assert remark["COVAL"] == "After a long <walk>"


def test_no_text_is_altered(cast: Cast) -> None:
    participant = lived.with_nasty_texts(cast)
    submitted = Submitted(written(sdtm.write))
    assert [row["AETERM"] for row in of(participant.code, submitted, "AE")] == list(lived.NASTY)


def test_a_drug_that_is_not_to_be_known_is_no_exposure(cast: Cast) -> None:
    journey.injected(cast)
    books = list(casebooks.read(Participant.objects.all()))
    for book in books:
        for form in book.forms:
            for row in form.groups.get("drug", ()):
                row.values.pop("ectrt")  # type: ignore[attr-defined]
    submitted = Submitted(written(sdtm.write, Booked(books=books)))
    assert "EX" not in submitted.files
    assert {row["ECTRT"] for row in submitted.rows("EC")} == {"UNKNOWN"}
