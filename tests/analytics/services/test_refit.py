import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, transaction

from analytics import declared
from analytics.datasets import vectors
from analytics.models import Run
from analytics.models.run import FAILED, OK
from analytics.selectors import standings
from analytics.services import locks
from analytics.services.refit import lock_of, refit
from tests import sql
from tests.analytics import measured
from tests.analytics.sessions import in_own_session
from tests.cast import Cast
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import Pain
from trial.protocol import STUDY
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db(transaction=True)

PAIN = STUDY.analyses[0]


def stale(outcome: str = "pain") -> bool:
    (standing,) = standings.read([standings.analysis_of(outcome)])
    return standing.stale


def test_a_fit_is_stored_with_its_estimates_and_its_provenance(cast: Cast) -> None:
    measured.pain(cast)
    run = refit("pain")
    assert run is not None
    run.refresh_from_db()
    assert (run.status, run.converged, run.messages) == (OK, True, [])
    assert (run.n_participants, run.n_observations) == (7, 27)
    assert run.spec == declared.as_json(PAIN)
    assert run.data_hash == vectors.read(PAIN).content_hash()
    kinds = [(each.kind, each.visit) for each in run.estimates.all()]
    assert kinds == [
        *(("mean", visit) for visit in ("BL", "W1", "W2", "W12")),
        *(("change", visit) for visit in ("W1", "W2", "W12")),
    ]
    observed = {each.visit: each for each in run.descriptions.all()}
    assert {visit: each.n for visit, each in observed.items()} == {"BL": 7, "W1": 7, "W2": 6, "W12": 7}
    assert observed["BL"].mean == pytest.approx(48 / 7)


def test_a_second_refit_of_the_same_data_changes_nothing(cast: Cast) -> None:
    measured.pain(cast)
    assert refit("pain") is not None
    assert refit("pain") is None
    assert Run.objects.count() == 1


def test_many_refits_at_once_make_one_run(cast: Cast) -> None:
    measured.baseline_pain(cast, 7)
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(in_own_session(refit), ["pain"] * 8))
    assert sum(run is not None for run in runs) == 1
    assert Run.objects.count() == 1


def test_a_fit_that_cannot_be_done_is_stored_with_the_sentence_that_says_why(cast: Cast) -> None:
    measured.baseline_pain(cast, 7)
    run = refit("pain")
    assert run is not None
    assert (run.status, run.converged) == (FAILED, False)
    assert run.estimates.count() == 0
    assert len(run.messages) == 1
    assert run.messages[0].endswith(".")
    assert {each.visit: each.n for each in run.descriptions.all()} == {"BL": 1, "W1": 0, "W2": 0, "W12": 0}


def test_a_failed_run_is_current_until_the_data_change(cast: Cast) -> None:
    participant = measured.baseline_pain(cast, 7)
    refit("pain")
    assert not stale()
    measured.correct_pain(cast, participant, 6)
    assert stale()


def test_an_outcome_that_is_not_declared_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        refit("happiness")
    assert refusal.value.code == "not_found"


def test_a_refit_inside_a_transaction_is_refused(cast: Cast) -> None:
    measured.baseline_pain(cast, 7)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        refit("pain")
    assert not Run.objects.exists()


def test_the_position_does_not_contain_a_change_that_was_not_committed(cast: Cast) -> None:
    """The writer is older than the run and commits after it: the run must count as stale."""
    participant = measured.baseline_pain(cast, 7)
    written, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with attributed(by=COMMAND_LINE, reason="Read again"):
            Pain.objects.filter(record__participant=participant).update(nrs_avg24=3)
            written.set()
            assert go_on.wait(30)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(in_own_session(write_slowly))
        assert written.wait(30)
        run = refit("pain")
        assert run is not None
        assert not stale()
        go_on.set()
        writing.result()
    assert run.descriptions.get(visit="BL").mean == 7
    assert stale()
    newer = refit("pain")
    assert newer is not None
    assert newer.descriptions.get(visit="BL").mean == 3
    assert not stale()


def test_no_change_is_missed_while_people_save_and_analyses_are_refitted(cast: Cast) -> None:
    people = [measured.baseline_pain(cast, 5) for _ in range(3)]
    done = threading.Event()

    def save(place: int) -> None:
        for value in (4, 5, 6, 7, 8):
            measured.correct_pain(cast, people[place], value)

    def keep_refitting(_: int) -> None:
        while not done.is_set():
            refit("pain")

    with ThreadPoolExecutor(5) as pool:
        refits = [pool.submit(in_own_session(keep_refitting), place) for place in range(2)]
        saves = [pool.submit(in_own_session(save), place) for place in range(3)]
        for saving in saves:
            saving.result()
        done.set()
        for refitting in refits:
            refitting.result()
    if stale():
        refit("pain")
    assert not stale()
    newest = Run.objects.latest("id")
    assert newest.data_hash == vectors.read(PAIN).content_hash()
    assert newest.descriptions.get(visit="BL").mean == 8


def test_who_waits_too_long_for_the_lock_gives_up() -> None:
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with locks.held(lock_of("pain"), wait="1s"):
            held.set()
            assert let_go.wait(30)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(in_own_session(hold))
        assert held.wait(30)
        assert not locks.is_free(lock_of("pain"))
        with pytest.raises(OperationalError, match="lock timeout"), locks.held(lock_of("pain"), wait="50ms"):
            pass
        let_go.set()
        holding.result()
    assert locks.is_free(lock_of("pain"))
    assert sql.value("show lock_timeout") == "0"


def test_the_lock_is_released_when_the_work_fails() -> None:
    with pytest.raises(ZeroDivisionError), locks.held("a lock", wait="1s"):
        raise ZeroDivisionError
    assert locks.is_free("a lock")
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(in_own_session(locks.is_free), "a lock").result()
