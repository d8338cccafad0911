import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from celery.schedules import crontab
from django.dispatch import Signal

from analytics import tasks
from analytics.models import Rebuild, Run, Supplement
from analytics.models.supplement import READY
from analytics.selectors import standings
from analytics.services import locks, supplements
from analytics.services.refit import lock_of, refit
from config.celery import app
from config.embedded.program import wait_until
from forms_app.announcements import outcome_data_changed
from tests import queued, sql
from tests.analytics import measured
from tests.analytics.sessions import in_own_session
from tests.cast import Cast
from trial.audit.context import COMMAND_LINE, ORIGIN, attributed
from trial.protocol import STUDY
from trial.services.participants import lock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue() -> Iterator[None]:
    """An empty queue, and nobody who works it off."""
    app.control.purge()
    yield
    app.control.purge()


def waiting() -> int:
    """How many refits and rebuilds wait."""
    return len(queued.names())


def mean_at_baseline() -> float | None:
    newest = Run.objects.filter(outcome="pain").last()
    return newest.descriptions.get(visit="BL").mean if newest else None


def test_the_refit_is_the_only_receiver_of_the_announcement() -> None:
    assert isinstance(outcome_data_changed, Signal)
    assert outcome_data_changed._live_receivers(None)[0] == [tasks.ask_for_refits]


def test_a_save_asks_for_the_refit_of_its_own_outcome(cast: Cast, queue: None) -> None:
    measured.baseline_pain(cast, 7)
    assert waiting() == 1


def test_a_form_that_no_analysis_reads_asks_for_nothing(queue: None) -> None:
    tasks.ask_for_refits(form="consent")
    assert waiting() == 0


def test_the_sweep_asks_for_what_is_due(cast: Cast, queue: None) -> None:
    tasks.sweep()
    assert waiting() == 0
    measured.baseline_pain(cast, 7)
    app.control.purge()
    tasks.sweep()
    assert waiting() == 1
    app.control.purge()
    refit("pain")
    tasks.sweep()
    assert waiting() == 0


def test_the_sweep_asks_for_nothing_that_is_under_way(cast: Cast, queue: None) -> None:
    measured.baseline_pain(cast, 7)
    app.control.purge()
    with locks.held(lock_of("pain"), wait="1s"), ThreadPoolExecutor(1) as pool:
        pool.submit(in_own_session(tasks.sweep)).result()
    assert waiting() == 0


def test_each_outcome_is_rebuilt_at_half_past_two(queue: None) -> None:
    entry = app.conf.beat_schedule["rebuild"]
    assert entry["task"] == tasks.rebuild_all.name
    assert entry["schedule"] == crontab(hour=2, minute=30)
    tasks.rebuild_all()
    assert waiting() == len(STUDY.analyses)


def test_the_worker_compares_the_running_statistics_with_all_records(cast: Cast, worker: Path) -> None:
    measured.baseline_pain(cast, 7)
    assert wait_until(lambda: mean_at_baseline() == 7, 20), worker.read_text()
    tasks.rebuild_all()
    assert wait_until(Rebuild.objects.exists, 20), worker.read_text()
    made = Rebuild.objects.get()
    assert (made.outcome, made.agreed, made.n_participants) == ("pain", True, 1)


def test_a_task_is_recorded_as_such() -> None:
    with tasks._as_task("an id"):
        assert ORIGIN.get().route == "task"
        assert ORIGIN.get().request_id == "an id"
    assert ORIGIN.get().route != "task"


def test_a_saved_value_is_in_a_run_soon_after(cast: Cast, worker: Path) -> None:
    participant = measured.baseline_pain(cast, 7)
    assert wait_until(lambda: mean_at_baseline() == 7, 20), worker.read_text()
    measured.correct_pain(cast, participant, 3)
    assert wait_until(lambda: mean_at_baseline() == 3, 20), worker.read_text()


def test_the_sweep_finds_what_nobody_announced(cast: Cast, worker: Path) -> None:
    participant = measured.baseline_pain(cast, 7)
    assert wait_until(lambda: mean_at_baseline() == 7, 20), worker.read_text()
    with attributed(by=COMMAND_LINE, reason="Corrected by hand"):
        lock(participant)  # the checks may be at it, and who changes data by hand has to wait for them
        sql.run("update trial_pain set nrs_avg24 = 2")
    tasks.sweep()
    assert wait_until(lambda: mean_at_baseline() == 2, 20), worker.read_text()


ASK = """
import django, time
django.setup()
from analytics import tasks
started = time.monotonic()
tasks.ask_for_refits(form="pain")
print(time.monotonic() - started)
"""


def test_a_dead_broker_costs_a_save_a_log_line_and_no_time(
    test_database_environment: dict[str, str], tmp_path: Path
) -> None:
    dead = {"CELERY_BROKER_URL": f"redis+socket://{tmp_path}/nobody.sock?virtual_host=0"}
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        env=test_database_environment | dead,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "the sweep will find it" in asked.stderr
    assert float(asked.stdout) < 1


def test_a_worker_on_a_database_of_another_cluster_does_not_start(
    test_database_environment: dict[str, str],
) -> None:
    sql.run(
        "insert into trial_epoch (system_identifier, timeline, opened_at) values ('1', 1, now())",
        using="owner",
    )
    started = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "config", "worker", "-c", "1"],
        env=test_database_environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert started.returncode != 0
    assert "ledger_epoch" in started.stderr + started.stdout


def test_workers_calculate_what_stands_beside_an_analysis_in_pieces(cast: Cast, worker: Path) -> None:
    measured.pain(cast)
    assert wait_until(lambda: not standings.read([STUDY.analyses[0]])[0].stale, 20), worker.read_text()
    run = Run.objects.filter(outcome="pain").latest("pk")
    supplements.ask(STUDY.analyses[0], run.data_hash, run.position, ["influence", "diagnostics"])
    tasks.sweep_supplements()
    found = Supplement.objects.filter(state=READY)
    assert wait_until(lambda: found.count() == 2, 30), worker.read_text()
    assert {each.data_hash for each in found} == {run.data_hash}


def test_the_sweep_of_supplements_runs_by_itself_and_old_ones_are_let_go() -> None:
    schedule = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert schedule["analytics.tasks.sweep_supplements"] <= 15
    assert "analytics.tasks.clear_supplements" in schedule
    for name in ("supplement", "piece"):
        assert app.conf.task_routes[f"analytics.tasks.{name}"]["queue"] == "supplements"
