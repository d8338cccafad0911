import pytest
from django.db import transaction

from forms_app.selectors import drafts, history, versions
from forms_app.services import queries
from tests import journey
from tests.cast import Cast
from tests.sql import actor, run
from trial.crf.submission import Submission
from trial.models import Record

pytestmark = pytest.mark.django_db(transaction=True)

CHANGE = "update trial_record set version = version + 1 where id = %s"


@pytest.fixture
def record(cast: Cast) -> Record:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    return journey.save(cast.investigator, participant, "BL", "pain", Submission()).record


def last_and_listed(record: Record) -> tuple[str, str]:
    last = history.last_actor(record.pk)
    assert last is not None
    return last[0], history.read(record)[0].actor


def test_a_person_is_named(cast: Cast, record: Record) -> None:
    assert last_and_listed(record) == (cast.investigator.full_name, cast.investigator.full_name)


def test_a_change_by_sql_is_the_database_owners(record: Record) -> None:
    run(CHANGE, [record.pk], using="owner")
    assert last_and_listed(record) == ("Database owner", "Database owner")


def test_who_asks_a_question_has_saved_nothing(cast: Cast, record: Record) -> None:
    before = history.last_actor(record.pk), versions.saved_at(record)
    queries.raise_query(by=cast.monitor, record=record, item="nrs_now", text="Is this so?")
    assert history.read(record)[0].actor == cast.monitor.full_name
    assert (history.last_actor(record.pk), versions.saved_at(record)) == before
    at, _ = drafts.glance(cast.investigator, record.participant, "BL", "pain", 1, record)
    assert at == before[1]


def test_an_actor_without_an_account_is_an_unknown_person(record: Record) -> None:
    with transaction.atomic():
        actor(987654)
        run(CHANGE, [record.pk])
    assert last_and_listed(record) == ("Unknown person", "Unknown person")
