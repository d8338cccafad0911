"""Keeping children alive: restart, back-off, giving up, the order of the end. On children that only sleep."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.program import Program, wait_until
from config.supervisor.keeper import FIRST_DELAY, TOO_MANY, WINDOW, GaveUp, Keeper
from tests.supervised import alive

SLEEPER = Program("sleeper", ("sleep", "60"))
MORTAL = Program("mortal", ("false",))


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def keeper(tmp_path: Path, said: list[str], clock: Clock) -> Iterator[Keeper]:
    keeper = Keeper(tmp_path, said.append, clock)
    yield keeper
    keeper.end(tuple(keeper.children))


def die(keeper: Keeper, clock: Clock) -> None:
    """The only child has died and been noticed; the clock is where it is due again."""
    (child,) = keeper.children.values()
    child.process.wait(timeout=5)
    keeper.watch()
    assert child.due is not None
    clock.time = child.due


def test_a_child_that_was_killed_is_started_again(keeper: Keeper, clock: Clock, said: list[str]) -> None:
    child = keeper.start(SLEEPER)
    first = child.process
    first.send_signal(signal.SIGKILL)
    die(keeper, clock)
    keeper.watch()
    assert child.process is not first
    assert child.process.poll() is None
    assert said == [f"sleeper died (-9, see {child.log}); starting it again in 0.5 s."]


def test_a_child_that_lives_is_left_alone(keeper: Keeper, said: list[str]) -> None:
    child = keeper.start(SLEEPER)
    first = child.process
    keeper.watch()
    assert child.process is first
    assert said == []


def test_it_is_not_started_before_it_is_due(keeper: Keeper, clock: Clock) -> None:
    child = keeper.start(MORTAL)
    first = child.process
    die(keeper, clock)
    clock.time -= 0.01
    keeper.watch()
    assert child.process is first


def test_each_death_within_a_minute_doubles_the_delay(keeper: Keeper, clock: Clock) -> None:
    keeper.start(MORTAL)
    delays = []
    for _ in range(TOO_MANY - 1):
        before = clock.time
        die(keeper, clock)
        delays.append(clock.time - before)
        keeper.watch()
    assert delays == [FIRST_DELAY * factor for factor in (1, 2, 4, 8)]


def test_the_fifth_death_within_a_minute_is_the_last(keeper: Keeper, clock: Clock) -> None:
    child = keeper.start(MORTAL)
    for _ in range(TOO_MANY - 1):
        die(keeper, clock)
        keeper.watch()
    child.process.wait(timeout=5)
    with pytest.raises(GaveUp, match="mortal died 5 times within a minute"):
        keeper.watch()


def test_deaths_of_long_ago_do_not_count(keeper: Keeper, clock: Clock) -> None:
    child = keeper.start(MORTAL)
    for _ in range(2 * TOO_MANY):
        die(keeper, clock)
        clock.time += WINDOW
        keeper.watch()
    assert child.due is None


def test_what_a_dead_child_left_in_its_group_is_killed(keeper: Keeper, clock: Clock, tmp_path: Path) -> None:
    note = tmp_path / "note"
    parent = Program("parent", ("sh", "-c", f"sleep 60 & echo $! > {note}; wait"))
    child = keeper.start(parent)
    assert wait_until(lambda: note.exists() and note.read_text().endswith("\n"), 5)
    grandchild = int(note.read_text())
    child.process.kill()
    die(keeper, clock)
    assert wait_until(lambda: not alive(grandchild), 5)


def test_children_end_in_the_order_that_is_said(tmp_path: Path, keeper: Keeper) -> None:
    note = tmp_path / "note"
    for name in ("database", "worker", "web"):
        ready = tmp_path / f"{name}.ready"
        script = f"trap 'echo {name} >> {note}; exit' TERM; touch {ready}; while true; do sleep 0.01; done"
        keeper.start(Program(name, ("sh", "-c", script)))
        assert wait_until(ready.exists, 5)
    keeper.end(("web", "worker", "database"))
    assert note.read_text().split() == ["web", "worker", "database"]
