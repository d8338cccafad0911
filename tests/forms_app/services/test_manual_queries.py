"""Questions that people ask: raised, answered, closed, asked again; no form waits for them."""

import pytest

from forms_app.models import Query
from forms_app.services import queries, records
from tests import answers, journey
from tests.cast import Cast
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
        queries.raise_query(by=cast.statistician, record=record, item="nrs_avg24", text="Is this so?")
    with pytest.raises(Refusal, match="does not include"):
        queries.answer(by=cast.monitor, query=query, explanation="It is")
    with pytest.raises(Refusal, match="does not include"):
        queries.close(by=cast.southern_investigator, query=query)


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
