"""Screening, enrolment, the ends: who may, when, and what follows from a form."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests import answers, journey
from tests.cast import Cast
from tests.races import at_once
from tests.sql import run
from trial.access import Role
from trial.models import Event, Participant, Record, Site, User
from trial.refusals import Refusal
from trial.services import participants
from trial.services.participants import add, enrol

pytestmark = pytest.mark.django_db


def refusal(act: Callable[..., object], **arguments: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(**arguments)
    return refused.value.code


def state_of(participant: Participant) -> str:
    return journey.again(participant).state


# Codes


@pytest.mark.requirement("E6.13", "PRIV.30")
def test_codes_are_the_sites_code_and_a_running_number(cast: Cast) -> None:
    codes = [add(by=cast.coordinator, site=cast.north).code for _ in range(3)]
    south = add(by=cast.southern_coordinator, site=cast.south).code
    assert [*codes, south] == ["01-001", "01-002", "01-003", "02-001"]


def test_a_new_participant_is_in_screening(cast: Cast) -> None:
    participant = journey.added(cast)
    assert (participant.state, participant.site) == ("screening", cast.north)
    event = Event.objects.get(table_name="trial_participant", key=str(participant.pk))
    assert event.actor_id == cast.coordinator.pk


def test_a_refused_addition_takes_no_number(cast: Cast) -> None:
    refusal(add, by=cast.monitor, site=cast.north)
    assert journey.added(cast).code == "01-001"


def test_an_addition_that_fails_takes_no_number(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Participant.objects, "create", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            journey.added(cast)
    assert journey.added(cast).code == "01-001"


def test_the_thousandth_participant_is_refused_in_words(cast: Cast) -> None:
    Site.objects.filter(pk=cast.north.pk).update(last_number=998)
    assert journey.added(cast).code == "01-999"
    with pytest.raises(Refusal, match="The site has no participant code left"):
        journey.added(cast)


@pytest.mark.requirement("E6.19")
def test_nobody_is_screened_before_the_site_is_active(cast: Cast) -> None:
    cast.north.activated_on = cast.north.today() + timedelta(days=1)
    with pytest.raises(Refusal, match=r"Site 01 opens on .*: nobody is screened there before"):
        journey.added(cast)
    cast.north.activated_on = cast.north.today()
    assert journey.added(cast)


@pytest.mark.django_db(transaction=True)
def test_concurrent_additions_give_distinct_codes_without_a_gap(cast: Cast) -> None:
    def five() -> list[str]:
        return [add(by=cast.coordinator, site=cast.north).code for _ in range(5)]

    given = [code for codes in at_once(five, five, five, five) for code in codes]
    assert sorted(given) == [f"01-{number:03}" for number in range(1, 21)]


# Who may

MAY_SCREEN = {Role.INVESTIGATOR, Role.SUB_INVESTIGATOR, Role.COORDINATOR}
MAY_ENROL = {Role.INVESTIGATOR}


@pytest.mark.parametrize("role", Role)
def test_who_may_add_a_participant(cast: Cast, role: Role) -> None:
    if role in MAY_SCREEN:
        assert add(by=cast.with_role(role), site=cast.north)
    else:
        assert refusal(add, by=cast.with_role(role), site=cast.north) == "right"


@pytest.mark.parametrize("role", Role)
def test_who_may_enrol(cast: Cast, role: Role) -> None:
    participant = journey.eligible(cast)
    if role in MAY_ENROL:
        assert enrol(by=cast.with_role(role), participant=participant).state == "enrolled"
    else:
        assert refusal(enrol, by=cast.with_role(role), participant=participant) == "right"
        assert state_of(participant) == "eligible"


def outsiders(cast: Cast) -> list[User]:
    return [cast.southern_investigator, cast.stranger, cast.former]


def test_who_works_elsewhere_or_no_longer_may_nothing(cast: Cast) -> None:
    participant = journey.eligible(cast)
    for user in outsiders(cast):
        assert refusal(add, by=user, site=cast.north) == "right"
        assert refusal(enrol, by=user, participant=participant) == "right"
    assert state_of(participant) == "eligible"


# Moves


def test_only_the_eligible_are_enrolled(cast: Cast) -> None:
    for participant in (journey.consented(cast), journey.screen_failure(cast)):
        assert refusal(enrol, by=cast.investigator, participant=participant) == "not_eligible"
    assert refusal(enrol, by=cast.investigator, participant=journey.enrolled(cast)) == "state_move"


def test_enrolment_without_consent_is_refused_by_the_database_in_our_words(cast: Cast) -> None:
    participant = journey.eligible(cast)
    Record.objects.filter(participant=participant, form="eligibility").update(version=1)
    run("select set_config('fascicle.reason', 'lost', true)")
    run("update trial_consent set dsstdat_ic = null, dsstdat_ic_missing = 'UNK'")
    with pytest.raises(Refusal, match="Enrolment needs an eligible verdict and a dated consent") as refused:
        enrol(by=cast.investigator, participant=participant)
    assert refused.value.code == "not_eligible"


# What follows from the verdict


def test_the_state_follows_the_verdict(cast: Cast) -> None:
    participant = journey.consented(cast)
    journey.judge(cast, participant)
    assert state_of(participant) == "eligible"


def test_a_screen_failure_has_its_reasons(cast: Cast) -> None:
    participant = journey.consented(cast)
    journey.judge(cast, participant, incl01="N", excl02="Y")
    failed = journey.again(participant)
    assert failed.state == "screen failure"
    assert failed.state_reason == (
        "INCL01 is not met: Lumbar surgery at least 6 months before consent. "
        "EXCL02 is present: Spinal canal stenosis on MRI."
    )


def test_every_reason_of_a_screen_failure_is_kept(cast: Cast) -> None:
    participant = journey.consented(cast)
    failing = dict.fromkeys(("incl01", "incl02", "incl03", "incl04"), "N") | {"excl01": "Y", "excl02": "Y"}
    journey.judge(cast, participant, **failing)
    reason = journey.again(participant).state_reason
    assert [code in reason for code in ("INCL01", "INCL04", "EXCL02")] == [True, True, True]
    assert reason.endswith("Spinal canal stenosis on MRI.")


def judge_again(cast: Cast, participant: Participant, **criteria: Any) -> None:
    form = answers.eligibility(journey.day_of(participant, "SCR"), **criteria)
    record = Record.objects.get(participant=participant, form="eligibility")
    journey.save(
        cast.investigator, participant, "SCR", "eligibility", form, record.version, reason="read again"
    )


def test_a_corrected_verdict_moves_who_is_not_enrolled_both_ways(cast: Cast) -> None:
    participant = journey.screen_failure(cast)
    judge_again(cast, participant)
    assert (state_of(participant), journey.again(participant).state_reason) == ("eligible", "")
    judge_again(cast, participant, incl03=None)
    assert state_of(participant) == "screening"
    judge_again(cast, participant, incl03="N")
    assert state_of(participant) == "screen failure"


def test_a_correction_after_enrolment_is_stored_and_leaves_the_state(cast: Cast) -> None:
    participant = journey.enrolled(cast)
    judge_again(cast, participant, excl01="Y")
    assert state_of(participant) == "enrolled"


def test_a_correction_after_withdrawal_leaves_the_state(cast: Cast) -> None:
    participant = journey.eligible(cast)
    journey.withdraw(cast, participant)
    judge_again(cast, participant, excl01="Y")
    assert state_of(participant) == "withdrawn"


# What follows from the injection


def save_injection(cast: Cast, participant: Participant, performed: bool, version: int | None) -> None:
    day = journey.day_of(participant, "INJ")
    form = answers.injection(day) if performed else answers.not_performed()
    journey.save(cast.investigator, participant, "INJ", "injection", form, version, reason="corrected")


def test_an_injection_makes_treated_and_its_correction_takes_it_back(cast: Cast) -> None:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    save_injection(cast, participant, False, None)
    assert state_of(participant) == "enrolled"
    save_injection(cast, participant, True, 1)
    assert state_of(participant) == "treated"
    save_injection(cast, participant, False, 2)
    assert state_of(participant) == "enrolled"


def test_who_had_a_follow_up_stays_treated(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "W1")
    save_injection(cast, participant, False, 1)
    assert state_of(participant) == "treated"


def test_no_injection_revives_who_has_ended(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.follow_up_missed(cast, participant)
    journey.complete(cast, participant)
    save_injection(cast, participant, False, 1)
    assert state_of(participant) == "completed"


def test_two_who_enrol_at_once_enrol_once(cast: Cast) -> None:
    participant = journey.eligible(cast)
    enrol(by=cast.investigator, participant=participant)
    assert participant.state == "eligible"
    with pytest.raises(Refusal, match="is in state “enrolled” and cannot become “enrolled”"):
        participants.enrol(by=cast.investigator, participant=participant)
