"""Being asked to stop: Ctrl-C, a terminal that closes, a plain kill."""

import signal
from types import FrameType


class Stopped(Exception):
    """Somebody asked for the end."""


class StopRequest:
    """Remembers the signal; `check` raises where stopping is safe, never while a child is being started."""

    def __init__(self) -> None:
        self.requested = False

    def listen(self) -> None:
        for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(kind, self._remember)

    def check(self) -> None:
        if self.requested:
            raise Stopped

    def _remember(self, number: int, frame: FrameType | None) -> None:
        self.requested = True
