"""The edit checks of the screening forms, both ways: the last value that is usual, the first that is not."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.formats import date_format

from forms_app.checks import consent as consent_checks
from tests import answers, journey
from tests.cast import Cast
from tests.forms_app.checks.asked import errors, found
from trial.crf.submission import Entry, Submission
from trial.models import Participant
from trial.protocol import STUDY
from trial.protocol.partial_date import add_months
from trial.protocol.study import ConsentVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def consented(cast: Cast) -> Participant:
    return journey.consented(cast)


def screened_on(participant: Participant) -> date:
    return journey.day_of(participant, "SCR")


# Consent


@pytest.fixture
def versions(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> date:
    """A second version of the consent form took the place of the first on the day that is returned."""
    day = cast.north.today() - timedelta(days=20)
    first = ConsentVersion("1.0", ("en", "zh"), date(2021, 4, 1), superseded_on=day)
    second = ConsentVersion("2.0", ("en",), approved_on=day)
    study = replace(STUDY, consent_versions=(first, second))
    monkeypatch.setattr(consent_checks, "STUDY", study)
    return day


def test_an_unknown_version_is_asked_about(cast: Cast, consented: Participant) -> None:
    form = answers.consent(screened_on(consented), icver="0.9")
    assert found(cast, consented, "SCR", "consent", form, 1) == ["icver.version"]


@pytest.mark.parametrize(("language", "codes"), [("zh", []), ("fr", ["iclang.language"])])
def test_a_language_in_which_the_version_was_not_approved_is_asked_about(
    cast: Cast, consented: Participant, language: str, codes: list[str]
) -> None:
    form = answers.consent(screened_on(consented), iclang=language)
    assert found(cast, consented, "SCR", "consent", form, 1) == codes


@pytest.mark.parametrize(("later", "codes"), [(-1, ["icver.renew"]), (0, ["icver.superseded"])])
def test_a_superseded_version_is_asked_about(
    cast: Cast, consented: Participant, versions: date, later: int, codes: list[str]
) -> None:
    form = answers.consent(versions + timedelta(days=later))
    assert found(cast, consented, "SCR", "consent", form, 1) == codes


def test_nobody_consents_to_a_version_before_it_was_approved(
    cast: Cast, consented: Participant, versions: date
) -> None:
    early = versions - timedelta(days=1)
    told = errors(cast, consented, "SCR", "consent", answers.consent(early, icver="2.0"), 1)
    assert told == {
        "dsstdat_ic": f"Enter a date from {date_format(versions)} on, when version 2.0 was approved."
    }
    told = errors(cast, consented, "SCR", "consent", renewed(consented, early), 1)
    assert set(told) == {"reconsent.1.recdat"}
    assert found(cast, consented, "SCR", "consent", answers.consent(versions, icver="2.0"), 1) == []


def test_consent_is_renewed_when_a_newer_version_came_into_use(
    cast: Cast, consented: Participant, versions: date
) -> None:
    first = answers.consent(screened_on(consented), icfut="Y")
    assert found(cast, consented, "SCR", "consent", first, 1) == ["icver.renew"]
    assert found(cast, consented, "SCR", "consent", renewed(consented, versions), 2) == []


def test_who_is_no_longer_in_the_study_renews_nothing(cast: Cast, versions: date) -> None:
    failed = journey.screen_failure(cast)
    form = answers.consent(screened_on(failed), icfut="Y")
    assert found(cast, failed, "SCR", "consent", form, 1) == []


def test_a_renewed_consent_comes_after_the_first(cast: Cast, consented: Participant) -> None:
    early = renewed(consented, screened_on(consented) - timedelta(days=1), version="1.0")
    assert found(cast, consented, "SCR", "consent", early, 1) == ["reconsent.1.recdat.before"]


def renewed(participant: Participant, day: date, version: str = "2.0") -> Submission:
    row = {"recdat": day.isoformat(), "recver": version, "recreas": "New version"}
    first = answers.consent(screened_on(participant))
    return Submission(first.header, {"reconsent": {"1": Entry(row)}})


# Demographics


@pytest.mark.parametrize(
    ("years", "codes"),
    [(17, ["brthyy.young"]), (18, []), (85, []), (86, ["brthyy.old"])],
)
def test_an_unusual_age_is_asked_about(
    cast: Cast, consented: Participant, years: int, codes: list[str]
) -> None:
    form = answers.demographics(brthyy=screened_on(consented).year - years)
    assert found(cast, consented, "SCR", "demographics", form) == codes


def test_nobody_is_born_after_the_consent(cast: Cast, consented: Participant) -> None:
    year = screened_on(consented).year
    told = errors(cast, consented, "SCR", "demographics", answers.demographics(brthyy=year + 1))
    assert told == {"brthyy": f"Enter a year up to that of the consent, {year}."}


def test_diabetes_reminds_of_glucose(cast: Cast, consented: Participant) -> None:
    assert found(cast, consented, "SCR", "demographics", answers.demographics(diab="Y")) == ["diab.glucose"]


# Surgery

LONG_AGO = ["operation.1.surgdat.long_ago"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"levels": ["L3-4", "L4-5"]}, ["operation.1.levels.target"]),
        ({"levels": ["T12-L1", "L1-2", "L2-3", "L4-5", "L5-S1"]}, ["operation.1.nlev.soft"]),
        ({"index": "N"}, ["surgyn.index"]),
        ({"surgdat": 240}, []),
        ({"surgdat": 241}, ["operation.1.surgdat.long_ago"]),
    ],
    ids=str,
)
def test_surgery(cast: Cast, consented: Participant, changes: dict[str, Any], codes: list[str]) -> None:
    day = screened_on(consented)
    if "surgdat" in changes:
        changes = {"surgdat": add_months(day, -changes["surgdat"]).isoformat()}
    form = answers.surgery(day, answers.operation(day, **changes))
    assert found(cast, consented, "SCR", "surgery", form) == codes


def test_an_operation_lies_between_birth_and_consent(cast: Cast, consented: Participant) -> None:
    day = screened_on(consented)
    found(cast, consented, "SCR", "demographics", answers.demographics(brthyy=1975))

    def told(done: str) -> set[str]:
        form = answers.surgery(day, answers.operation(day, surgdat=done))
        return set(errors(cast, consented, "SCR", "surgery", form))

    assert told((day + timedelta(days=1)).isoformat()) == {"operation.1.surgdat"}
    assert told("1974-12") == told("1974") == {"operation.1.surgdat"}
    for version, possible in ((None, day.isoformat()[:7]), (1, str(day.year)), (2, "1975")):
        form = answers.surgery(day, answers.operation(day, surgdat=possible))
        assert found(cast, consented, "SCR", "surgery", form, version) in ([], LONG_AGO)


def test_one_operation_is_the_index_operation(cast: Cast, consented: Participant) -> None:
    day = screened_on(consented)
    first, second = answers.operation(day), answers.operation(day, surgdat="2019")
    told = errors(cast, consented, "SCR", "surgery", answers.surgery(day, first, second))
    assert set(told) == {"operation.2.index"}
    form = answers.surgery(day, first, {**second, "index": "N"})
    assert found(cast, consented, "SCR", "surgery", form) == []


# Prior treatment


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"mbblat": "LEFT"}, ["block.1.mbblat.one_side"]),
        ({"mbbmin": 14}, ["block.1.mbbmin.soft"]),
        ({"mbbpre": 8, "mbbpost": 4, "mbbresp": "POSITIVE"}, []),
        ({"mbbpre": 8, "mbbpost": 4, "mbbresp": "NEGATIVE"}, ["block.1.mbbresp.relief"]),
        ({"mbbpre": 9, "mbbpost": 5, "mbbresp": "POSITIVE"}, ["block.1.mbbresp.relief"]),
        ({"mbbpre": 0, "mbbpost": 0, "mbbresp": "NEGATIVE"}, []),
    ],
    ids=str,
)
def test_blocks(cast: Cast, consented: Participant, changes: dict[str, Any], codes: list[str]) -> None:
    day = screened_on(consented)
    form = answers.prior_treatment(day, blocks=[answers.block(day, **changes)])
    assert found(cast, consented, "SCR", "prior_treatment", form) == codes


def test_what_began_after_the_consent_is_no_prior_treatment(cast: Cast, consented: Participant) -> None:
    day = screened_on(consented)
    later = (day + timedelta(days=1)).isoformat()
    form = answers.prior_treatment(
        day, treatments=[answers.treatment(ptstdat=later)], blocks=[answers.block(day, mbbdat=later)]
    )
    told = errors(cast, consented, "SCR", "prior_treatment", form)
    assert set(told) == {"treatment.1.ptstdat", "block.1.mbbdat"}


def test_a_yes_without_a_row_is_asked_about(cast: Cast, consented: Participant) -> None:
    form = answers.form({"ptyn": "Y", "mbbyn": "Y"})
    assert found(cast, consented, "SCR", "prior_treatment", form) == ["ptyn.rows", "mbbyn.rows"]


@pytest.mark.parametrize(("days", "codes"), [(7, []), (6, ["block.1.mbbdat.late"])])
def test_a_block_shortly_before_the_injection_is_asked_about(cast: Cast, days: int, codes: list[str]) -> None:
    participant = journey.injected(cast)
    injected = journey.day_of(participant, "INJ")
    journey.save(
        cast.investigator, participant, "SCR", "consent", answers.consent(injected), 1, reason="Misread"
    )
    block = answers.block(injected, mbbdat=(injected - timedelta(days=days)).isoformat())
    form = answers.prior_treatment(injected, blocks=[block])
    assert found(cast, participant, "SCR", "prior_treatment", form) == codes


@pytest.mark.parametrize("days", [0, 1])
def test_a_block_long_before_the_injection_is_asked_about(cast: Cast, days: int) -> None:
    participant = journey.injected(cast)
    injected = journey.day_of(participant, "INJ")
    done = add_months(injected, -6) - timedelta(days=days)
    form = answers.prior_treatment(injected, blocks=[answers.block(injected, mbbdat=done.isoformat())])
    # At the end of a month six months back and forth may miss a day.
    codes = [] if add_months(done, 6) >= injected else ["block.1.mbbdat.early"]
    assert found(cast, participant, "SCR", "prior_treatment", form) == codes


# MRI


@pytest.mark.parametrize(
    ("ago", "codes"),
    [(400, ["mridat.operation", "mridat.old"]), (399, ["mridat.old"]), (180, []), (190, ["mridat.old"])],
)
def test_an_mri_shows_the_spine_as_it_was_operated_and_is_recent(
    cast: Cast, consented: Participant, ago: int, codes: list[str]
) -> None:
    """The operation lies 400 days before the screening."""
    day = screened_on(consented)
    found(cast, consented, "SCR", "surgery", answers.surgery(day))
    form = answers.mri(day, mridat=(day - timedelta(days=ago)).isoformat())
    assert found(cast, consented, "SCR", "mri", form) == codes


def test_no_mri_is_read_before_it_was_taken(cast: Cast, consented: Participant) -> None:
    day = screened_on(consented)
    early = answers.mri(day, mridat=day.isoformat(), mrirddat=(day - timedelta(days=1)).isoformat())
    assert set(errors(cast, consented, "SCR", "mri", early)) == {"mrirddat"}
    same = answers.mri(day, mridat=day.isoformat(), mrirddat=day.isoformat())
    assert found(cast, consented, "SCR", "mri", same) == []
