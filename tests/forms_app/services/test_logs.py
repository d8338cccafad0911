"""Logs: forms that belong to no visit. Entries are numbered without gaps and saved by the one door."""

from typing import Any

import pytest

from forms_app.services import records
from forms_app.services.records import NEXT, Saved
from tests import journey
from tests.cast import Cast
from tests.sql import actor, refused, run
from trial.crf.submission import Entry, Submission
from trial.models import Medication, Participant, Record, User
from trial.protocol import STUDY
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db

PARACETAMOL = {
    "cmtrt": "Paracetamol",
    "cmdose": 1000,
    "cmdosu": "mg",
    "cmdosfrq": "TID",
    "cmroute": "ORAL",
    "cmstdat": "2025-03",
    "cmongo": "Y",
    "cmprior": "Y",
}
STOP = {"tsdecod": "OTHER", "tsoth": "Moved away", "tswho": "PARTICIPANT"}


def log(by: User, participant: Participant, form: str, items: dict[str, Any], **more: Any) -> Saved:
    submission = Submission(Entry(items))
    return records.save(by=by, participant=participant, form=form, submission=submission, **more)


def refusal(by: User, participant: Participant, form: str, items: dict[str, Any], **more: Any) -> str:
    with pytest.raises(Refusal) as caught:
        log(by, participant, form, items, **more)
    return caught.value.code


@pytest.fixture
def participant(cast: Cast) -> Participant:
    return journey.consented(cast)


def test_entries_are_numbered_one_after_the_other(cast: Cast, participant: Participant) -> None:
    numbers = [log(cast.coordinator, participant, "medication", PARACETAMOL).record.repeat for _ in range(3)]
    assert numbers == [1, 2, 3]
    assert Medication.objects.count() == 3


def test_an_entry_belongs_to_no_visit(cast: Cast, participant: Participant) -> None:
    assert log(cast.coordinator, participant, "medication", PARACETAMOL).record.visit is None


def test_an_entry_may_be_made_under_its_number(cast: Cast, participant: Participant) -> None:
    assert log(cast.coordinator, participant, "medication", PARACETAMOL, repeat=1).record.repeat == 1


@pytest.mark.parametrize("number", [2, 7])
def test_no_number_is_left_out(cast: Cast, participant: Participant, number: int) -> None:
    code = refusal(cast.coordinator, participant, "medication", PARACETAMOL, repeat=number)
    assert code == "log_out_of_turn"
    assert Record.objects.filter(form="medication").count() == 0


def test_a_removed_entry_keeps_its_number(cast: Cast, participant: Participant) -> None:
    first = log(cast.coordinator, participant, "medication", PARACETAMOL).record
    records.remove(by=cast.coordinator, record=first, expected_version=1, reason="Entered twice")
    assert log(cast.coordinator, participant, "medication", PARACETAMOL).record.repeat == 2


def test_an_entry_is_corrected_under_its_version(cast: Cast, participant: Participant) -> None:
    log(cast.coordinator, participant, "medication", PARACETAMOL)
    changed = PARACETAMOL | {"cmdose": 500}
    named = {"repeat": 1, "expected_version": 1, "reason": "Read wrongly"}
    assert log(cast.coordinator, participant, "medication", changed, **named).record.version == 2
    assert refusal(cast.coordinator, participant, "medication", changed, **named) == "version_stale"


def test_what_there_is_once_has_no_second_entry(cast: Cast) -> None:
    participant = journey.enrolled(cast)
    items = STOP | {"tsdat": participant.site.today().isoformat()}
    log(cast.investigator, participant, "treatment_stop", items)
    assert refusal(cast.investigator, participant, "treatment_stop", items) == "log_once"
    assert refusal(cast.investigator, participant, "treatment_stop", items, repeat=2) == "log_once"


def test_a_log_opens_with_the_state_of_the_participant(cast: Cast, participant: Participant) -> None:
    items = STOP | {"tsdat": participant.site.today().isoformat()}
    assert refusal(cast.investigator, participant, "treatment_stop", items) == "log_closed"


@pytest.mark.parametrize("form", ["pain", "consent", "no_form"])
def test_a_form_of_a_visit_is_no_log(cast: Cast, participant: Participant, form: str) -> None:
    assert refusal(cast.coordinator, participant, form, {}) == "log_unknown"


def test_a_log_is_no_form_of_a_visit(cast: Cast, participant: Participant) -> None:
    assert refusal(cast.coordinator, participant, "medication", {}, visit="SCR") == "form_unknown"


def test_no_entry_before_consent(cast: Cast) -> None:
    participant = journey.added(cast)
    assert refusal(cast.coordinator, participant, "medication", PARACETAMOL) == "consent_first"


def test_who_may_not_enter_data_enters_none(cast: Cast, participant: Participant) -> None:
    for person in (cast.monitor, cast.southern_coordinator, cast.former, cast.stranger):
        assert refusal(person, participant, "medication", PARACETAMOL) == "right"


@pytest.mark.parametrize("form", [log.form for log in STUDY.schedule.logs if not log.repeats])
def test_the_database_too_keeps_one_entry_of_what_there_is_once(
    cast: Cast, participant: Participant, form: str
) -> None:
    actor(cast.investigator.pk)
    with refused("record_repeat_once"):
        insert(participant, form, repeat=2)


def test_the_database_keeps_logs_out_of_visits_and_visits_out_of_logs(
    cast: Cast, participant: Participant
) -> None:
    actor(cast.investigator.pk)
    with refused("record_form_visit"):
        insert(participant, "pain")
    with refused("record_form_visit"):
        insert(participant, "medication", visit=participant.visits.get(code="SCR").pk)


def insert(participant: Participant, form: str, *, repeat: int = 1, visit: int | None = None) -> None:
    run(
        "insert into trial_record"
        " (participant_id, visit_id, form, repeat, state, version, protocol_version, removed)"
        " values (%s, %s, %s, %s, 'in progress', 1, '2.0', false)",
        [participant.pk, visit, form, repeat],
    )


def test_the_next_number_is_none_of_an_entry() -> None:
    assert NEXT == 0
