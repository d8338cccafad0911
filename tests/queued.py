"""What waits in the broker's queue, for tests that run no worker."""

import json
from typing import Any

from config.celery import app


def names(queue: str = "celery") -> list[str]:
    """The names of the tasks of a queue that nobody has taken yet, the oldest first."""
    with app.connection_for_read() as broker:
        channel: Any = broker.default_channel
        return [json.loads(raw)["headers"]["task"] for raw in channel.client.lrange(queue, 0, -1)][::-1]
