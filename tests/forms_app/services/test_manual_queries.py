"""Questions that people ask: raised, answered, closed, asked again; no form waits for them."""

import pytest

from forms_app.models import Query
from forms_app.models.lock import FROZEN
from forms_app.services import queries, records
from tests import answers, journey
from tests.cast import Cast
from tests.locking import lock_form
from trial.models import Event, Record
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(cast: Cast) -> Record:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    return journey.save(cast.investigator, participant, "BL", "pain", answers.pain(6)).record


def asked(cast: Cast, record: Record) -> Query:
    return queries.raise_query(by=cast.monitor, record=record, item="nrs_avg24", text=" Is {this} so? ")


def test_a_question_is_kept_in_the_words_of_who_asks(cast: Cast, record: Record) -> None:
    query = asked(cast, record)
    assert (query.code, query.state, str(query.words)) == ("nrs_avg24.manual-1", "open", "Is {this} so?")
    assert asked(cast, record).code == "nrs_avg24.manual-2"
    assert Event.objects.filter(table_name="forms_app_query", actor_id=cast.monitor.pk).count() == 2


def test_a_form_stays_complete_and_its_version(cast: Cast, record: Record) -> None:
    asked(cast, record)
    record.refresh_from_db()
    assert (record.state, record.version) == ("complete", 1)


def test_a_save_leaves_it_alone(cast: Cast, record: Record) -> None:
    query = asked(cast, record)
    saved = journey.save(
        cast.investigator, record.participant, "BL", "pain", answers.pain(5), 1, reason="Misheard"
    )
    query.refresh_from_db()
    assert (query.state, saved.record.state) == ("open", "complete")


def test_it_is_answered_asked_again_and_settled(cast: Cast, record: Record) -> None:
    query = asked(cast, record)
    answered = queries.answer(by=cast.coordinator, query=query, explanation="It is")
    assert (answered.state, answered.explanation) == ("answered", "It is")
    assert queries.reopen(by=cast.monitor, query=answered).state == "open"
    assert queries.close(by=cast.data_manager, query=query).state == "closed"
    states = Event.objects.filter(table_name="forms_app_query").order_by("id")
    assert [event.row["state"] for event in states] == ["open", "answered", "open", "closed"]
    assert [event.reason for event in states] == [query.sentence, "It is", "Asked again", "Settled"]


def test_asking_again_says_what_is_still_unclear(cast: Cast, record: Record) -> None:
    answered = queries.answer(by=cast.coordinator, query=asked(cast, record), explanation="It is")
    again = queries.reopen(by=cast.monitor, query=answered, text=" By whose word? ")
    assert (again.state, str(again.words), again.explanation) == ("open", "By whose word?", "It is")
    assert Event.objects.filter(table_name="forms_app_query").latest("id").reason == "By whose word?"


def test_the_trail_says_to_whom_a_question_was_given(cast: Cast, record: Record) -> None:
    query = queries.assign(by=cast.monitor, query=asked(cast, record), to=cast.coordinator)
    queries.assign(by=cast.monitor, query=query, to=None)
    told = Event.objects.filter(table_name="forms_app_query").order_by("-id")[:2]
    assert [event.reason for event in told] == [
        "Given to anybody of the site",
        f"Given to {cast.coordinator.full_name}",
    ]


def test_a_move_that_is_not_possible_is_refused(cast: Cast, record: Record) -> None:
    query = queries.close(by=cast.monitor, query=asked(cast, record))
    with pytest.raises(Refusal, match="cannot become answered"):
        queries.answer(by=cast.coordinator, query=query, explanation="It is")


