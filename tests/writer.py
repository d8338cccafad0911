"""Somebody who keeps saving pain scores over HTTP, and remembers every save that was acknowledged."""

import http.client
import itertools
import threading
import time
import urllib.error
from dataclasses import dataclass, field

from tests.stack import Client

LOST = (OSError, urllib.error.URLError, http.client.HTTPException)


@dataclass
class Writer(threading.Thread):
    """Changes the baseline pain of one participant after the other until `stop`.

    Each save carries its number as the reason, so it can be found in the audit afterwards.
    """

    client: Client
    participants: list[str]
    name_: str = "writer"
    acknowledged: list[str] = field(default_factory=list)
    lost: int = 0

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._stop_asked = threading.Event()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        for number, participant in enumerate(itertools.cycle(self.participants)):
            if self._stop_asked.is_set():
                return
            try:
                self._save(participant, number)
            except LOST:
                self.lost += 1
                time.sleep(0.1)

    def _save(self, participant: str, number: int) -> None:
        path = f"participants/{participant}/visits/BL/forms/pain/"
        read = self.client.get(path)
        if read.status != 200:
            self.lost += 1
            time.sleep(0.1)
            return
        reason = f"{self.name_} {number}"
        # Never the value that stands there: a save that changes nothing leaves no event.
        average = 4 + (read.body["items"]["nrs_avg24"] - 3) % 5
        items = {"nrs_avg24": average, "nrs_worst24": 10, "nrs_least24": 0, "nrs_now": 3}
        answer = self.client.put(path, {"items": items, "reason": reason}, read.version)
        if answer.status == 200:
            self.acknowledged.append(reason)
        else:
            self.lost += 1

    def stop(self) -> None:
        self._stop_asked.set()
        self.join(30)
