"""The one door: what a save stores, what it leaves behind, and what it refuses with nothing written."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError

from analytics import tasks
from forms_app.announcements import outcome_data_changed
from forms_app.checks import catalogue
from forms_app.models import Query
from forms_app.selectors import documents
from tests import answers, journey
from tests.cast import Cast
from tests.locking import lock_form
from trial.access import Role
from trial.crf import registry
from trial.crf.submission import Entry, Submission
from trial.models import Event, Pain, Participant, Record
from trial.refusals import Refusal
from trial.services import visits
from trial.services.visits import VisitDetails

pytestmark = pytest.mark.django_db

Heard = list[str]


@pytest.fixture
def participant(cast: Cast) -> Participant:
    """Eligible, with a baseline visit that took place."""
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    return participant


@pytest.fixture
def heard() -> Any:
    """The forms that were announced."""
    forms: Heard = []

    def listen(form: str, **_: object) -> None:
        forms.append(form)

    outcome_data_changed.connect(listen)
    yield forms
    outcome_data_changed.disconnect(listen)


def save_pain(
    cast: Cast, participant: Participant, average: Any = 7, version: int | None = None, **more: Any
) -> Any:
    items = more.pop("items", {})
    form = answers.pain(average, **items)
    return journey.save(cast.investigator, participant, "BL", "pain", form, version, **more)


def refusal(act: Callable[..., Any], *arguments: Any, **named: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        act(*arguments, **named)
    return refused.value


def nothing_was_written(act: Callable[[], Any]) -> Refusal:
    """The refusal, after making sure that the database is as it was."""
    before = (Event.objects.count(), Record.objects.count(), Query.objects.count())
    told = refusal(act)
    assert (Event.objects.count(), Record.objects.count(), Query.objects.count()) == before
    return told


# Creating


def test_a_form_with_everything_required_is_complete(cast: Cast, participant: Participant) -> None:
    saved = save_pain(cast, participant)
    assert (saved.created, saved.changed, saved.unanswered, saved.findings) == (True, True, [], ())
    record = Record.objects.get(pk=saved.record.pk)
    assert (record.state, record.version, record.repeat, record.protocol_version) == ("complete", 1, 1, "2.0")
    assert Pain.objects.get(record=record).nrs_avg24 == 7


def test_a_form_that_lacks_something_is_stored_in_progress(cast: Cast, participant: Participant) -> None:
    saved = save_pain(cast, participant, None, items={"nrs_now": 3})
    assert (saved.record.state, saved.unanswered) == ("in progress", ["nrs_avg24"])
    assert Pain.objects.get(record=saved.record).nrs_now == 3


def test_an_empty_form_can_be_saved(cast: Cast, participant: Participant) -> None:
    assert save_pain(cast, participant, None).record.state == "in progress"


@pytest.mark.requirement("E6.16", "EMA.25")
def test_a_soft_check_blocks_complete_and_never_the_save(cast: Cast, participant: Participant) -> None:
    saved = save_pain(cast, participant, 3)
    assert (saved.record.state, [each.code for each in saved.findings]) == (
        "in progress",
        ["nrs_avg24.low_at_baseline"],
    )
    assert [(query.state, query.item) for query in saved.queries] == [("open", "nrs_avg24")]


def test_a_soft_check_that_is_explained_at_once_does_not_block(cast: Cast, participant: Participant) -> None:
    saved = save_pain(cast, participant, 3, explanations={"nrs_avg24.low_at_baseline": "Confirmed"})
    assert saved.record.state == "complete"
    assert Query.objects.get().explanation == "Confirmed"


def test_a_missing_code_makes_complete(cast: Cast, participant: Participant) -> None:
    form = answers.form({}, {"nrs_avg24": "REF"})
    saved = journey.save(cast.investigator, participant, "BL", "pain", form)
    assert saved.record.state == "complete"
    stored = Pain.objects.get(record=saved.record)
    assert (stored.nrs_avg24, stored.missing()) == (None, {"nrs_avg24": "REF"})


@pytest.mark.parametrize("form", ["motion", "disability"])
def test_derived_items_are_stored(cast: Cast, participant: Participant, form: str) -> None:
    submission = answers.motion(20, 21, 23) if form == "motion" else answers.disability(1)
    saved = journey.save(cast.investigator, participant, "BL", form, submission)
    items = documents.read(saved.record).plain()["items"]
    expected = {"motion": {"rom_mean": 21.3}, "disability": {"odi_pct": 24.0, "odi_n": 10, "odi_sum": 12}}
    assert items.items() >= expected[form].items()


@pytest.mark.requirement("FAS.attributable")
def test_every_write_of_a_save_has_its_actor_and_reason(cast: Cast, participant: Participant) -> None:
    before = Event.objects.count()
    save_pain(cast, participant, 3)
    events = Event.objects.all()[before:]
    assert {(event.table_name, event.actor_id) for event in events} == {
        ("trial_record", cast.investigator.pk),
        ("trial_pain", cast.investigator.pk),
        ("forms_app_query", cast.investigator.pk),
    }


# Changing


def test_a_change_moves_the_version_and_needs_no_reason_while_in_progress(
    cast: Cast, participant: Participant
) -> None:
    save_pain(cast, participant, None, items={"nrs_now": 3})
    saved = save_pain(cast, participant, 6, version=1)
    assert (saved.created, saved.changed, saved.record.version, saved.record.state) == (
        False,
        True,
        2,
        "complete",
    )
    stored = Pain.objects.get(record=saved.record)
    assert (stored.nrs_avg24, stored.nrs_now) == (6, None)


@pytest.mark.requirement("FAS.reasons", "E6.18")
def test_a_change_of_a_complete_record_needs_a_reason(cast: Cast, participant: Participant) -> None:
    save_pain(cast, participant)
    told = nothing_was_written(lambda: save_pain(cast, participant, 8, version=1))
    assert told.code == "reason_missing"
    told = nothing_was_written(lambda: save_pain(cast, participant, 8, version=1, reason="  "))
    assert told.code == "reason_missing"
    saved = save_pain(cast, participant, 8, version=1, reason="Misread")
    assert (saved.record.version, saved.record.state) == (2, "complete")
    assert {event.reason for event in Event.objects.filter(record_id=saved.record.pk, row__nrs_avg24=8)} == {
        "Misread"
    }


def test_a_complete_record_can_become_incomplete_with_a_reason(cast: Cast, participant: Participant) -> None:
    save_pain(cast, participant)
    saved = save_pain(cast, participant, None, version=1, reason="Entered for another participant")
    assert (saved.record.state, saved.unanswered) == ("in progress", ["nrs_avg24"])


def test_saving_the_same_again_writes_nothing(cast: Cast, participant: Participant) -> None:
    save_pain(cast, participant, "7", items={"nrs_now": "3"})
    before = Event.objects.count()
    saved = save_pain(cast, participant, 7.0, version=1, items={"nrs_now": 3})
    assert (saved.changed, saved.record.version, Event.objects.count()) == (False, 1, before)


def test_what_was_read_can_be_sent_back(cast: Cast, participant: Participant) -> None:
    injected = journey.injected(cast)
    journey.attend(cast.investigator, injected, "BL")
    journey.save(cast.investigator, injected, "BL", "motion", answers.motion("20.5"))
    journey.save(cast.investigator, injected, "BL", "disability", answers.disability())
    for record in Record.objects.filter(participant=injected):
        assert record.visit is not None
        read = documents.read(record).plain()
        groups = {
            code: {key: Entry(row["items"], row["missing"]) for key, row in rows.items()}
            for code, rows in read["groups"].items()
        }
        same = Submission(Entry(read["items"], read["missing"]), groups)
        saved = journey.save(
            cast.investigator, injected, record.visit.code, record.form, same, record.version
        )
        assert not saved.changed, record.form


# Two at once


def test_who_creates_second_gets_the_first_and_stores_nothing(cast: Cast, participant: Participant) -> None:
    save_pain(cast, participant)
    told = nothing_was_written(lambda: save_pain(cast, participant, 4))
    assert told.code == "exists"
    assert (told.extra["current"]["version"], told.extra["current"]["items"]["nrs_avg24"]) == (1, 7)


@pytest.mark.requirement("FAS.consistent")
def test_who_changes_an_older_version_gets_the_newer_and_stores_nothing(
    cast: Cast, participant: Participant
) -> None:
    save_pain(cast, participant)
    save_pain(cast, participant, 8, version=1, reason="Misread")
    told = nothing_was_written(lambda: save_pain(cast, participant, 9, version=1, reason="Also misread"))
    assert told.code == "version_stale"
    assert (told.extra["current"]["version"], told.extra["current"]["items"]["nrs_avg24"]) == (2, 8)


@pytest.mark.parametrize("version", [0, 2, 99])
def test_a_version_that_nobody_saw_is_stale(cast: Cast, participant: Participant, version: int) -> None:
    save_pain(cast, participant)
    assert refusal(save_pain, cast, participant, 8, version=version, reason="x").code == "version_stale"


def test_a_change_of_what_is_not_there_is_stale(cast: Cast, participant: Participant) -> None:
    told = nothing_was_written(lambda: save_pain(cast, participant, version=1))
    assert (told.code, told.extra) == ("version_stale", {"current": None})


# Refusals


@pytest.mark.parametrize("role", Role)
def test_who_may_save(cast: Cast, participant: Participant, role: Role) -> None:
    user = cast.with_role(role)

    def save() -> Any:
        return journey.save(user, participant, "BL", "pain", answers.pain())

    if role in (Role.INVESTIGATOR, Role.SUB_INVESTIGATOR, Role.COORDINATOR):
        assert save().created
    else:
        assert nothing_was_written(save).code == "right"


def test_who_works_elsewhere_or_no_longer_may_not_save(cast: Cast, participant: Participant) -> None:
    for user in (cast.southern_investigator, cast.southern_coordinator, cast.stranger, cast.former):
        told = refusal(journey.save, user, participant, "BL", "pain", answers.pain())
        assert told.code == "right"


def test_the_right_is_judged_before_anything_else(cast: Cast, participant: Participant) -> None:
    told = refusal(journey.save, cast.stranger, participant, "W9", "nonsense", answers.pain(99))
    assert told.code == "right"


@pytest.mark.parametrize(
    ("visit", "form", "code"),
    [
        ("W4", "pain", "visit_unknown"),
        ("X", "pain", "visit_unknown"),
        ("SCR", "pain", "form_unknown"),
        ("BL", "consent", "form_unknown"),
        ("BL", "nonsense", "form_unknown"),
        ("W1", "pain", "visit_closed"),
        ("INJ", "injection", "visit_closed"),
    ],
)
def test_a_form_has_its_place(cast: Cast, participant: Participant, visit: str, form: str, code: str) -> None:
    told = nothing_was_written(
        lambda: journey.save(cast.investigator, participant, visit, form, answers.pain())
    )
    assert told.code == code


@pytest.mark.requirement("P11.10f")
def test_a_visit_is_recorded_before_its_forms(cast: Cast) -> None:
    participant = journey.eligible(cast)
    told = nothing_was_written(lambda: save_pain(cast, participant))
    assert (told.code, told.status) == ("visit_not_recorded", 409)


def test_a_visit_that_did_not_take_place_has_no_forms(cast: Cast) -> None:
    participant = journey.eligible(cast)
    details = VisitDetails(occurred=False, reason_not_done="Did not come")
    visits.save(by=cast.investigator, participant=participant, code="BL", details=details)
    assert nothing_was_written(lambda: save_pain(cast, participant)).code == "visit_not_done"


@pytest.mark.requirement("P11.10f")
def test_consent_comes_first(cast: Cast) -> None:
    participant = journey.added(cast)
    journey.attend(cast.investigator, participant, "SCR")
    told = nothing_was_written(lambda: journey.judge(cast, participant))
    assert told.code == "consent_first"
    journey.save(cast.investigator, participant, "SCR", "consent", answers.form({"icver": "1.0"}))
    assert refusal(journey.judge, cast, participant).code == "consent_first"


def test_every_answer_that_cannot_be_stored_is_told_at_once(cast: Cast, participant: Participant) -> None:
    told = nothing_was_written(
        lambda: save_pain(cast, participant, 11, items={"nrs_now": "x", "nrs_typo": 1})
    )
    assert told.code == "answers"
    assert set(told.extra["errors"]) == {"nrs_avg24", "nrs_now", "nrs_typo"}
    assert told.sentence == "Nothing was saved: 3 to correct. Each is explained at its item."


def test_a_reason_or_explanation_that_cannot_be_kept_whole_is_told(
    cast: Cast, participant: Participant
) -> None:
    said = {"nrs_avg24.low_at_baseline": "x" * 301}
    told = nothing_was_written(lambda: save_pain(cast, participant, 3, explanations=said))
    assert told.extra["errors"] == {
        "explanations.nrs_avg24.low_at_baseline": "Shorten the text to 300 characters; it has 301."
    }
    told = nothing_was_written(lambda: save_pain(cast, participant, reason="nul\x00"))
    assert told.extra["errors"] == {"reason": "Remove the control character from the text."}


def test_what_was_saved_stays_correctable_when_the_state_has_moved_back(cast: Cast) -> None:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    saved = save_pain(cast, participant, 9)
    verdict = answers.eligibility(journey.day_of(participant, "SCR"), excl01="Y")
    journey.save(cast.investigator, participant, "SCR", "eligibility", verdict, 1, reason="MRI read again")
    assert journey.again(participant).state == "screen failure"
    corrected = save_pain(cast, participant, 8, version=saved.record.version, reason="a typing error")
    assert corrected.record.state == "complete"
    told = nothing_was_written(
        lambda: journey.save(cast.investigator, participant, "BL", "motion", answers.motion())
    )
    assert told.code == "visit_closed"


def test_an_explanation_of_a_complete_record_changes_like_an_answer(
    cast: Cast, participant: Participant
) -> None:
    check = "nrs_avg24.low_at_baseline"
    saved = save_pain(cast, participant, 3, explanations={check: "As the source says"})
    assert saved.record.state == "complete"
    told = nothing_was_written(lambda: save_pain(cast, participant, 3, version=1, explanations={check: "No"}))
    assert told.code == "reason_missing"
    again = save_pain(
        cast, participant, 3, version=1, explanations={check: "Asked again"}, reason="a clearer word"
    )
    assert again.record.version == 2
    told = nothing_was_written(
        lambda: save_pain(cast, participant, 3, version=1, explanations={check: "Mine"}, reason="late")
    )
    assert told.code == "version_stale"


def test_a_locked_record_stays_as_it_is(cast: Cast, participant: Participant) -> None:
    record = save_pain(cast, participant).record
    lock_form(cast, record)
    told = nothing_was_written(lambda: save_pain(cast, participant, 4, version=1, reason="late"))
    assert told.code == "data_locked"


# Announcing


def test_a_save_is_announced_after_the_commit_alone(
    cast: Cast, participant: Participant, heard: Heard, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        save_pain(cast, participant)
        assert heard == []
    for callback in callbacks:
        callback()
    assert heard == ["pain"]


def test_neither_a_refusal_nor_an_empty_save_is_announced(
    cast: Cast, participant: Participant, heard: Heard, django_capture_on_commit_callbacks: Any
) -> None:
    save_pain(cast, participant)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        refusal(save_pain, cast, participant, 11, version=1)
        refusal(save_pain, cast, participant, 4, version=1)
        save_pain(cast, participant, 7, version=1)
    assert (callbacks, heard) == ([], [])


def test_a_listener_that_fails_does_not_hurt_the_save(
    cast: Cast, participant: Participant, heard: Heard, django_capture_on_commit_callbacks: Any
) -> None:
    def fail(**_: object) -> None:
        raise DatabaseError

    outcome_data_changed.connect(fail)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert save_pain(cast, participant).created
    finally:
        outcome_data_changed.disconnect(fail)
    assert heard == ["pain"]


def test_the_announcement_has_one_receiver_and_that_asks_for_refits() -> None:
    receivers = [receiver() for _, receiver, *_ in outcome_data_changed.receivers]
    assert receivers == [tasks.ask_for_refits]


def test_only_forms_have_checks() -> None:
    assert set(catalogue.SOFT) | set(catalogue.HARD) <= set(registry.codes())
