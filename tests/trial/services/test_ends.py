"""The two ends of a participation, which follow from their forms."""

from typing import Any

import pytest

from forms_app.services import records
from tests import answers, journey
from tests.cast import Cast
from trial.models import Participant, Record
from trial.refusals import Refusal
from trial.services import participants

pytestmark = pytest.mark.django_db


def state_of(participant: Participant) -> str:
    return journey.again(participant).state


def refused(cast: Cast, participant: Participant, form: str, **changes: Any) -> Refusal:
    submission = getattr(answers, form)(participant.site.today(), **changes)
    with pytest.raises(Refusal) as caught:
        journey.log(cast.investigator, participant, form, submission)
    return caught.value


def remove(cast: Cast, participant: Participant, form: str) -> Record:
    record = Record.objects.select_related("participant__site").get(participant=participant, form=form)
    return records.remove(
        by=cast.investigator, record=record, expected_version=record.version, reason="By mistake"
    )


def restore(cast: Cast, record: Record) -> Record:
    return records.restore(
        by=cast.investigator, record=record, expected_version=record.version, reason="Not by mistake"
    )


# Withdrawal


@pytest.mark.requirement("E6.14")
@pytest.mark.parametrize("reached", ["added", "consented", "eligible", "enrolled", "injected"])
def test_everybody_who_has_not_ended_may_withdraw_and_come_back(cast: Cast, reached: str) -> None:
    participant = getattr(journey, reached)(cast)
    before = participant.state
    left = journey.withdraw(cast, participant)
    assert (left.state, left.withdrawn_from) == ("withdrawn", before)
    assert left.state_reason == "Withdrawal by the participant"
    removed = remove(cast, participant, "withdrawal")
    back = journey.again(participant)
    assert (back.state, back.withdrawn_from, back.state_reason) == (before, "", "")
    restore(cast, removed)
    assert state_of(participant) == "withdrawn"


@pytest.mark.parametrize(
    "blank", [{"wddat": None}, {"wddecod": None}, dict.fromkeys(("wddat", "wdlast", "wddecod", "wdwho"))]
)
def test_nobody_withdraws_by_a_form_without_its_date_or_reason(cast: Cast, blank: dict[str, None]) -> None:
    participant = journey.injected(cast)
    assert journey.withdraw(cast, participant, **blank).state == "treated"
    whole = answers.withdrawal(participant.site.today())
    journey.log(cast.investigator, participant, "withdrawal", whole, 1, 1, reason="Known by now")
    assert state_of(participant) == "withdrawn"
    begun = answers.withdrawal(participant.site.today(), **blank)
    journey.log(cast.investigator, participant, "withdrawal", begun, 1, 2, reason="Not sure")
    assert state_of(participant) == "treated"


def test_an_unknown_date_of_the_withdrawal_is_asked_for(cast: Cast) -> None:
    participant = journey.injected(cast)
    left = dict(answers.withdrawal(participant.site.today(), wddat=None).header.items)
    saved = journey.log(cast.investigator, participant, "withdrawal", answers.form(left, {"wddat": "UNK"}))
    assert [finding.code for finding in saved.findings] == ["wddat.endless"]
    assert state_of(participant) == "treated"


def test_another_reason_is_kept_as_it_was_typed(cast: Cast) -> None:
    left = journey.withdraw(cast, journey.eligible(cast), wddecod="OTHER", wdoth="Moved away")
    assert left.state_reason == "Moved away"


