"""Texts that exports are known to alter, and codes of missing values, from the database to all formats."""

import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow.parquet as arrow
import pyreadstat
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from analytics.exports.fhir.terms import ABSENT_REASONS
from analytics.exports.formats import FORMATS
from tests import answers, journey, sql
from tests.analytics.exports.files_read import parsed
from tests.analytics.exports.formats import nasty
from tests.cast import Cast
from tests.exported import exported
from trial.audit.context import COMMAND_LINE, attributed
from trial.crf.codelists import MISSING
from trial.models import Record
from trial.models.adverse_event import AdverseEvent

pytestmark = pytest.mark.django_db(transaction=True)

Files = dict[str, bytes]
# What was entered as the term of each event, and why it has no narrative.
Told = list[tuple[str, str]]

LONGEST = 200
# What XML cannot write it refuses, as long as it stands anywhere in the ledger.
NOT_IN_XML = str.maketrans("", "", "\ufffe\uffff")
MORE = 6
CODES = ["ND", "REF", "UNK"]

ODM1, ODM2 = "{http://www.cdisc.org/ns/odm/v1.3}", "{http://www.cdisc.org/ns/odm/v2.0}"
UPDATE = f"""
update {AdverseEvent._meta.db_table} set aeterm = told.text, aenarr = null, aenarr_missing = told.missing
from unnest(%s::bigint[], %s::text[], %s::text[]) as told (event, text, missing)
where record_id = told.event
"""


def storable(texts: Iterable[str]) -> list[str]:
    return [text.translate(NOT_IN_XML)[:LONGEST] or "x" for text in texts]


KNOWN = storable(nasty.KNOWN)


