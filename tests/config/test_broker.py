"""What a save meets when the broker is dead, or alive and silent: a refusal at once."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

from config.embedded.broker import Broker
from config.embedded.folder import DataFolder
from config.embedded.program import wait_until

SECONDS = 2.0


def refused_after(address: str) -> float:
    began = time.monotonic()
    with current_app.connection_for_write(address) as connection, pytest.raises(OperationalError):
        current_app.send_task("analytics.tasks.sweep", connection=connection)
    return time.monotonic() - began


def test_a_dead_broker_refuses_at_once(tmp_path: Path) -> None:
    assert refused_after(f"redis+socket://{tmp_path}/nobody.sock?virtual_host=0") < SECONDS


def test_a_broker_that_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "silent.sock"
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(path))
        line.listen()
        assert refused_after(f"redis+socket://{path}?virtual_host=0") < SECONDS


@pytest.mark.servers
def test_a_broker_that_stops_answering_is_not_waited_for(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.make()
    broker = Broker(folder)
    broker.prepare()
    process = broker.program.start(folder.logs / "broker.log")
    assert wait_until(broker.ready, 10)
    with current_app.connection_for_write(folder.broker_url) as connection:
        current_app.send_task("analytics.tasks.sweep", connection=connection)
        os.kill(process.pid, signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(OperationalError):
            current_app.send_task("analytics.tasks.sweep", connection=connection)
        took = time.monotonic() - began
    os.kill(process.pid, signal.SIGCONT)
    broker.program.end(process)
    assert took < SECONDS
