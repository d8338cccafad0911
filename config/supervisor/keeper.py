"""Keeps children alive: one that died is started again, later and later, until it clearly cannot live."""

import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.program import Program, sweep_group

WINDOW = 60.0
TOO_MANY = 5
FIRST_DELAY = 0.5


class GaveUp(Exception):
    """A child died five times in a minute; the sentence names it and its log."""


@dataclass
class Child:
    program: Program
    log: Path
    process: "subprocess.Popen[bytes]"
    due: float | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=TOO_MANY))

    def died(self, now: float) -> float:
        """Note a death; the answer is after how many seconds to start it again."""
        self.deaths.append(now)
        recent = [moment for moment in self.deaths if now - moment < WINDOW]
        if len(recent) == TOO_MANY:
            raise GaveUp(f"{self.program.name} died {TOO_MANY} times within a minute; {self.log} says why.")
        return FIRST_DELAY * 2.0 ** (len(recent) - 1)


class Keeper:
    """Children, by the names of their programs."""

    def __init__(
        self, logs: Path, say: Callable[[str], None], now: Callable[[], float] = time.monotonic
    ) -> None:
        self.logs = logs
        self.children: dict[str, Child] = {}
        self._say = say
        self._now = now

    def start(self, program: Program) -> Child:
        log = self.logs / f"{program.name}.log"
        child = Child(program, log, program.start(log))
        self.children[program.name] = child
        return child

    def watch(self) -> None:
        """Look at each child once. Raises `GaveUp`."""
        for child in self.children.values():
            if child.due is None and child.process.poll() is not None:
                self._bury(child)
            elif child.due is not None and self._now() >= child.due:
                child.process = child.program.start(child.log)
                child.due = None

    def end(self, order: Sequence[str]) -> None:
        """End those of `order`, each after the one before it is gone."""
        for name in order:
            child = self.children.pop(name, None)
            if child is not None:
                child.program.end(child.process)

    def _bury(self, child: Child) -> None:
        sweep_group(child.process)
        delay = child.died(self._now())
        child.due = self._now() + delay
        code = child.process.returncode
        self._say(f"{child.program.name} died ({code}, see {child.log}); starting it again in {delay:g} s.")
