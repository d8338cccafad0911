import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.models import Run
from analytics.selectors import since
from analytics.services.refit import refit
from tests.analytics import measured
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def fitted(outcome: str = "pain") -> Run:
    run = refit(outcome)
    assert run is not None
    return run


def estimates(run: Run) -> dict[tuple[str, str], float]:
    return {(each.kind, each.visit): each.estimate for each in run.estimates.all()}


def test_nothing_came_before_the_first_run(cast: Cast) -> None:
    measured.pain(cast)
    assert since.read([fitted()]) == {}
    assert since.read([]) == {}


def test_it_compares_with_the_last_run_of_other_data(cast: Cast) -> None:
    first, *_ = measured.pain(cast)
    early = fitted()
    measured.correct_pain(cast, first, 6)
    before = fitted()
    measured.baseline_pain(cast, 5)
    now = fitted()
    found = since.read([now])["pain"]
    assert (found.before.pk, found.values, found.participants) == (before.pk, 1, 1)
    assert since.read([before])["pain"].before.pk == early.pk
    was, is_now = (
        {(each.kind, each.visit): each.estimate for each in r.estimates.all()} for r in (before, now)
    )
    assert {(each.kind, each.visit): each.before for each in found.shifts} == was
    assert {(each.kind, each.visit): each.now for each in found.shifts} == is_now
    assert [each.difference for each in found.shifts] == [is_now[place] - was[place] for place in is_now]


def test_a_run_of_the_same_data_is_passed_over(cast: Cast) -> None:
    first, *_ = measured.pain(cast)
    early = fitted()
    measured.correct_pain(cast, first, 6)
    before = fitted()
    again = Run.objects.get(pk=before.pk)
    again.pk = None
    again.save()
    assert since.read([again])["pain"].before.pk == early.pk


def test_a_failed_run_neither_compares_nor_is_compared_with(cast: Cast) -> None:
    measured.baseline_pain(cast, 5)
    failed = fitted()
    assert since.read([failed]) == {}
    measured.pain(cast)
    assert since.read([fitted()]) == {}


def test_it_takes_two_queries_for_all(cast: Cast) -> None:
    first, *_ = measured.pain(cast)
    fitted()
    measured.correct_pain(cast, first, 6)
    run = Run.objects.prefetch_related("estimates").get(pk=fitted().pk)
    with CaptureQueriesContext(connection) as queries:
        since.read([run])
    assert len(queries) == 2
