"""The analysis set: what enters the declared analyses, with its baseline, its change and its window."""

from decimal import Decimal

import pytest

from analytics.datasets import vectors
from tests import journey, lived
from tests.analytics.exports.files_read import Row, rows_of
from tests.cast import Cast
from trial.models import Participant
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def participant(cast: Cast) -> Participant:
    return lived.whole(cast)


def of(rows: list[Row], outcome: str, visit: str) -> Row:
    (row,) = [row for row in rows if (row["PARAMCD"], row["VISIT"]) == (outcome, visit)]
    return row


def test_there_is_a_row_for_each_participant_outcome_and_visit(cast: Cast, participant: Participant) -> None:
    others = [journey.screen_failure(cast), journey.added(cast)]
    rows = rows_of(cast.statistician, "analysis")
    planned = sum(len(analysis.visits) for analysis in STUDY.analyses)
    assert len(rows) == planned * 3
    assert {row["SUBJID"] for row in rows} == {participant.code, *(other.code for other in others)}
    assert rows[0]["USUBJID"] == f"{STUDY.code}-{participant.code}"
    flags = {row["SUBJID"]: (row["ENRLFL"], row["SAFFL"], row["COMPLFL"]) for row in rows}
    assert flags[participant.code] == ("Y", "Y", "Y")
    assert flags[others[0].code] == ("", "", "")


def test_what_is_flagged_is_what_the_declared_analyses_read(cast: Cast, participant: Participant) -> None:
    journey.with_outcomes(cast)
    journey.eligible(cast)
    rows = rows_of(cast.statistician, "analysis")
    for analysis in STUDY.analyses:
        read = {
            (vector.participant, visit): Decimal(value)
            for vector in vectors.read(analysis).vectors
            for visit, value in zip(analysis.visits, vector.values, strict=True)
            if value is not None
        }
        flagged = {
            (row["SUBJID"], row["VISIT"]): Decimal(row["AVAL"])
            for row in rows
            if row["PARAMCD"] == analysis.outcome.upper()[:8] and row["ANL01FL"]
        }
        assert flagged == read
        assert flagged


def test_changes_are_from_the_reference_visit(cast: Cast, participant: Participant) -> None:
    rows = rows_of(cast.statistician, "analysis")
    baseline, last = of(rows, "PAIN", "BL"), of(rows, "PAIN", "W12")
    assert (baseline["AVAL"], baseline["BASE"], baseline["CHG"], baseline["ABLFL"]) == ("7", "7", "", "Y")
    assert (last["AVAL"], last["BASE"], last["CHG"], last["ABLFL"]) == ("2", "7", "-5", "")
    assert Decimal(last["PCHG"]) == round(Decimal(-500) / 7, 4)


def test_days_and_windows_count_from_the_injection(cast: Cast, participant: Participant) -> None:
    rows = rows_of(cast.statistician, "analysis")
    said = {
        visit: tuple(of(rows, "PAIN", visit)[name] for name in ("ADY", "AWTARGET", "AWLO", "AWHI", "AWINFL"))
        for visit in ("BL", "W1", "W2", "W12")
    }
    assert said == {
        "BL": ("-1", "1", "-7", "1", "Y"),
        "W1": ("8", "8", "6", "10", "Y"),
        "W2": ("21", "15", "12", "18", "N"),
        "W12": ("85", "85", "78", "92", "Y"),
    }


def test_a_row_without_a_value_says_why(cast: Cast, participant: Participant) -> None:
    rows = rows_of(cast.statistician, "analysis")
    assert of(rows, "MOTION", "W1")["AVALREAS"] == "NO ANSWER"
    assert of(rows, "PAIN", "W1")["AVALREAS"] == ""
    refused = lived.with_missing_codes(cast)
    rows = [row for row in rows_of(cast.statistician, "analysis") if row["SUBJID"] == refused.code]
    assert of(rows, "PAIN", "W2")["AVALREAS"] == "NO VISIT"
    assert of(rows, "MOTION", "W1")["AVALREAS"] == "NO FORM"
    journey.follow_up_missed(cast, other := journey.injected(cast))
    rows = [row for row in rows_of(cast.statistician, "analysis") if row["SUBJID"] == other.code]
    assert of(rows, "PAIN", "W12")["AVALREAS"] == "VISIT NOT DONE"


def test_forms_that_are_not_chosen_have_no_outcome(cast: Cast, participant: Participant) -> None:
    rows = rows_of(cast.statistician, "analysis", forms=("pain",), visits=("W1", "W2"))
    assert {(row["PARAMCD"], row["VISIT"]) for row in rows} == {("PAIN", "W1"), ("PAIN", "W2")}
    assert {row["BASE"] for row in rows} == {"7"}
    assert rows_of(cast.statistician, "analysis", forms=("consent",)) == []
