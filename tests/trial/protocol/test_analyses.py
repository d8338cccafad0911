"""The declared analyses, and the study as a whole."""

from dataclasses import replace
from decimal import Decimal

import pytest

from trial.protocol import STUDY
from trial.protocol.analyses import PILOT_ANALYSES, Analysis
from trial.protocol.schedule import PILOT_SCHEDULE, Visit
from trial.protocol.validation import ProtocolError

PAIN = PILOT_ANALYSES[0]


def test_the_pilot_analyses_its_three_outcomes() -> None:
    assert STUDY.outcomes == ("pain", "motion", "disability")


@pytest.mark.parametrize("analysis", PILOT_ANALYSES, ids=lambda analysis: analysis.outcome)
def test_each_analysis_fits_the_schedule(analysis: Analysis) -> None:
    analysis.validate_against(PILOT_SCHEDULE)
    order = [PILOT_SCHEDULE.position(visit) for visit in analysis.visits]
    assert order == sorted(order)


@pytest.mark.parametrize("analysis", PILOT_ANALYSES, ids=lambda analysis: analysis.outcome)
def test_each_precision_is_a_power_of_ten(analysis: Analysis) -> None:
    assert analysis.precision in (Decimal(1), Decimal("0.1"))


def test_disability_is_analysed_where_it_is_asked() -> None:
    disability = STUDY.analysis("disability")
    assert disability is not None
    assert disability.visits == ("BL", "W12")


def test_an_outcome_without_analysis_is_none() -> None:
    assert STUDY.analysis("sleep") is None


def test_a_reference_that_is_no_visit_of_the_analysis_is_refused() -> None:
    with pytest.raises(ProtocolError, match="Analysis pain: the reference is no visit of it"):
        replace(PAIN, reference="W4")


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, -0.5])
def test_a_level_that_is_no_probability_is_refused(level: float) -> None:
    with pytest.raises(ProtocolError, match="the level must lie between 0 and 1"):
        replace(PAIN, level=level)


def test_a_covariance_that_is_its_own_fall_back_is_refused() -> None:
    with pytest.raises(ProtocolError, match="Analysis pain: covariances declared twice: cs"):
        replace(PAIN, covariance="cs")


def test_a_random_slope_needs_the_planned_day_of_each_visit() -> None:
    screening = Visit("SCR", "Screening", ("pain",), opens="screening")
    schedule = replace(PILOT_SCHEDULE, visits=(screening, *PILOT_SCHEDULE.visits[1:]))
    slope = replace(PAIN, covariance="ris", visits=("SCR", "BL"))
    with pytest.raises(ProtocolError, match="a random slope needs the planned day of SCR"):
        slope.validate_against(schedule)
    replace(slope, covariance="un").validate_against(schedule)
    with pytest.raises(ProtocolError, match="a random slope"):
        replace(slope, covariance="un", fallbacks=("ris",)).validate_against(schedule)
    replace(PAIN, covariance="ris").validate_against(PILOT_SCHEDULE)


@pytest.mark.parametrize("visit", ["W4", "SCR", "XX"])
def test_a_visit_that_does_not_collect_the_form_is_refused(visit: str) -> None:
    wrong = replace(PAIN, visits=("BL", visit))
    with pytest.raises(ProtocolError, match=f"Analysis pain: visit {visit} does not collect pain"):
        wrong.validate_against(PILOT_SCHEDULE)


def test_the_study_says_what_its_publication_does_not() -> None:
    assert any("week 4" in note for note in STUDY.notes)
    assert any("Visit tolerances" in note for note in STUDY.notes)