def test_a_corrected_reason_keeps_where_somebody_withdrew_from(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.withdraw(cast, participant)
    corrected = answers.withdrawal(participant.site.today(), wddecod="PHYSICIAN DECISION")
    journey.log(cast.investigator, participant, "withdrawal", corrected, 1, 1, reason="Told again")
    left = journey.again(participant)
    assert (left.state, left.withdrawn_from) == ("withdrawn", "treated")
    assert left.state_reason == "Decision of the physician"


def test_who_comes_back_stands_where_the_forms_say_by_now(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.withdraw(cast, participant)
    journey.save(
        cast.investigator, participant, "INJ", "injection", answers.not_performed(), 1, reason="Not done"
    )
    judged = answers.eligibility(journey.day_of(participant, "SCR"), excl01="Y")
    record = Record.objects.get(participant=participant, form="eligibility")
    journey.save(
        cast.investigator, participant, "SCR", "eligibility", judged, record.version, reason="Read again"
    )
    assert state_of(participant) == "withdrawn"
    remove(cast, participant, "withdrawal")
    assert state_of(participant) == "enrolled"


def test_an_injection_entered_after_the_withdrawal_opens_the_visits_after_it(cast: Cast) -> None:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    journey.withdraw(cast, participant)
    form = answers.injection(journey.day_of(participant, "INJ"))
    journey.save(cast.investigator, participant, "INJ", "injection", form)
    left = journey.again(participant)
    assert (left.state, left.withdrawn_from) == ("withdrawn", "treated")
    assert left.state_reason == "Withdrawal by the participant"
    assert journey.attend(cast.investigator, left, "W1").occurred == "Y"
    remove(cast, participant, "withdrawal")
    assert state_of(participant) == "treated"


def test_an_injection_taken_back_after_the_withdrawal_closes_them(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.withdraw(cast, participant)
    journey.save(
        cast.investigator, participant, "INJ", "injection", answers.not_performed(), 1, reason="Not done"
    )
    left = journey.again(participant)
    assert (left.state, left.withdrawn_from) == ("withdrawn", "enrolled")


def test_who_withdrew_before_enrolment_comes_back_to_the_verdict_of_now(cast: Cast) -> None:
    participant = journey.eligible(cast)
    journey.withdraw(cast, participant)
    judged = answers.eligibility(journey.day_of(participant, "SCR"), excl01="Y")
    record = Record.objects.get(participant=participant, form="eligibility")
    journey.save(
        cast.investigator, participant, "SCR", "eligibility", judged, record.version, reason="Read again"
    )
    remove(cast, participant, "withdrawal")
    assert state_of(participant) == "screen failure"


def test_a_screen_failure_does_not_withdraw(cast: Cast) -> None:
    assert refused(cast, journey.screen_failure(cast), "withdrawal").code == "state_move"


def test_the_end_of_treatment_leaves_the_participation(cast: Cast) -> None:
    participant = journey.injected(cast)
    stopped = answers.treatment_stop(participant.site.today())
    journey.log(cast.investigator, participant, "treatment_stop", stopped)
    assert state_of(participant) == "treated"


# Completion


def test_the_end_of_study_completes_and_its_removal_takes_it_back(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.follow_up_missed(cast, participant)
    assert journey.complete(cast, participant).state == "completed"
    removed = remove(cast, participant, "study_end")
    assert state_of(participant) == "treated"
    restore(cast, removed)
    assert state_of(participant) == "completed"


def test_nobody_completes_without_a_date(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.follow_up_missed(cast, participant)
    journey.log(
        cast.investigator, participant, "study_end", answers.study_end(participant.site.today(), sedat=None)
    )
    assert state_of(participant) == "treated"


def test_a_correction_takes_the_completion_back(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.follow_up_missed(cast, participant)
    journey.complete(cast, participant)
    end = answers.study_end(participant.site.today(), secomp="N", sereas="Moved away")
    version = Record.objects.get(participant=participant, form="study_end").version
    journey.log(cast.investigator, participant, "study_end", end, 1, version, reason="Mixed up")
    assert state_of(participant) == "treated"


def test_nobody_completes_with_visits_ahead(cast: Cast) -> None:
    participant = journey.injected(cast)
    told = refused(cast, participant, "study_end")
    assert told.code == "answers"
    assert "W12" in told.extra["errors"]["secomp"]
    assert state_of(participant) == "treated"


def test_only_the_treated_complete(cast: Cast) -> None:
    assert refused(cast, journey.enrolled(cast), "study_end").code == "state_move"
    assert refused(cast, journey.eligible(cast), "study_end").code == "log_closed"
    participant = journey.injected(cast)
    journey.follow_up_missed(cast, participant)
    journey.withdraw(cast, participant)
    assert refused(cast, participant, "study_end").code == "state_move"


def test_who_completed_does_not_withdraw(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.follow_up_missed(cast, participant)
    journey.complete(cast, participant)
    assert refused(cast, participant, "withdrawal").code == "state_move"


def test_no_end_is_restored_that_contradicts_another(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.follow_up_missed(cast, participant)
    journey.withdraw(cast, participant)
    removed = remove(cast, participant, "withdrawal")
    journey.complete(cast, participant)
    with pytest.raises(Refusal) as caught:
        restore(cast, removed)
    assert caught.value.code == "state_move"
    assert state_of(participant) == "completed"


@pytest.mark.parametrize("end", ["treated", "withdrawn", "completed"])
def test_nobody_is_enrolled_out_of_treatment_or_an_end(cast: Cast, end: str) -> None:
    participant = journey.injected(cast)
    if end == "withdrawn":
        journey.withdraw(cast, participant)
    if end == "completed":
        journey.follow_up_missed(cast, participant)
        journey.complete(cast, participant)
    with pytest.raises(Refusal) as caught:
        participants.enrol(by=cast.investigator, participant=participant)
    assert (caught.value.code, state_of(participant)) == ("state_move", end)


def test_who_comes_back_can_be_enrolled(cast: Cast) -> None:
    participant = journey.eligible(cast)
    journey.withdraw(cast, participant)
    remove(cast, participant, "withdrawal")
    assert participants.enrol(by=cast.investigator, participant=participant).state == "enrolled"
