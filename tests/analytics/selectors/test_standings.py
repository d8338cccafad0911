import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.models import Run
from analytics.selectors import reports, standings
from analytics.selectors.reports import Status
from analytics.services.refit import refit
from forms_app.services import records
from tests import answers, journey, sql
from tests.analytics import measured
from tests.cast import Cast
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import Record, Visit

pytestmark = pytest.mark.django_db(transaction=True)


def status(outcome: str = "pain") -> Status:
    (reported,) = reports.report(standings.read([standings.analysis_of(outcome)]))
    return reported.status


def stale() -> set[str]:
    return {standing.analysis.outcome for standing in standings.read() if standing.stale}


def test_all_analyses_are_judged_in_one_query(cast: Cast) -> None:
    measured.baseline_pain(cast, 7)
    refit("pain")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = standings.read()
    assert len(queries) == 1
    assert [standing.analysis.outcome for standing in found] == ["pain", "motion", "disability"]


def test_an_analysis_without_data_has_no_run_and_is_not_stale(cast: Cast) -> None:
    journey.eligible(cast)
    assert status() is Status.NONE
    assert stale() == set()


def test_the_first_value_makes_its_analysis_due_and_no_other(cast: Cast) -> None:
    measured.baseline_pain(cast, 7)
    assert status() is Status.NONE
    assert stale() == {"pain"}


def test_a_run_that_has_seen_all_data_is_current(cast: Cast) -> None:
    measured.pain(cast)
    refit("pain")
    assert status() is Status.CURRENT


def test_a_run_without_estimates_is_failed_until_it_is_stale(cast: Cast) -> None:
    participant = measured.baseline_pain(cast, 7)
    refit("pain")
    assert status() is Status.FAILED
    measured.correct_pain(cast, participant, 8)
    assert status() is Status.STALE


def test_a_visit_and_a_form_of_another_outcome_leave_it_current(cast: Cast) -> None:
    participant = measured.baseline_pain(cast, 7)
    refit("pain")
    journey.save(cast.investigator, participant, "BL", "motion", answers.motion())
    journey.eligible(cast)
    assert stale() == {"motion"}


def test_removing_and_restoring_a_record_make_it_stale(cast: Cast) -> None:
    participant = measured.baseline_pain(cast, 7)
    record = Record.objects.get(participant=participant, form="pain")
    refit("pain")
    by = cast.investigator
    record = records.remove(by=by, record=record, expected_version=record.version, reason="Wrong person")
    assert stale() == {"pain"}
    removed = refit("pain")
    assert removed is not None
    assert removed.n_participants == 0
    records.restore(by=by, record=record, expected_version=record.version, reason="Was right")
    assert stale() == {"pain"}


def test_raw_sql_and_bulk_updates_make_it_stale(cast: Cast) -> None:
    measured.baseline_pain(cast, 7)
    refit("pain")
    with attributed(by=COMMAND_LINE, reason="Corrected in bulk"):
        sql.run("update trial_pain set nrs_avg24 = 8")
    assert stale() == {"pain"}


def test_a_visit_that_is_corrected_leaves_it_current(cast: Cast) -> None:
    measured.baseline_pain(cast, 7)
    refit("pain")
    with attributed(by=COMMAND_LINE, reason="Mixed up"):
        Visit.objects.filter(code="BL").update(contact_mode="TELEPHONE CALL")
    assert stale() == set()


def test_an_analysis_that_is_declared_otherwise_since_makes_it_stale(cast: Cast) -> None:
    measured.baseline_pain(cast, 7)
    refit("pain")
    sql.run('update analytics_run set spec = spec || \'{"covariance": "cs"}\'', using="owner")
    assert stale() == {"pain"}


def test_a_later_epoch_makes_it_stale_and_its_refit_current(cast: Cast) -> None:
    measured.baseline_pain(cast, 7)
    refit("pain")
    sql.run(
        "insert into trial_epoch (system_identifier, timeline, opened_at) values ('1', 1, now())",
        using="owner",
    )
    assert stale() == {"pain"}
    refit("pain")
    assert stale() == set()


def test_an_event_of_an_earlier_epoch_does_not_count_as_unseen(cast: Cast) -> None:
    """After a restore transaction ids start again: those of old events may be larger than the new ones."""
    measured.baseline_pain(cast, 7)
    sql.run("update trial_event set epoch = 0, xact = '9000000'", using="owner")
    refit("pain")
    assert stale() == set()


def test_looks_count_different_data_and_not_runs(cast: Cast) -> None:
    people = measured.pain(cast)
    refit("pain")
    measured.correct_pain(cast, people[0], 8)
    refit("pain")
    record = Record.objects.get(participant=people[0], visit__code="BL", form="pain")
    form = answers.pain(8, nrs_now=3)
    journey.save(cast.investigator, people[0], "BL", "pain", form, record.version, reason="Added")
    refit("pain")
    assert Run.objects.count() == 3
    assert reports.looks() == {"pain": 2}


def test_the_etag_changes_with_staleness_and_with_the_run(cast: Cast) -> None:
    tags = [standings.etag(standings.read())]
    participant = measured.baseline_pain(cast, 7)
    tags.append(standings.etag(standings.read()))
    refit("pain")
    tags.append(standings.etag(standings.read()))
    assert standings.etag(standings.read()) == tags[-1]
    measured.correct_pain(cast, participant, 8)
    tags.append(standings.etag(standings.read()))
    assert len(set(tags)) == 4