@pytest.mark.parametrize("text", [" ", "x" * 301, "a\x00b"])
def test_a_question_that_cannot_be_stored_is_refused(cast: Cast, record: Record, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        queries.raise_query(by=cast.monitor, record=record, item="nrs_avg24", text=text)
    assert list(refused.value.extra["errors"]) == ["text"]


def test_a_question_is_about_an_item_that_is_there(cast: Cast, record: Record) -> None:
    with pytest.raises(Refusal, match="has no item"):
        queries.raise_query(by=cast.monitor, record=record, item="nobody", text="Is this so?")


def test_each_act_has_its_right(cast: Cast, record: Record) -> None:
    query = asked(cast, record)
    with pytest.raises(Refusal, match="does not include"):
        queries.raise_query(by=cast.auditor, record=record, item="nrs_avg24", text="Is this so?")
    with pytest.raises(Refusal, match="does not include"):
        queries.answer(by=cast.monitor, query=query, explanation="It is")
    for who in (cast.southern_investigator, cast.investigator, cast.coordinator, cast.statistician):
        for act in (queries.close, queries.reopen, queries.cancel, queries.release):
            with pytest.raises(Refusal, match="does not include"):
                act(by=who, query=query)
        with pytest.raises(Refusal, match="does not include"):
            queries.assign(by=who, query=query, to=None)


def test_who_raised_a_question_does_not_close_it_by_that(cast: Cast, record: Record) -> None:
    query = queries.raise_query(by=cast.coordinator, record=record, item="nrs_avg24", text="Is this so?")
    assert query.raised_by == cast.coordinator
    with pytest.raises(Refusal, match="settle questions"):
        queries.close(by=cast.coordinator, query=query)
    assert queries.close(by=cast.monitor, query=query).state == "closed"


def test_a_question_of_a_check_settles_itself(cast: Cast, record: Record) -> None:
    journey.save(
        cast.investigator,
        record.participant,
        "BL",
        "pain",
        answers.pain(6, nrs_worst24=4),
        1,
        reason="Misheard",
    )
    query = Query.objects.get(check_code="worst_below_average")
    with pytest.raises(Refusal, match="settles itself"):
        queries.close(by=cast.monitor, query=query)


def test_nobody_asks_about_a_record_out_of_use(cast: Cast, record: Record) -> None:
    records.remove(by=cast.investigator, record=record, expected_version=1, reason="Wrong person")
    with pytest.raises(Refusal, match="Restore the record"):
        asked(cast, record)


# Candidates


def proposed(cast: Cast, record: Record) -> Query:
    return queries.raise_query(by=cast.statistician, record=record, item="nrs_avg24", text="Is this so?")


@pytest.mark.requirement("E6.16")
def test_who_may_only_propose_raises_a_candidate_that_somebody_releases(cast: Cast, record: Record) -> None:
    query = proposed(cast, record)
    assert (query.state, query.raised_by) == ("candidate", cast.statistician)
    with pytest.raises(Refusal, match="cannot become answered"):
        queries.answer(by=cast.coordinator, query=query, explanation="It is")
    released = queries.release(by=cast.data_manager, query=query)
    assert released.state == "open"
    assert released.opened_at == released.moved_at > query.opened_at
    with pytest.raises(Refusal, match="cannot become open"):
        queries.release(by=cast.data_manager, query=released)


def test_a_candidate_is_taken_back_for_good(cast: Cast, record: Record) -> None:
    query = queries.cancel(by=cast.monitor, query=proposed(cast, record), reason="Asked already")
    assert query.state == "cancelled"
    assert Event.objects.filter(table_name="forms_app_query").latest("id").reason == "Asked already"
    for act in (queries.release, queries.reopen, queries.close):
        with pytest.raises(Refusal, match="cannot become"):
            act(by=cast.monitor, query=query)


def test_a_candidate_is_not_asked_again_but_released(cast: Cast, record: Record) -> None:
    with pytest.raises(Refusal, match="cannot become open"):
        queries.reopen(by=cast.monitor, query=proposed(cast, record))


# Whom it is given to


def test_a_question_is_given_to_somebody_who_can_answer_it(cast: Cast, record: Record) -> None:
    query = asked(cast, record)
    assert queries.assign(by=cast.monitor, query=query, to=cast.coordinator).assigned_to == cast.coordinator
    assert queries.assign(by=cast.monitor, query=query, to=None).assigned_to is None
    for nobody in (cast.monitor, cast.southern_coordinator, cast.former, cast.stranger):
        with pytest.raises(Refusal, match="does not enter data"):
            queries.assign(by=cast.monitor, query=query, to=nobody)


def test_a_question_that_is_over_is_given_to_nobody(cast: Cast, record: Record) -> None:
    query = queries.close(by=cast.monitor, query=asked(cast, record))
    with pytest.raises(Refusal, match="The question is closed"):
        queries.assign(by=cast.monitor, query=query, to=cast.coordinator)


def test_a_question_of_a_check_is_given_too_and_keeps_its_person(cast: Cast, record: Record) -> None:
    doubtful = answers.pain(6, nrs_worst24=4)
    journey.save(cast.investigator, record.participant, "BL", "pain", doubtful, 1, reason="Misheard")
    query = Query.objects.get(check_code="worst_below_average")
    queries.assign(by=cast.monitor, query=query, to=cast.coordinator)
    worse = answers.pain(7, nrs_worst24=4)
    journey.save(cast.investigator, record.participant, "BL", "pain", worse, 2, reason="Misheard")
    query.refresh_from_db()
    assert (query.state, query.assigned_to) == ("open", cast.coordinator)


# Times, the form as a whole, locks


def test_the_times_of_a_check_follow_its_moves(cast: Cast, record: Record) -> None:
    participant, by = record.participant, cast.investigator
    doubtful = answers.pain(6, nrs_worst24=4)
    journey.save(by, participant, "BL", "pain", doubtful, 1, reason="Misheard")
    first = Query.objects.get()
    saved = journey.save(by, participant, "BL", "pain", answers.pain(6), 2, reason="Misheard")
    closed = Query.objects.get()
    assert [each.pk for each in saved.settled] == [closed.pk]
    assert (closed.state, closed.opened_at) == ("closed", first.opened_at)
    assert closed.moved_at > first.moved_at
    journey.save(by, participant, "BL", "pain", doubtful, 3, reason="Misheard")
    again = Query.objects.get()
    assert again.opened_at == again.moved_at > closed.moved_at


def test_a_question_may_be_about_the_form_as_a_whole(cast: Cast, record: Record) -> None:
    query = queries.raise_query(by=cast.monitor, record=record, text="Whose form is this?")
    assert (query.item, query.code) == ("", ".manual-1")
    assert queries.answer(by=cast.coordinator, query=query, explanation="Hers").state == "answered"


def test_nothing_is_said_about_a_record_out_of_use(cast: Cast, record: Record) -> None:
    query = asked(cast, record)
    records.remove(by=cast.investigator, record=record, expected_version=1, reason="Wrong person")
    for act in (queries.close, queries.cancel):
        with pytest.raises(Refusal, match="Restore the record"):
            act(by=cast.monitor, query=query)
    with pytest.raises(Refusal, match="Restore the record"):
        queries.assign(by=cast.monitor, query=query, to=None)


def test_a_lock_ends_the_talk_and_a_freeze_does_not(cast: Cast, record: Record) -> None:
    query = asked(cast, record)
    lock_form(cast, record, FROZEN)
    assert queries.answer(by=cast.coordinator, query=query, explanation="It is").state == "answered"
    lock_form(cast, record)
    for act in (queries.close, queries.reopen):
        with pytest.raises(Refusal) as refused:
            act(by=cast.monitor, query=query)
        assert refused.value.code == "data_locked"
    with pytest.raises(Refusal) as refused:
        asked(cast, record)
    assert refused.value.code == "data_locked"
