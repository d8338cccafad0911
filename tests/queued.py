"""What waits in the broker's queue, for tests that run no worker."""

import json
from base64 import b64decode
from typing import Any

from config.celery import app


def names(queue: str = "celery") -> list[str]:
    """The names of the tasks of a queue that nobody has taken yet, the oldest first."""
    with app.connection_for_read() as broker:
        channel: Any = broker.default_channel
        return [_name(raw) for raw in channel.client.lrange(queue, 0, -1)][::-1]


def run(task: str, queue: str = "celery") -> int:
    """Do what waits of a task here and now, and take it from the queue; how many there were."""
    with app.connection_for_read() as broker:
        channel: Any = broker.default_channel
        waiting = [raw for raw in channel.client.lrange(queue, 0, -1)[::-1] if _name(raw) == task]
        for raw in waiting:
            channel.client.lrem(queue, 1, raw)
            arguments, named, _callbacks = json.loads(b64decode(json.loads(raw)["body"]))
            app.tasks[task](*arguments, **named)
    return len(waiting)


def _name(raw: bytes) -> str:
    return str(json.loads(raw)["headers"]["task"])
