"""What the data say of each criterion: met, not met, and when they cannot confirm it. No database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from forms_app.evidence.criteria import JUDGES, contradicts, judge
from forms_app.evidence.facts import Facts
from forms_app.evidence.judgement import Judgement
from trial.protocol import STUDY

CONSENT = date(2026, 8, 31)
NOTHING = Facts({}, {}, {}, (), {}, (), (), {})
KNOWN = replace(NOTHING, consent={"dsstdat_ic": CONSENT})


def judged(code: str, facts: Facts = KNOWN, **answers: Any) -> Judgement:
    return JUDGES[code](facts, answers)


def operated(day: str | None) -> Facts:
    return replace(KNOWN, surgery={"surgyn": "Y"}, operations=({"surgdat": day, "index": "Y"},))


@pytest.mark.parametrize("code", JUDGES)
def test_nothing_is_confirmed_by_nothing_and_nobody_is_asked(code: str) -> None:
    found = JUDGES[code](NOTHING, {})
    assert (found.verdict, found.asked) == (None, False)
    assert str(found.said)


def test_only_criteria_of_the_protocol_are_judged_in_its_order() -> None:
    codes = [criterion.code for criterion in judge(NOTHING, {})]
    assert codes == [criterion.code for criterion in STUDY.criteria if criterion.code in JUDGES]
    assert set(codes) == set(JUDGES)


@pytest.mark.parametrize(
    ("day", "verdict", "asked"),
    [
        ("2026-02-28", "Y", False),
        ("2026-03-01", "N", False),
        ("2026-02", "Y", False),
        ("2026-03", "N", False),
        ("2025-12", "Y", False),
        ("2025", None, True),
        ("1999", None, True),
        (None, None, False),
    ],
)
def test_six_calendar_months_lie_between_operation_and_consent(
    day: str | None, verdict: str | None, asked: bool
) -> None:
    """Six months after 28 February is 28 August; a month without its day counts by its last one."""
    found = judged("INCL01", operated(day))
    assert (found.verdict, found.asked) == (verdict, asked)


def test_the_index_operation_is_judged_and_no_other() -> None:
    later = {"surgdat": "2026-08-01", "index": "N"}
    facts = replace(operated("2020-01-01"), operations=(later, {"surgdat": "2020-01-01", "index": "Y"}))
    assert judged("INCL01", facts).verdict == "Y"
    assert judged("INCL01", replace(KNOWN, operations=(later,))).verdict is None
    assert judged("INCL01", replace(KNOWN, surgery={"surgyn": "N"})).verdict == "N"


@pytest.mark.parametrize(
    ("left", "right", "normal", "verdict", "asked"),
    [
        ("NEGATIVE", "NEGATIVE", "Y", "Y", False),
        ("POSITIVE", "NEGATIVE", "Y", "N", False),
        (None, "POSITIVE", None, "N", False),
        (None, "NEGATIVE", "Y", None, False),
        ("NEGATIVE", "NEGATIVE", "N", None, True),
        ("NEGATIVE", "NEGATIVE", None, None, False),
    ],
)
def test_a_positive_straight_leg_raise_speaks_of_radiation(
    left: str | None, right: str | None, normal: str | None, verdict: str | None, asked: bool
) -> None:
    found = judged("INCL02", slrleft=left, slrright=right, neuronl=normal)
    assert (found.verdict, found.asked) == (verdict, asked)


@pytest.mark.parametrize(
    ("responses", "verdict"),
    [
        (["NONE"], "Y"),
        (["ADEQUATE", "PARTIAL"], "Y"),
        (["ADEQUATE"], "N"),
        ([None], "N"),
        ([], None),
    ],
)
def test_one_treatment_without_adequate_response_is_enough(
    responses: list[str | None], verdict: str | None
) -> None:
    facts = replace(KNOWN, treatments=tuple({"ptresp": response} for response in responses))
    assert judged("INCL03", facts).verdict == verdict
    assert judged("INCL03", replace(KNOWN, prior={"ptyn": "N"})).verdict == "N"


def block(relief: str | None, **changes: Any) -> dict[str, Any]:
    where = {"mbbdat": date(2026, 8, 1), "mbbguide": "ULTRASOUND", "mbblat": "BILATERAL", "mbblevel": "L3-4"}
    return {**where, "mbbster": "N", "mbbrelief": None if relief is None else Decimal(relief), **changes}


@pytest.mark.parametrize(
    ("blocks", "verdict"),
    [
        ([block("49.9")], "Y"),
        ([block("50")], "N"),
        ([block("-10")], "Y"),
        ([block(None)], None),
        ([block("0", mbbguide="BOTH")], "Y"),
        ([block("0", mbbguide="FLUOROSCOPY")], None),
        ([block("0", mbblat="LEFT")], None),
        ([block("0", mbblevel="L4-5")], None),
        ([block("80", mbbdat=date(2026, 7, 1)), block("10")], "Y"),
        ([block("10", mbbdat=date(2026, 7, 1)), block("80")], "N"),
        ([], None),
    ],
)
def test_the_last_block_of_the_protocol_relieved_less_than_the_threshold(
    blocks: list[dict[str, Any]], verdict: str | None
) -> None:
    assert judged("INCL04", replace(KNOWN, blocks=tuple(blocks))).verdict == verdict
    assert judged("INCL04", replace(KNOWN, prior={"mbbyn": "N"})).verdict == "N"


@pytest.mark.parametrize(
    ("born", "verdict", "asked"), [(2007, "Y", False), (2008, None, True), (2009, "N", False)]
)
def test_the_year_of_birth_alone_leaves_the_year_of_majority_open(
    born: int, verdict: str | None, asked: bool
) -> None:
    found = judged("INCL05", replace(KNOWN, person={"brthyy": born}))
    assert (found.verdict, found.asked) == (verdict, asked)


@pytest.mark.parametrize(("months", "verdict"), [(3, "Y"), (2, "N"), (0, "N")])
def test_pain_lasts_three_months(months: int, verdict: str) -> None:
    assert judged("INCL06", replace(KNOWN, person={"paindur": months})).verdict == verdict


@pytest.mark.parametrize(("pain", "verdict"), [(4, "Y"), (3, "N"), (0, "N")])
def test_pain_at_screening_is_at_least_four(pain: int, verdict: str) -> None:
    assert judged("INCL07", scrnrs=pain).verdict == verdict


@pytest.mark.parametrize(("code", "item"), [("EXCL01", "hern"), ("EXCL02", "sten")])
@pytest.mark.parametrize("finding", ["Y", "N", None])
def test_the_mri_says_what_it_shows(code: str, item: str, finding: str | None) -> None:
    facts = replace(KNOWN, mri={"mridat": date(2026, 8, 1), "hern": None, "sten": None, item: finding})
    assert judged(code, facts).verdict == finding


@pytest.mark.parametrize(
    ("inr", "platelets", "anticoagulant", "verdict", "asked"),
    [
        ("1.5", 100, "N", "N", False),
        ("1.6", 100, "N", "Y", False),
        ("1.0", 99, "N", "Y", False),
        ("1.6", None, "Y", "Y", False),
        ("1.0", 250, "Y", None, True),
        (None, None, "Y", None, True),
        (None, 250, "N", None, False),
        ("1.0", 250, None, None, False),
    ],
)
def test_coagulation(
    inr: str | None, platelets: int | None, anticoagulant: str | None, verdict: str | None, asked: bool
) -> None:
    facts = replace(KNOWN, person={"anticoag": anticoagulant})
    found = judged("EXCL04", facts, inr=inr and Decimal(inr), plat=platelets)
    assert (found.verdict, found.asked) == (verdict, asked)


@pytest.mark.parametrize(
    ("sex", "tested", "verdict", "asked"),
    [
        ("M", None, "N", False),
        ("F", None, None, False),
        ("F", date(2026, 8, 31), None, False),
        ("F", date(2026, 8, 24), None, False),
        ("F", date(2026, 8, 23), None, True),
        ("F", date(2026, 9, 1), None, True),
    ],
)
def test_a_pregnancy_test_is_at_most_a_week_old(
    sex: str, tested: date | None, verdict: str | None, asked: bool
) -> None:
    found = judged("EXCL06", replace(KNOWN, person={"sex": sex}), pregdat=tested, iedat=CONSENT)
    assert (found.verdict, found.asked) == (verdict, asked)


@pytest.mark.parametrize(
    ("hba1c", "diabetes", "verdict"),
    [("8.0", "Y", "N"), ("8.1", "Y", "Y"), ("8.1", "N", "Y"), (None, "N", "N"), (None, "Y", None)],
)
def test_hba1c(hba1c: str | None, diabetes: str, verdict: str | None) -> None:
    facts = replace(KNOWN, person={"diab": diabetes})
    assert judged("EXCL07", facts, hba1c=hba1c and Decimal(hba1c)).verdict == verdict


@pytest.mark.parametrize(
    ("injection", "verdict", "asked"),
    [
        ("2026-05-31", "N", False),
        ("2026-06-01", "Y", False),
        ("2026-05", "N", False),
        ("2026-06", "Y", False),
        ("2026", None, True),
        ("2025", "N", False),
        (None, None, False),
    ],
)
def test_three_calendar_months_lie_between_an_injection_and_the_assessment(
    injection: str | None, verdict: str | None, asked: bool
) -> None:
    found = judged("EXCL08", sterdat=injection, iedat=CONSENT)
    assert (found.verdict, found.asked) == (verdict, asked)


def test_a_block_with_a_steroid_counts_as_an_injection() -> None:
    facts = replace(KNOWN, blocks=(block("10", mbbster="Y"),))
    assert judged("EXCL08", facts, sterdat="2019", iedat=CONSENT).verdict == "Y"
    without = replace(KNOWN, blocks=(block("10"),))
    assert judged("EXCL08", without, iedat=CONSENT).verdict is None


@pytest.mark.parametrize(
    ("code", "answer", "verdict", "contradicted"),
    [
        ("INCL01", "Y", "N", True),
        ("INCL01", "N", "Y", True),
        ("INCL01", "Y", "Y", False),
        ("INCL01", "Y", None, False),
        ("INCL01", None, "N", False),
        ("EXCL01", "N", "Y", True),
        ("EXCL06", "NA", "N", False),
        ("EXCL06", "Y", "N", True),
    ],
)
def test_an_answer_contradicts_when_one_speaks_for_and_one_against(
    code: str, answer: str | None, verdict: Any, contradicted: bool
) -> None:
    criterion = next(each for each in STUDY.criteria if each.code == code)
    found = replace(judged(code, NOTHING), verdict=verdict)
    assert contradicts(criterion, answer, found) is contradicted
