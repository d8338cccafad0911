"""`make run`, from outside: it starts the whole demo, mends it, and leaves no process behind."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

from config.embedded.folder import DataFolder
from config.embedded.program import wait_until
from config.supervisor.plan import Plan
from tests.supervised import PROJECT, Run, command_of, free_port

pytestmark = pytest.mark.servers


def refusal_of(port: str, tmp_path: Path) -> str:
    answer = subprocess.run(
        [sys.executable, "-m", "config.supervisor", port],
        cwd=PROJECT,
        env={**os.environ, "FASCICLE_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert answer.returncode == 1
    assert answer.stderr == ""
    return answer.stdout


def test_it_lives_mends_itself_and_leaves_nothing(launch: Callable[..., Run], tmp_path: Path) -> None:
    run = launch()
    assert wait_until(run.ready, 120), run.text()
    assert run.healthy()
    assert f"http://127.0.0.1:{run.port}/" in run.text()
    assert set(run.children()) == {"postgres", "broker", "web", "worker", "beat"}
    assert private(run.folder)

    assert "already running" in refusal_of(str(free_port()), tmp_path)

    for name in ("postgres", "broker"):
        run.kill(name)
    before = run.sweeps()
    assert wait_until(lambda: run.sweeps() > before, 60), "worker and beat did not find their way back"
    for name in ("worker", "beat", "web"):
        run.kill(name)
    assert wait_until(run.healthy, 30), run.text()

    run.end(signal.SIGINT)
    assert run.process.returncode == 0
    assert "nothing is left running" in run.text()
    assert run.leftovers() == []


def private(folder: DataFolder) -> bool:
    modes = {
        path: stat.S_IMODE(path.stat().st_mode) for path in (folder.root, folder.sockets, folder.secret_key)
    }
    return list(modes.values()) == [0o700, 0o700, 0o600] and len(folder.secret_key.read_text()) > 50


def test_what_was_killed_without_a_word_leaves_nothing_and_starts_again_with_its_data(
    launch: Callable[..., Run],
) -> None:
    first = launch()
    assert wait_until(first.ready, 120), first.text()
    key = first.folder.secret_key.read_text()
    participants = ask(first.folder, "select count(*) from trial_participant")
    first.end(signal.SIGKILL)
    second = launch()
    assert wait_until(lambda: not first.leftovers(), 60), [command_of(each) for each in first.leftovers()]
    assert wait_until(second.ready, 120), second.text()
    assert second.folder.secret_key.read_text() == key
    assert ask(second.folder, "select count(*) from trial_participant") == participants


def ask(folder: DataFolder, question: str) -> object:
    connection = psycopg2.connect(folder.app_url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()
    finally:
        connection.close()


@pytest.mark.parametrize("step", ["PostgreSQL", "tables", "demo trial"])
def test_a_first_start_that_was_interrupted_recovers(launch: Callable[..., Run], step: str) -> None:
    first = launch()
    assert wait_until(lambda: step in first.text(), 60), first.text()
    first.end(signal.SIGKILL)
    assert wait_until(lambda: not first.leftovers(), 60)
    second = launch()
    assert wait_until(second.ready, 120), second.text()


def test_a_closed_terminal_is_a_reason_to_stop(launch: Callable[..., Run]) -> None:
    run = launch()
    assert wait_until(lambda: "tables" in run.text(), 60), run.text()
    run.end(signal.SIGHUP)
    assert run.leftovers() == []


def test_a_taken_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        line.listen()
        port = str(line.getsockname()[1])
        another = int(port) + 1 if int(port) < 65535 else 65534
        assert refusal_of(port, tmp_path) == (
            f"Port {port} is taken by another program; try `make run PORT={another}`.\n"
        )
    assert not (tmp_path / "data" / "postgres").exists()


@pytest.mark.parametrize("word", ["eighty", "0", "65536", "-1", ""])
def test_a_port_that_is_none_is_refused(tmp_path: Path, word: str) -> None:
    assert refusal_of(word, tmp_path).startswith(f"PORT={word} is no port")


def test_a_step_that_fails_is_shown_with_its_last_words(launch: Callable[..., Run]) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nowhere"
    run = launch(DATABASE_URL=nowhere, DATABASE_OWNER_URL=nowhere)
    assert run.process.wait(timeout=60) == 1
    assert "`manage.py migrate` failed" in run.text()
    assert re.search("connection .* failed|refused", run.text())
    assert "nothing is left running" in run.text()


def test_a_database_without_its_owner_is_refused(launch: Callable[..., Run]) -> None:
    run = launch(DATABASE_URL="postgresql://app@127.0.0.1:1/nowhere")
    assert run.process.wait(timeout=60) == 1
    assert "the owner makes the tables, so give both" in run.text()


def test_what_the_environment_names_is_not_embedded(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    named = {"DATABASE_URL": "postgresql://app@db/fascicle", "CELERY_BROKER_URL": "redis://broker/0"}
    plan = Plan(folder, 8000, named)
    assert not plan.embeds_database
    assert not plan.embeds_broker
    assert {name: plan.environment[name] for name in named} == named
    assert "DATABASE_OWNER_URL" not in plan.environment
    assert Plan(folder, 8000, {}).embeds_database
