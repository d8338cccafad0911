from collections import Counter

import pytest

from analytics.exports.options import Options
from analytics.exports.selection import open_selection
from forms_app.services import records
from tests import answers, journey
from tests.analytics.exports.files_read import rows_of
from tests.cast import Cast
from trial.crf.submission import Entry, Submission
from trial.models import Record
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_participant_has_one_row_with_the_state_screen_failures_too(cast: Cast) -> None:
    people = [journey.with_outcomes(cast), journey.screen_failure(cast), journey.added(cast)]
    rows = rows_of(cast.investigator, "wide")
    assert [row["participant"] for row in rows] == [participant.code for participant in people]
    assert [row["participant_state"] for row in rows] == ["treated", "screen failure", "screening"]
    assert rows[1]["participant_state_reason"] != ""


def test_planned_visits_stand_side_by_side(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    (row,) = rows_of(cast.investigator, "wide")
    assert (row["study"], row["site"]) == (STUDY.code, "01")
    assert row["BL_visit_date"] == journey.day_of(participant, "BL").isoformat()
    assert (row["BL_occurred"], row["BL_contact_mode"], row["W12_occurred"]) == ("Y", "IN PERSON", "")
    assert (row["BL_pain_state"], row["BL_nrs_avg24"], row["BL_rom_mean"]) == ("complete", "7", "21.0")
    assert (row["W1_odi_pct"], row["W2_odi_pct"], row["W12_nrs_avg24"]) == ("42.0", "", "")
    assert row["INJ_injsttim"] == "10:00"


def test_groups_with_fixed_rows_are_in_it_and_numbered_ones_are_not(cast: Cast) -> None:
    journey.injected(cast)
    (row,) = rows_of(cast.investigator, "wide")
    assert (row["INJ_side_LEFT_level"], row["INJ_side_RIGHT_vasupt"]) == ("L3-4", "N")
    assert row["INJ_complication_DURAL_PUNCTURE_cpoccur"] == "N"
    assert not [name for name in row if "_drug_" in name or name.endswith("_ectrt")]


def test_a_missing_code_stands_beside_its_item_and_a_derived_item_has_none(cast: Cast) -> None:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    form = Submission(Entry({"nrs_worst24": 8}, {"nrs_avg24": "REF"}))
    journey.save(cast.investigator, participant, "BL", "pain", form)
    (row,) = rows_of(cast.investigator, "wide")
    assert (row["BL_nrs_avg24"], row["BL_nrs_avg24_missing"], row["BL_nrs_worst24"]) == ("", "REF", "8")
    assert "BL_rom_mean" in row
    assert "BL_rom_mean_missing" not in row


def test_unscheduled_visits_and_removed_records_are_left_out(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    journey.attend(cast.investigator, participant, "U1")
    journey.save(cast.investigator, participant, "U1", "pain", answers.pain(3))
    record = Record.objects.get(participant=participant, form="pain", visit__code="BL")
    records.remove(by=cast.investigator, record=record, expected_version=record.version, reason="Wrong")
    (row,) = rows_of(cast.investigator, "wide")
    assert not [name for name in row if name.startswith("U1")]
    assert (row["BL_nrs_avg24"], row["BL_pain_state"], row["W1_nrs_avg24"]) == ("", "", "7")


def test_what_is_not_in_a_row_of_a_participant_stands_in_tables_of_its_own(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    journey.attend(cast.investigator, participant, "U1")
    journey.save(cast.investigator, participant, "U1", "pain", answers.pain(3))
    (visit,) = rows_of(cast.investigator, "wide", "visits_unscheduled")
    assert (visit["visit"], visit["reason_unscheduled"]) == ("U1", "Came with more pain")
    assert visit["contact_mode"] == "IN PERSON"
    (pain,) = rows_of(cast.investigator, "wide", "pain_unscheduled")
    assert (pain["visit"], pain["nrs_avg24"]) == ("U1", "3")
    drugs = rows_of(cast.investigator, "wide", "injection_drug")
    assert [(row["visit"], row["group_key"], row["lat"]) for row in drugs] == [
        ("INJ", "1", "LEFT"),
        ("INJ", "2", "RIGHT"),
    ]


def test_every_value_of_the_long_shape_stands_in_one_of_the_tables(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    journey.attend(cast.investigator, participant, "U1")
    journey.save(cast.investigator, participant, "U1", "pain", answers.pain(3))
    journey.log(cast.investigator, participant, "medication", answers.medication(participant.site.today()))
    long = Counter(row["value"] for row in rows_of(cast.investigator, "long") if row["value"])
    with open_selection(by=cast.investigator, options=Options(shape="wide")) as source:
        wide = Counter(
            cell
            for dataset in source.datasets()
            for row in source.rows(dataset)
            for column, cell in zip(dataset.columns, row, strict=True)
            if cell and column.item and not column.missing_of
        )
    assert long == wide
    assert sum(long.values()) > 100


def test_the_label_says_what_is_not_in_the_rows(cast: Cast) -> None:
    with open_selection(by=cast.investigator, options=Options(shape="wide")) as source:
        label = source.datasets()[0].label
    assert "unscheduled visits, logs and numbered rows are not in it" in label
