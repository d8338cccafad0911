"""The harness of the background tests: a real worker, on the test database, through a real broker."""

from pathlib import Path

import pytest
from celery import current_app

from config.embedded.program import wait_until


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_what_we_send_and_meets_the_database(worker: Path) -> None:
    current_app.send_task("analytics.tasks.sweep")
    assert wait_until(lambda: "analytics.tasks.sweep" in finished(worker), 20), worker.read_text()


def finished(log: Path) -> str:
    return "\n".join(line for line in log.read_text().splitlines() if "succeeded" in line)
