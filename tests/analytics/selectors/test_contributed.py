from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.datasets import vectors
from analytics.models import Run
from analytics.selectors import contributed
from analytics.services.refit import refit
from tests.analytics import measured
from tests.cast import Cast
from trial.models import Participant
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db(transaction=True)

PAIN = STUDY.analyses[0]


@pytest.fixture
def people(cast: Cast) -> list[Participant]:
    return measured.pain(cast, measured.PAIN[:3])


def fitted() -> Run:
    run = refit("pain")
    assert run is not None
    return run


def test_it_is_what_the_run_has_read_whatever_was_saved_since(cast: Cast, people: list[Participant]) -> None:
    run = fitted()
    read = vectors.read(PAIN).vectors
    measured.correct_pain(cast, people[0], 1)
    assert contributed.to_run(run, PAIN, [cast.north], 9) == read != vectors.read(PAIN).vectors
    newer = fitted()
    assert contributed.to_run(newer, PAIN, [cast.north], 9) == vectors.read(PAIN).vectors
    assert contributed.to_run(run, PAIN, [cast.north], 9) is None


def test_only_participants_of_these_sites_and_no_more_than_asked_for(
    cast: Cast, people: list[Participant]
) -> None:
    run = fitted()
    with CaptureQueriesContext(connection) as queries:
        found = contributed.to_run(run, PAIN, [cast.north], 2)
    assert found is not None
    assert [vector.participant for vector in found] == ["01-001", "01-002"]
    assert len(queries) == 2
    assert contributed.to_run(run, PAIN, [cast.south], 2) == ()


def test_of_another_declared_data_set_nothing_is_kept(cast: Cast, people: list[Participant]) -> None:
    run = fitted()
    shorter = replace(PAIN, visits=("BL", "W12"))
    assert contributed.to_run(run, shorter, [cast.north], 9) is None
