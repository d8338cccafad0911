"""Nothing is deleted: a record is marked removed, with a reason, and restored into the same row."""

from collections.abc import Callable
from typing import Any

import pytest

from forms_app.announcements import outcome_data_changed
from forms_app.services import records
from tests import answers, journey
from tests.cast import Cast
from tests.locking import lock_form
from trial.access import Role
from trial.models import Event, Pain, Participant, Record
from trial.refusals import Refusal
from trial.services import visits
from trial.services.visits import VisitDetails

pytestmark = pytest.mark.django_db


@pytest.fixture
def participant(cast: Cast) -> Participant:
    return journey.with_outcomes(cast)


def record_of(participant: Participant, form: str = "pain", visit: str = "BL") -> Record:
    return Record.objects.select_related("participant__site").get(
        participant=participant, form=form, visit__code=visit
    )


def remove(cast: Cast, record: Record, version: int = 1, reason: str = "Another participant") -> Record:
    return records.remove(by=cast.investigator, record=record, expected_version=version, reason=reason)


def restore(cast: Cast, record: Record, version: int = 2, reason: str = "It was the right one") -> Record:
    return records.restore(by=cast.investigator, record=record, expected_version=version, reason=reason)


def refusal(act: Callable[..., Any], *arguments: Any, **named: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(*arguments, **named)
    return refused.value.code


def test_a_removed_record_keeps_its_rows_and_comes_back_to_them(cast: Cast, participant: Participant) -> None:
    record = record_of(participant)
    removed = remove(cast, record)
    assert (removed.removed, removed.version, removed.state) == (True, 2, "complete")
    assert Pain.objects.get(record=record).nrs_avg24 == 7
    restored = restore(cast, record)
    assert (restored.pk, restored.removed, restored.version) == (record.pk, False, 3)
    events = Event.objects.filter(table_name="trial_record", key=str(record.pk)).order_by("-id")[:2]
    assert [(event.row["removed"], event.reason) for event in events] == [
        (False, "It was the right one"),
        (True, "Another participant"),
    ]


@pytest.mark.parametrize("reason", ["", "  "])
def test_both_need_a_reason(cast: Cast, participant: Participant, reason: str) -> None:
    record = record_of(participant)
    assert refusal(remove, cast, record, reason=reason) == "reason_missing"
    remove(cast, record)
    assert refusal(restore, cast, record, reason=reason) == "reason_missing"


def test_both_need_the_version_that_stands(cast: Cast, participant: Participant) -> None:
    record = record_of(participant)
    assert refusal(remove, cast, record, version=2) == "version_stale"
    remove(cast, record)
    assert refusal(restore, cast, record, version=1) == "version_stale"


def test_neither_can_be_done_twice(cast: Cast, participant: Participant) -> None:
    record = record_of(participant)
    assert refusal(restore, cast, record, version=1) == "record_not_removed"
    remove(cast, record)
    assert refusal(remove, cast, record, version=2) == "record_removed"


@pytest.mark.parametrize("role", Role)
def test_who_may_remove_and_restore(cast: Cast, participant: Participant, role: Role) -> None:
    record, user = record_of(participant), cast.with_role(role)
    named: dict[str, Any] = {"by": user, "record": record, "reason": "x"}
    if role in (Role.INVESTIGATOR, Role.SUB_INVESTIGATOR, Role.COORDINATOR):
        assert records.remove(**named, expected_version=1).removed
        assert not records.restore(**named, expected_version=2).removed
    else:
        assert refusal(records.remove, **named, expected_version=1) == "right"
        assert refusal(records.restore, **named, expected_version=1) == "right"


def test_who_works_elsewhere_may_not(cast: Cast, participant: Participant) -> None:
    for user in (cast.southern_investigator, cast.stranger, cast.former):
        code = refusal(records.remove, by=user, record=record_of(participant), expected_version=1, reason="x")
        assert code == "right"


def test_a_removed_record_is_not_changed(cast: Cast, participant: Participant) -> None:
    remove(cast, record_of(participant))
    code = refusal(journey.save, cast.investigator, participant, "BL", "pain", answers.pain(4), 2, reason="x")
    assert code == "record_removed"
    assert refusal(journey.save, cast.investigator, participant, "BL", "pain", answers.pain(4)) == "exists"


def test_a_locked_record_is_not_removed(cast: Cast, participant: Participant) -> None:
    record = record_of(participant)
    lock_form(cast, record)
    assert refusal(remove, cast, record) == "data_locked"


def test_both_are_announced(
    cast: Cast, participant: Participant, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[str] = []

    def listen(form: str, **_: object) -> None:
        heard.append(form)

    outcome_data_changed.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        remove(cast, record_of(participant))
        restore(cast, record_of(participant))
        refusal(restore, cast, record_of(participant), version=3)
    outcome_data_changed.disconnect(listen)
    assert heard == ["pain", "pain"]


# What follows


def test_without_its_verdict_a_participant_is_in_screening_again(cast: Cast) -> None:
    participant = journey.eligible(cast)
    record = record_of(participant, "eligibility", "SCR")
    remove(cast, record)
    assert journey.again(participant).state == "screening"
    restore(cast, record)
    assert journey.again(participant).state == "eligible"


def test_without_the_injection_a_participant_is_enrolled_again(cast: Cast) -> None:
    participant = journey.injected(cast)
    record = record_of(participant, "injection", "INJ")
    remove(cast, record)
    assert journey.again(participant).state == "enrolled"
    restore(cast, record)
    assert journey.again(participant).state == "treated"


def test_a_removed_consent_is_no_consent(cast: Cast) -> None:
    participant = journey.consented(cast)
    remove(cast, record_of(participant, "consent", "SCR"))
    assert refusal(journey.judge, cast, participant) == "consent_first"


def correct_visit(cast: Cast, participant: Participant, details: VisitDetails) -> None:
    visits.save(
        by=cast.investigator,
        participant=participant,
        code="W1",
        details=details,
        expected_version=1,
        reason="mistake",
    )


def test_a_record_does_not_come_back_to_a_visit_that_did_not_take_place(
    cast: Cast, participant: Participant
) -> None:
    for form in ("pain", "motion", "disability"):
        remove(cast, record_of(participant, form, "W1"))
    correct_visit(cast, participant, VisitDetails(occurred=False, reason_not_done="Did not come"))
    assert refusal(restore, cast, record_of(participant, "pain", "W1")) == "visit_not_done"


def test_measured_flexion_does_not_come_back_to_a_visit_by_telephone(
    cast: Cast, participant: Participant
) -> None:
    for form in ("pain", "motion"):
        remove(cast, record_of(participant, form, "W1"))
    day = journey.day_of(participant, "W1")
    correct_visit(cast, participant, VisitDetails(True, day, "TELEPHONE CALL"))
    assert refusal(restore, cast, record_of(participant, "motion", "W1")) == "motion_in_person"
    assert not restore(cast, record_of(participant, "pain", "W1")).removed
