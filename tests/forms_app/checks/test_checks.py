"""Each edit check both ways: the last value that is usual, and the first that is not.

The findings are those of a save, so the check is also known to be asked.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.formats import date_format

from tests import answers, journey
from tests.cast import Cast
from tests.forms_app.checks.asked import errors, found
from trial.models import Participant, Visit
from trial.services import visits
from trial.services.visits import IN_PERSON, VisitDetails

pytestmark = pytest.mark.django_db


@pytest.fixture
def injected(cast: Cast) -> Participant:
    participant = journey.injected(cast)
    for visit in ("BL", "W1"):
        journey.attend(cast.investigator, participant, visit)
    return participant


# Consent


@pytest.fixture
def arrived(cast: Cast) -> Participant:
    participant = journey.added(cast)
    journey.attend(cast.investigator, participant, "SCR")
    return participant


def test_nobody_consents_before_the_site_was_activated(cast: Cast, arrived: Participant) -> None:
    opened = cast.north.activated_on
    told = errors(cast, arrived, "SCR", "consent", answers.consent(opened - timedelta(days=1)))
    assert told == {"dsstdat_ic": f"Enter a date from {date_format(opened)} on, when the site was activated."}
    assert found(cast, arrived, "SCR", "consent", answers.consent(opened)) == []


@pytest.mark.parametrize(("copy", "codes"), [("Y", []), ("N", ["iccopy.no_copy"])])
def test_a_participant_without_a_copy_is_asked_about(
    cast: Cast, arrived: Participant, copy: str, codes: list[str]
) -> None:
    form = answers.consent(journey.day_of(arrived, "SCR"), iccopy=copy)
    assert found(cast, arrived, "SCR", "consent", form) == codes


@pytest.mark.parametrize(
    ("later", "time", "codes"),
    [
        (-1, None, []),
        (0, "08:30", []),
        (0, None, ["ictim.time"]),
        (1, None, ["dsstdat_ic.late"]),
    ],
)
def test_a_consent_as_late_as_a_visit_is_asked_about(
    cast: Cast, injected: Participant, later: int, time: str | None, codes: list[str]
) -> None:
    day = journey.day_of(injected, "BL") + timedelta(days=later)
    assert found(cast, injected, "SCR", "consent", answers.consent(day, ictim=time), 1) == codes


# Eligibility


def test_a_correction_that_makes_an_enrolled_participant_ineligible_is_asked_about(cast: Cast) -> None:
    participant = journey.enrolled(cast)
    day = journey.day_of(participant, "SCR")
    code = "elig.enrolled_not_eligible"
    assert found(cast, participant, "SCR", "eligibility", answers.eligibility(day, excl01="Y"), 1) == [code]
    assert found(cast, participant, "SCR", "eligibility", answers.eligibility(day), 2) == []


def test_a_screen_failure_is_nothing_to_ask_about(cast: Cast) -> None:
    participant = journey.consented(cast)
    assert journey.judge(cast, participant, excl01="Y").findings == ()


# Pain


@pytest.mark.parametrize(
    ("visit", "items", "codes"),
    [
        ("BL", {"nrs_avg24": 4}, []),
        ("BL", {"nrs_avg24": 3}, ["nrs_avg24.low_at_baseline"]),
        ("W1", {"nrs_avg24": 3}, []),
        ("W1", {"nrs_avg24": 5, "nrs_worst24": 5, "nrs_least24": 5}, []),
        ("W1", {"nrs_avg24": 5, "nrs_worst24": 4}, ["nrs_worst24.worst_below_average"]),
        ("W1", {"nrs_avg24": 5, "nrs_least24": 6}, ["nrs_least24.average_below_least"]),
        ("W1", {"nrs_worst24": 2, "nrs_least24": 3}, ["nrs_worst24.worst_below_least"]),
        ("W1", {"nrs_worst24": 5, "nrs_now": 5, "nrs_least24": 5}, []),
        ("W1", {"nrs_worst24": 5, "nrs_now": 6}, ["nrs_now.worst_below_now"]),
        ("W1", {"nrs_least24": 5, "nrs_now": 4}, ["nrs_now.now_below_least"]),
        ("W1", {"nrs_rest": 4, "nrs_move": 4}, []),
        ("W1", {"nrs_rest": 4, "nrs_move": 3}, ["nrs_move.move_below_rest"]),
    ],
)
def test_pain(cast: Cast, injected: Participant, visit: str, items: dict[str, int], codes: list[str]) -> None:
    assert found(cast, injected, visit, "pain", answers.form(items)) == codes


@pytest.mark.parametrize("form", ["pain", "motion", "disability"])
def test_no_baseline_is_measured_after_the_injection(cast: Cast, injected: Participant, form: str) -> None:
    day, submission = journey.day_of(injected, "INJ"), answers.every_form(injected.site.today())[form]
    move(cast, injected, "BL", day + timedelta(days=1))
    assert len(errors(cast, injected, "BL", form, submission)) == 1
    move(cast, injected, "BL", day)
    assert found(cast, injected, "BL", form, submission) == []


def move(cast: Cast, participant: Participant, visit: str, day: date) -> None:
    """Correct the date of a visit."""
    held = Visit.objects.get(participant=participant, code=visit)
    visits.save(
        by=cast.investigator,
        participant=participant,
        code=visit,
        details=VisitDetails(occurred=True, visit_date=day, contact_mode=IN_PERSON),
        expected_version=held.version,
        reason="Misread",
    )


# Motion


@pytest.mark.parametrize(
    ("trials", "method", "codes"),
    [
        (("5",), "GONIOMETER", []),
        (("4.9",), "GONIOMETER", ["rom_t1.soft"]),
        (("110",), "GONIOMETER", []),
        (("110.1",), "GONIOMETER", ["rom_t1.soft"]),
        (("75",), "DOUBLE INCLINOMETER", []),
        (("75.1",), "DOUBLE INCLINOMETER", ["rom_t1.lumbar"]),
        (("75.1",), "SINGLE INCLINOMETER", []),
        (("110.1",), "DOUBLE INCLINOMETER", ["rom_t1.soft"]),
        (("20", "25", "22"), "GONIOMETER", []),
        (("20", "25.1", "22"), "GONIOMETER", ["rom_t1.spread"]),
    ],
)
def test_motion(
    cast: Cast, injected: Participant, trials: tuple[str, ...], method: str, codes: list[str]
) -> None:
    form = answers.motion(*trials, rom_meth=method)
    assert found(cast, injected, "BL", "motion", form) == codes


@pytest.mark.parametrize(
    ("trial", "changes", "codes"),
    [
        (50, {}, []),
        ("50.1", {}, ["rom_mean.change"]),
        (20, {"rom_meth": "GONIOMETER"}, ["rom_meth.method"]),
        (20, {"rom_eval": "INVESTIGATOR"}, ["rom_eval.assessor"]),
    ],
)
def test_motion_against_before(
    cast: Cast, injected: Participant, trial: Any, changes: dict[str, str], codes: list[str]
) -> None:
    journey.save(cast.investigator, injected, "BL", "motion", answers.motion(20))
    assert found(cast, injected, "W1", "motion", answers.motion(trial, **changes)) == codes


def test_motion_is_compared_with_the_visit_before_it_in_time(cast: Cast, injected: Participant) -> None:
    """An unscheduled visit lies between planned ones; in the schedule it stands behind all of them."""
    between = journey.day_of(injected, "W1") + timedelta(days=2)
    journey.attend(cast.investigator, injected, "W2")
    journey.attend(cast.investigator, injected, "U1", day=between)
    journey.save(cast.investigator, injected, "BL", "motion", answers.motion(20))
    journey.save(cast.investigator, injected, "W2", "motion", answers.motion(50))
    assert found(cast, injected, "U1", "motion", answers.motion(45)) == []
    assert found(cast, injected, "W1", "motion", answers.motion(51)) == ["rom_mean.change"]
    journey.save(cast.investigator, injected, "U1", "motion", answers.motion(75), 1, reason="Misread")
    assert found(cast, injected, "W2", "motion", answers.motion(44), 1) == ["rom_mean.change"]


@pytest.mark.parametrize("mode", ["TELEPHONE CALL", "REMOTE AUDIO VIDEO"])
def test_flexion_is_not_measured_from_afar(cast: Cast, injected: Participant, mode: str) -> None:
    journey.attend(cast.investigator, injected, "W2", mode=mode)
    told = errors(cast, injected, "W2", "motion", answers.motion())
    assert told == {
        "rom_perf": "Answer No with the reason: flexion is measured in person, and this visit was not."
    }
    form = answers.form({"rom_perf": "N", "rom_reasnd": "By telephone"})
    assert found(cast, injected, "W2", "motion", form) == []


# Disability


@pytest.mark.parametrize(
    ("answered", "answer", "pain", "codes"),
    [
        (10, 0, 6, []),
        (10, 0, 7, ["odi_pct.none_with_pain"]),
        (9, 0, 7, ["odi_pct.none_with_pain"]),
        (8, 0, 7, []),
        (10, 5, 7, ["odi_pct.all_highest"]),
        (10, 4, 7, []),
        (7, 3, 7, ["odi_pct.too_few"]),
        (0, 3, 7, []),
    ],
)
def test_disability(
    cast: Cast, injected: Participant, answered: int, answer: int, pain: int, codes: list[str]
) -> None:
    journey.save(cast.investigator, injected, "BL", "pain", answers.pain(pain))
    names = [f"odi{number:02}" for number in range(1, 11)]
    items = {"odi_mode": "SELF PAPER", **dict.fromkeys(names[:answered], answer)}
    form = answers.form(items, dict.fromkeys(names[answered:], "REF"))
    assert found(cast, injected, "BL", "disability", form) == codes


def test_one_section_that_differs_is_nothing_to_ask_about(cast: Cast, injected: Participant) -> None:
    assert found(cast, injected, "BL", "disability", answers.disability(5, odi01=4)) == []


def test_another_mode_than_at_baseline_is_asked_about(cast: Cast, injected: Participant) -> None:
    telephone = answers.disability(odi_mode="TELEPHONE")
    assert found(cast, injected, "W1", "disability", telephone) == []
    assert found(cast, injected, "BL", "disability", answers.disability()) == []
    assert found(cast, injected, "W1", "disability", telephone, 1) == ["odi_mode.mode"]
    assert found(cast, injected, "W1", "disability", answers.disability(), 2) == []


# Injection

NOT_CONFIRMED = {"tipus": "N"}


def left_drugs(*volumes: Any) -> dict[str, Any]:
    """These volumes on the left, and a usual one on the right."""
    left = {str(row): answers.drug(ecvol=volume) for row, volume in enumerate(volumes, start=2)}
    return {"drugs": {"1": answers.drug(lat="RIGHT"), **left}}


@pytest.fixture
def ready(cast: Cast) -> Participant:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    return participant


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"injentim": "10:03"}, []),
        ({"injentim": "10:02"}, ["injentim.duration"]),
        ({"injentim": "11:30"}, []),
        ({"injentim": "11:31"}, ["injentim.duration"]),
        ({"position": "LATERAL DECUBITUS"}, ["position.position"]),
        ({"fluoro": "N"}, ["fluoro.fluoro"]),
        ({"flsec": 300}, []),
        ({"flsec": 301}, ["flsec.soft"]),
        ({"probefreq": "5"}, []),
        ({"probefreq": "4.9"}, ["probefreq.probe"]),
        ({"probetype": "CURVILINEAR", "probefreq": "8"}, []),
        ({"probetype": "CURVILINEAR", "probefreq": "8.1"}, ["probefreq.probe"]),
        ({"left": {"level": "L2-3"}}, ["side.LEFT.level.level"]),
        (
            {"left": {"aspneg": "N"}},
            ["side.LEFT.aspneg.aspiration", "complication.VASCULAR PUNCTURE.cpoccur.seen"],
        ),
        (
            {"left": {"vasupt": "Y"}},
            ["side.LEFT.vasupt.uptake", "complication.INTRAVASCULAR CONTRAST.cpoccur.seen"],
        ),
        ({"left": {"tipus": "N"}}, ["side.LEFT.tipus.tip"]),
        ({"left": {"tipfl": "N"}}, ["side.LEFT.tipfl.tip"]),
        ({"left": {"ndlga": 20, "ndllen": 120, "ndldep": 90, "passes": 5, "convol": "0.5"}}, []),
        ({"left": {"ndlga": 19}}, ["side.LEFT.ndlga.soft"]),
        ({"left": {"ndlga": 26}}, ["side.LEFT.ndlga.soft"]),
        ({"left": {"ndllen": 121}}, ["side.LEFT.ndllen.soft"]),
        ({"left": {"ndldep": 19}}, ["side.LEFT.ndldep.soft"]),
        ({"left": {"passes": 6}}, ["side.LEFT.passes.soft"]),
        ({"left": {"convol": "5.1"}}, ["side.LEFT.convol.soft"]),
        ({"left": {"dispcrn": "L2", "dispcau": "L3"}}, []),
        ({"left": {"dispcrn": "L3", "dispcau": "L3"}}, ["side.LEFT.dispcau.segments"]),
        ({"left": {"dispcrn": "T12", "dispcau": "L5"}}, []),
        ({"left": {"dispcrn": "T11", "dispcau": "L5"}}, ["side.LEFT.dispcau.segments"]),
        ({"left": {"disppat": "PATCHY"}}, []),
        ({"left": {"disppat": "EPIDURAL"}}, ["side.LEFT.disppat.pattern"]),
        (left_drugs(5), []),
        (left_drugs("4.9"), ["side.LEFT.sidedone.volume"]),
        (left_drugs(30), []),
        (left_drugs(30, "0.1"), ["side.LEFT.sidedone.volume"]),
        ({"drugs": {"1": answers.drug()}}, ["side.RIGHT.sidedone.volume"]),
    ],
    ids=str,
)
def test_injection(cast: Cast, ready: Participant, changes: dict[str, Any], codes: list[str]) -> None:
    form = answers.injection(journey.day_of(ready, "INJ"), **changes)
    assert found(cast, ready, "INJ", "injection", form) == codes


def test_a_tip_that_was_not_confirmed_is_no_question_where_no_drug_was_given(
    cast: Cast, ready: Participant
) -> None:
    drugs = {"1": answers.drug(lat="RIGHT")}
    form = answers.injection(journey.day_of(ready, "INJ"), left=NOT_CONFIRMED, drugs=drugs)
    assert found(cast, ready, "INJ", "injection", form) == ["side.LEFT.sidedone.volume"]


@pytest.mark.parametrize(("days", "codes"), [(0, []), (-1, ["drug.1.ecexp.expired"])])
def test_a_drug_may_expire_on_the_day_but_not_before(
    cast: Cast, ready: Participant, days: int, codes: list[str]
) -> None:
    day = journey.day_of(ready, "INJ")
    expiry = (day + timedelta(days=days)).isoformat()
    drugs = {"1": answers.drug(ecexp=expiry), "2": answers.drug(lat="RIGHT")}
    assert found(cast, ready, "INJ", "injection", answers.injection(day, drugs=drugs)) == codes


def test_an_injection_on_another_day_than_its_visit_is_asked_about(cast: Cast, ready: Participant) -> None:
    day = journey.day_of(ready, "INJ") + timedelta(days=1)
    assert found(cast, ready, "INJ", "injection", answers.injection(day)) == ["injdat.visit_date"]


def test_no_injection_lies_before_the_consent(cast: Cast, ready: Participant) -> None:
    consent = journey.day_of(ready, "SCR")
    told = errors(cast, ready, "INJ", "injection", answers.injection(consent - timedelta(days=1)))
    assert set(told) == {"injdat"}
    assert found(cast, ready, "INJ", "injection", answers.injection(consent)) == ["injdat.visit_date"]


def test_the_contrast_runs_from_cranial_to_caudal(cast: Cast, ready: Participant) -> None:
    form = answers.injection(journey.day_of(ready, "INJ"), left={"dispcrn": "L4", "dispcau": "L3"})
    assert set(errors(cast, ready, "INJ", "injection", form)) == {"side.LEFT.dispcau"}


def test_an_injection_that_was_not_performed_has_nothing_to_ask_about(cast: Cast, ready: Participant) -> None:
    assert found(cast, ready, "INJ", "injection", answers.not_performed()) == []


METHYLPREDNISOLONE = {"ectrt": "Methylprednisolone", "ecstrn": "40"}


@pytest.mark.parametrize(
    ("weight", "volume", "codes"),
    [
        ("50", 20, []),
        ("49.9", 20, ["lamg.bupivacaine"]),
        (None, 30, []),
    ],
)
def test_a_dose_above_its_alert_for_the_body_weight_is_asked_about(
    cast: Cast, ready: Participant, weight: str | None, volume: int, codes: list[str]
) -> None:
    """Twice 20 mL of 2.5 mg/mL are 100 mg: 2 mg/kg for 50 kg."""
    if weight:
        found(cast, ready, "SCR", "demographics", answers.demographics(weight=weight))
    drugs = {"1": answers.drug(ecvol=volume), "2": answers.drug(lat="RIGHT", ecvol=volume)}
    form = answers.injection(journey.day_of(ready, "INJ"), drugs=drugs)
    assert found(cast, ready, "INJ", "injection", form) == codes


@pytest.mark.parametrize(
    ("name", "codes"),
    [("布比卡因", []), ("Sodium chloride 0.9 %", []), ("Liposome", ["drug.1.ectrt.unknown"])],
)
def test_a_drug_that_nobody_listed_is_asked_about(
    cast: Cast, ready: Participant, name: str, codes: list[str]
) -> None:
    drugs = {**answers.both_drugs(), "1": answers.drug(ectrt=name)}
    form = answers.injection(journey.day_of(ready, "INJ"), drugs=drugs)
    assert found(cast, ready, "INJ", "injection", form) == codes


@pytest.mark.parametrize(("volume", "codes"), [("1", []), ("1.1", ["steroidmg.most"])])
def test_more_steroid_than_the_study_allows_is_asked_about(
    cast: Cast, ready: Participant, volume: str, codes: list[str]
) -> None:
    steroid = {
        "3": answers.drug(**METHYLPREDNISOLONE, ecvol=1),
        "4": answers.drug(**METHYLPREDNISOLONE, ecvol=volume, lat="RIGHT"),
    }
    form = answers.injection(journey.day_of(ready, "INJ"), drugs=answers.both_drugs() | steroid)
    assert found(cast, ready, "INJ", "injection", form) == codes


@pytest.mark.parametrize(("time", "codes"), [("10:00", []), ("10:01", ["injsttim.consent"])])
def test_an_injection_before_the_minute_of_consent_is_asked_about(
    cast: Cast, ready: Participant, time: str, codes: list[str]
) -> None:
    day = journey.day_of(ready, "INJ")
    journey.save(
        cast.investigator, ready, "SCR", "consent", answers.consent(day, ictim=time), 1, reason="Misread"
    )
    assert found(cast, ready, "INJ", "injection", answers.injection(day)) == codes


@pytest.mark.parametrize(("later", "codes"), [(0, []), (1, ["injdat.eligibility"])])
def test_an_injection_before_the_criteria_were_judged_is_asked_about(
    cast: Cast, ready: Participant, later: int, codes: list[str]
) -> None:
    day = journey.day_of(ready, "INJ")
    judged = answers.eligibility(day + timedelta(days=later))
    journey.save(cast.investigator, ready, "SCR", "eligibility", judged, 1, reason="Misread")
    assert found(cast, ready, "INJ", "injection", answers.injection(day)) == codes
