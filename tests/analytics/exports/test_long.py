from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest

from forms_app.services import records
from tests import answers, journey
from tests.analytics.exports.files_read import Row, rows_of
from tests.cast import Cast
from trial.audit.context import COMMAND_LINE, attributed
from trial.crf import registry
from trial.crf.answers import Answers, GroupAnswers
from trial.crf.submission import Entry, Submission
from trial.models import InjectionDrug, Pain, Record
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db(transaction=True)

Key = tuple[str, ...]


def key_of(row: Row) -> Key:
    return tuple(
        row[name] for name in ("participant", "visit", "form", "repeat", "group", "group_key", "item")
    )


def as_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case time():
            return value.isoformat("minutes")
        case date():
            return value.isoformat()
    return str(value)


def stored(record: Record) -> Iterator[tuple[Key, str, str]]:
    """What must stand in the file for a record: key, value and missing code of each item."""
    form = registry.form(record.form)
    assert form is not None
    assert record.visit is not None
    head = (record.participant.code, record.visit.code, record.form, str(record.repeat))
    for (group, key), row in _rows(form, record):
        for item in form_or_group(form, group).items():
            value = getattr(row, item.name) if row else None
            missing = None if item.derived or row is None else getattr(row, item.missing_name)
            yield (*head, group, key, item.name), as_text(value), as_text(missing)


def form_or_group(form: type[Answers], code: str) -> type[Answers | GroupAnswers]:
    return next((group for group in form.groups if group.code == code), form) if code else form


def _rows(form: type[Answers], record: Record) -> Iterator[tuple[tuple[str, str], Any]]:
    yield ("", ""), form._default_manager.get(record=record)
    for group in form.groups:
        filled = {row.key: row for row in group._default_manager.filter(record=record, removed=False)}
        for key in group.keys.codes if group.keys else sorted(filled):
            yield (group.code, key), filled.get(key)


@pytest.mark.requirement("P11.10b", "FAS.available")
def test_each_item_of_each_saved_record_has_one_row_with_its_value(cast: Cast) -> None:
    journey.with_outcomes(cast)
    journey.screen_failure(cast)
    expected = [each for record in Record.objects.all() for each in stored(record)]
    found = [(key_of(row), row["value"], row["missing"]) for row in rows_of(cast.investigator, "long")]
    assert len(found) == len(expected) > 200
    assert sorted(found) == sorted(expected)


def test_a_row_says_whose_it_is_what_was_asked_and_in_which_state_it_stands(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    rows = {key_of(row): row for row in rows_of(cast.investigator, "long")}
    row = rows[participant.code, "BL", "motion", "1", "", "", "rom_mean"]
    assert row == {
        "study": STUDY.code,
        "site": "01",
        "participant": participant.code,
        "participant_state": "treated",
        "visit": "BL",
        "visit_date": journey.day_of(participant, "BL").isoformat(),
        "form": "motion",
        "repeat": "1",
        "group": "",
        "group_key": "",
        "item": "rom_mean",
        "label": "Mean flexion",
        "value": "21.0",
        "value_label": "",
        "unit": "deg",
        "missing": "",
        "record_state": "complete",
        "record_version": "1",
        "signed": "",
    }


def test_an_empty_item_has_its_row_with_the_missing_code(cast: Cast) -> None:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    form = Submission(Entry({"nrs_worst24": 8}, {"nrs_avg24": "REF"}))
    journey.save(cast.investigator, participant, "BL", "pain", form)
    rows = {row["item"]: row for row in rows_of(cast.investigator, "long") if row["form"] == "pain"}
    assert (rows["nrs_avg24"]["value"], rows["nrs_avg24"]["missing"]) == ("", "REF")
    assert (rows["nrs_now"]["value"], rows["nrs_now"]["missing"]) == ("", "")
    assert rows["nrs_worst24"]["value"] == "8"


def test_sides_drugs_and_complications_have_their_rows(cast: Cast) -> None:
    journey.injected(cast)
    rows = [row for row in rows_of(cast.investigator, "long") if row["form"] == "injection"]
    keys = {(row["group"], row["group_key"]) for row in rows}
    assert {("side", "LEFT"), ("side", "RIGHT"), ("drug", "1"), ("drug", "2")} <= keys
    assert ("complication", "DURAL PUNCTURE") in keys
    doses = [row["value"] for row in rows if row["item"] == "ecdose"]
    assert doses == ["25.00", "25.00"]


def test_a_removed_row_of_a_group_and_a_removed_record_are_left_out(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    with attributed(by=COMMAND_LINE, reason="Entered twice"):
        InjectionDrug.objects.filter(key="2").update(removed=True)
    record = Record.objects.get(participant=participant, form="pain", visit__code="BL")
    records.remove(by=cast.investigator, record=record, expected_version=record.version, reason="Wrong")
    rows = rows_of(cast.investigator, "long")
    assert {row["group_key"] for row in rows if row["group"] == "drug"} == {"1"}
    assert {row["visit"] for row in rows if row["form"] == "pain"} == {"W1"}


def test_rows_come_in_the_order_of_the_casebook(cast: Cast) -> None:
    first, second = journey.with_outcomes(cast), journey.screen_failure(cast)
    journey.attend(cast.investigator, first, "U1")
    journey.save(cast.investigator, first, "U1", "pain", answers.pain(3))
    rows = rows_of(cast.investigator, "long")
    assert list(dict.fromkeys(row["participant"] for row in rows)) == [first.code, second.code]
    visits = dict.fromkeys(row["visit"] for row in rows if row["participant"] == first.code)
    assert list(visits) == ["SCR", "BL", "INJ", "W1", "U1"]
    forms = dict.fromkeys(row["form"] for row in rows if row["visit"] == "BL")
    assert list(forms) == ["pain", "motion", "disability"]
    items = [row["item"] for row in rows if row["form"] == "pain" and row["visit"] == "BL"]
    assert items == [item.name for item in Pain.items()]
