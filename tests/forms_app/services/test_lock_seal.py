"""The seal at the lock of the study: who locks has no key, so the worker is asked for it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from config.celery import app
from forms_app.selectors import lock_target
from forms_app.selectors.locks import seal_of, study_lock
from tests import queued, sealing
from tests.cast import Cast
from tests.locking import put_on
from trial import tasks

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def place(settings: "Settings", tmp_path: Path) -> Iterator[None]:
    """Keys of its own, an empty queue, and nobody who works it off."""
    sealing.own_place(settings, tmp_path)
    app.control.purge()
    yield
    app.control.purge()


@pytest.mark.requirement("E6.13")
def test_the_study_is_locked_without_a_key_and_the_report_names_the_seal_of_the_worker(
    cast: Cast, client: Any, settings: "Settings", caplog: pytest.LogCaptureFixture
) -> None:
    key, settings.SEAL_KEY_FILE = settings.SEAL_KEY_FILE, "/nowhere/seal_key"
    put = put_on(cast, lock_target.STUDY_TARGET)
    assert study_lock() == put
    assert seal_of(put) is None
    assert caplog.messages == []
    assert queued.names("seals") == ["trial.tasks.seal"]
    client.force_login(cast.data_manager)
    assert "not made yet" in client.get(f"/locks/{put.pk}/").content.decode()
    settings.SEAL_KEY_FILE = key
    tasks.seal()
    seal = seal_of(put)
    assert seal is not None
    assert seal.hash in client.get(f"/locks/{put.pk}/").content.decode()


@pytest.mark.requirement("E6.13")
def test_the_results_of_a_locked_study_name_its_seal(cast: Cast, client: Any) -> None:
    client.force_login(cast.investigator)
    assert "Until the study is locked" in client.get("/results/").content.decode()
    put = put_on(cast, lock_target.STUDY_TARGET)
    tasks.seal()
    seal = seal_of(put)
    assert seal is not None
    page = client.get("/results/").content.decode()
    assert f"(seal {seal.number})" in page
    assert "Study locked on" in page
    assert "Until the study is locked" not in page


ASK = "import django; django.setup(); from trial.tasks import ask_for_seal; ask_for_seal()"


def test_a_dead_broker_costs_a_log_line(test_database_environment: dict[str, str], tmp_path: Path) -> None:
    dead = {"CELERY_BROKER_URL": f"redis+socket://{tmp_path}/nobody.sock?virtual_host=0"}
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        env=test_database_environment | dead,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "the next one comes by itself" in asked.stderr