@pytest.fixture
def events(cast: Cast) -> list[int]:
    """Serious events enough for every text."""
    participant = journey.consented(cast)
    day = journey.day_of(participant, "SCR")
    for _ in range(len(KNOWN) + MORE):
        journey.log(cast.investigator, participant, "adverse_event", answers.serious_event(day))
    return list(Record.objects.filter(form="adverse_event").order_by("repeat").values_list("pk", flat=True))


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(drawn=st.lists(nasty.TEXTS, min_size=MORE, max_size=MORE))
@pytest.mark.requirement("FAS.unaltered")
def test_every_format_gives_back_what_was_entered(
    cast: Cast, events: list[int], drawn: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("read")
    texts = [*KNOWN, *storable(drawn)]
    stored: Told = []
    for code in sorted(FORMATS, key=lambda code: [kept(code, text) for text in texts]):
        told = [(kept(code, text), CODES[place % len(CODES)]) for place, text in enumerate(texts)]
        if told != stored:
            store(events, stored := told)
        chosen = {} if FORMATS[code].of_casebooks else {"shape": "forms", "forms": "adverse_event"}

        found = READ[code](exported(cast.data_manager, format=code, **chosen), folder)
        assert [code, *found] == [code, *(told if code != "sdtm" else [(text, "") for text, _ in told])]


def kept(code: str, text: str) -> str:
    """The text as far as a format holds it; it refuses the rest in words, as its own tests show."""
    if code in ("xpt", "sav"):
        return text.rstrip(" ") or "x"
    return text


def store(events: list[int], told: Told) -> None:
    texts, reasons = zip(*told, strict=True)
    with attributed(by=COMMAND_LINE, reason="Written otherwise"):
        sql.run(UPDATE, [events, list(texts), list(reasons)])


# Each format as a reader that is not ours finds it.


def from_csv(files: Files, _folder: Path) -> Told:
    return [(row["aeterm"], row["aenarr_missing"]) for row in parsed(files["adverse_event.csv"])]


def from_excel(files: Files, _folder: Path) -> Told:
    names, *rows = load_workbook(io.BytesIO(files["data.xlsx"]))["adverse_event"].values
    term, missing = names.index("aeterm"), names.index("aenarr_missing")
    return [(unescape(str(row[term])), str(row[missing])) for row in rows]


def from_parquet(files: Files, _folder: Path) -> Told:
    rows = arrow.read_table(io.BytesIO(files["adverse_event.parquet"])).to_pylist()
    return [(row["aeterm"], row["aenarr_missing"]) for row in rows]


def from_sas(files: Files, folder: Path) -> Told:
    return statistical(files, folder, "xpt", pyreadstat.read_xport)


def from_spss(files: Files, folder: Path) -> Told:
    return statistical(files, folder, "sav", pyreadstat.read_sav)


def from_stata(files: Files, folder: Path) -> Told:
    return statistical(files, folder, "dta", pyreadstat.read_dta)


def statistical(files: Files, folder: Path, ending: str, read: Any) -> Told:
    path = folder / f"adverse_event.{ending}"
    path.write_bytes(files[path.name])
    data, about = read(path)
    labels = about.variable_value_labels.get("aenarr_missing", {}) if ending == "dta" else {}
    code_of = {label: code for code, label in MISSING.terms}
    missing = [code_of[labels[value]] if labels else value for value in data["aenarr_missing"]]
    return list(zip(data["aeterm"], missing, strict=True))


def from_odm(files: Files, _folder: Path) -> Told:
    root = ElementTree.fromstring(files["odm.xml"])
    return list(
        zip(
            (item.get("Value", "") for item in items(root, ODM1, "aeterm")),
            (flag(item, ODM1) for item in items(root, ODM1, "aenarr")),
            strict=True,
        )
    )


def from_odm_archive(files: Files, _folder: Path) -> Told:
    """The last that was said of each event, in the order of the events."""
    last: dict[tuple[str, str], tuple[str, str]] = {}
    for form in ElementTree.fromstring(files["odm-archive.xml"]).iter(f"{ODM1}FormData"):
        for name in ("aeterm", "aenarr"):
            for item in items(form, ODM1, name):
                last[form.get("FormRepeatKey", ""), name] = (item.get("Value", ""), flag(item, ODM1))
    repeats = sorted({int(repeat) for repeat, _name in last})
    return [(last[str(each), "aeterm"][0], last[str(each), "aenarr"][1]) for each in repeats]


def from_odm2(files: Files, _folder: Path) -> Told:
    root = ElementTree.fromstring(files["odm2.xml"])
    terms = (item.findtext(f"{ODM2}Value") or "" for item in items(root, ODM2, "aeterm"))
    return list(zip(terms, (flag(item, ODM2) for item in items(root, ODM2, "aenarr")), strict=True))


def items(root: ElementTree.Element, namespace: str, name: str) -> Iterator[ElementTree.Element]:
    for item in root.iter(f"{namespace}ItemData"):
        if item.get("ItemOID") == f"I.adverse_event.{name}":
            yield item


def flag(item: ElementTree.Element, namespace: str) -> str:
    return next((found.text or "" for found in item.iter(f"{namespace}FlagValue")), "")


def from_sdtm(files: Files, _folder: Path) -> Told:
    """SDTM has no place for the narrative, so none for why there is none."""
    dataset = json.loads(files["sdtm/ae.json"])
    place = [column["name"] for column in dataset["columns"]].index("AETERM")
    return [(row[place], "") for row in dataset["rows"]]


def from_fhir(files: Files, _folder: Path) -> Told:
    answered, code_of = [], {reason: code for code, reason in ABSENT_REASONS.items()}
    for each in json.loads(files["bundle.json"])["entry"]:
        resource = each["resource"]
        if (
            resource["resourceType"] == "QuestionnaireResponse"
            and "adverse_event" in resource["questionnaire"]
        ):
            told = {item["linkId"]: item for item in resource["item"]}
            (answer,) = told["adverse_event.aeterm"]["answer"]
            (reason,) = told["adverse_event.aenarr"]["extension"]
            answered.append((answer["valueString"], code_of[reason["valueCode"]]))
    return answered


READ: dict[str, Any] = {
    "csv": from_csv,
    "xlsx": from_excel,
    "parquet": from_parquet,
    "xpt": from_sas,
    "sav": from_spss,
    "dta": from_stata,
    "odm": from_odm,
    "odm-archive": from_odm_archive,
    "odm2": from_odm2,
    "sdtm": from_sdtm,
    "fhir": from_fhir,
}


def test_only_the_choice_for_spreadsheets_alters_a_text_and_the_manifest_says_so(
    cast: Cast, events: list[int]
) -> None:
    told = [(text, "ND") for text in [*KNOWN, *["=1+1"] * MORE]]
    store(events, told)
    for safe in (False, True):
        files = exported(cast.data_manager, shape="forms", forms="adverse_event", spreadsheet_safe=safe)
        found = from_csv(files, Path())
        altered = [(before, after) for before, after in zip(told, found, strict=True) if before != after]
        assert bool(altered) == safe
        assert all(after[0] == "'" + before[0] for before, after in altered)
        said = json.loads(files["manifest.json"])["alterations"]
        assert [each["what"].partition(":")[0] for each in said] == ["made safe for spreadsheets"] * safe
