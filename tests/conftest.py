"""What all tests share: real servers of their own, the two database roles, no way out to the network.

The servers start when the first test asks for them, in a temporary folder, so a run without such tests
needs none and several runs do not meet. Where they will listen must be known before Django reads its
settings: it is set here.
"""

import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import pytest

from config.embedded.broker import Broker
from config.embedded.folder import APP, DataFolder
from config.embedded.identity import Identity
from config.embedded.identity import find as find_identity
from config.embedded.postgres import Postgres, wait_ready
from config.embedded.program import Program, wait_until
from config.supervisor.plan import make_secrets
from tests.supervised import Run, start
from tests.validation.evidence import Evidence

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.cast import Cast

FOLDER = DataFolder(Path(tempfile.mkdtemp(prefix="fascicle-test-")))

for name in [name for name in os.environ if name.startswith(("FASCICLE_", "DATABASE_", "CELERY_"))]:
    if name != "FASCICLE_PG_BIN":
        del os.environ[name]
os.environ.update(
    DJANGO_SETTINGS_MODULE="config.settings",
    DATABASE_URL=FOLDER.app_url,
    DATABASE_OWNER_URL=FOLDER.owner_url,
    CELERY_BROKER_URL=FOLDER.broker_url,
    FASCICLE_DATA=str(FOLDER.root),
    FASCICLE_DEBUG="1",
    FASCICLE_WEBHOOK_HOSTS="hooks.example.org",
)
# Here and not by pytest-django, which would do it before this file is read.
django.setup()

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "worker"}
COMMITTING_FIXTURES = DATABASE_FIXTURES - {"db"}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-servers", action="store_true", help="only the tests that need no server")
    parser.addoption("--evidence", metavar="FILE", help="where a part of the tests writes its results")
    parser.addoption(
        "--screenshots", metavar="FOLDER", help="where browser tests write pictures of the pages"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    give_both_roles(items)
    if config.getoption("--no-servers"):
        slow = [item for item in items if needs_servers(item)]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


def needs_servers(item: pytest.Item) -> bool:
    return any(
        item.get_closest_marker(name) for name in ("django_db", "servers", "browser", "faults")
    ) or "servers" in getattr(item, "fixturenames", ())


def give_both_roles(items: list[pytest.Item]) -> None:
    """Every database test may use both roles; without the owner a transactional test could not be flushed."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        asked_for = DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if marker is None and not asked_for:
            continue
        said = (
            dict(marker.kwargs)
            if marker is not None
            else {"transaction": bool(asked_for & COMMITTING_FIXTURES)}
        )
        both = pytest.mark.django_db(**{"databases": ["default", "owner"], **said})
        item.add_marker(both, append=False)  # the first marker found is the one that counts


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Evidence(config), "evidence")
    # Each worker of pytest-xdist has servers of its own. With the name of the settings in its environment
    # pytest-django would read them there before this file says where those servers are.
    if getattr(config.option, "numprocesses", None):
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_unconfigure() -> None:
    shutil.rmtree(FOLDER.root, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise AssertionError(f"A test tried to reach {address}; tests stay on this machine.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def server_identity() -> Identity:
    return find_identity()


@pytest.fixture(scope="session")
def servers(server_identity: Identity) -> Iterator[DataFolder]:
    """A PostgreSQL that forgets in a crash, with the two roles, and a broker."""
    FOLDER.make()
    if server_identity.account is not None:
        FOLDER.root.chmod(0o711)
    make_secrets(FOLDER)
    postgres, broker = Postgres(FOLDER, durable=False, runs_as=server_identity), Broker(FOLDER)
    postgres.prepare()
    broker.prepare()
    database_process = postgres.program.start(FOLDER.logs / "postgres.log")
    broker_process = broker.program.start(FOLDER.logs / "broker.log")
    try:
        wait_ready(postgres, database_process)
        postgres.make_roles()
        assert wait_until(broker.ready, 10), (FOLDER.logs / "broker.log").read_text()
        yield FOLDER
    finally:
        broker.program.end(broker_process)
        postgres.program.end(database_process)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: DataFolder) -> None:
    """Before the test database is made, there must be a server. Each test process has its own: no suffix."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """In the end the app role's connection is closed too, or the database could not be dropped."""
    from django.db import connections

    yield
    connections.close_all()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords(django_test_environment: None) -> None:
    """Hashing that is slow on purpose would cost a tenth of a second for each person in each test."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db: None) -> "Cast":
    """The fixed people of the tests, in the database."""
    from tests.cast import gather

    return gather()


@pytest.fixture(scope="session")
def test_database_environment(servers: DataFolder, django_db_setup: None) -> dict[str, str]:
    """The environment in which another process of ours meets the test database as the app role."""
    from django.db import connections

    name = str(connections["owner"].settings_dict["NAME"])
    return {**os.environ, "DATABASE_URL": servers.database_url(APP, name)}


@pytest.fixture
def demonstration(transactional_db: None, settings: "Settings") -> None:
    """The demonstration trial, committed, where its accounts may sign in. Name `worker` before it."""
    from forms_app.demo import load

    settings.DEBUG = True
    load.load(lambda _: None)


@pytest.fixture
def worker(test_database_environment: dict[str, str], transactional_db: None) -> Iterator[Path]:
    """A real Celery worker on the test database; the value is its log.

    It ends before the database is emptied: a late task would hold the tables that are truncated.
    """
    from config.celery import app

    app.control.purge()
    log = FOLDER.logs / "worker.log"
    log.unlink(missing_ok=True)  # or the worker of an earlier test would say that this one is ready
    program = Program(
        name="worker",
        command=(
            *(sys.executable, "-m", "celery", "-A", "config", "worker"),
            *("-c", "1", "--without-gossip", "--without-mingle", "-l", "INFO"),
        ),
        environment=test_database_environment,
        stop=(signal.SIGTERM, signal.SIGQUIT),
        orphaned=signal.SIGQUIT,
    )
    process = program.start(log)
    try:
        assert wait_until(lambda: process.poll() is not None or b" ready." in log.read_bytes(), 30)
        assert process.poll() is None, log.read_text()
        yield log
    finally:
        program.end(process)


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """`launch()` starts the demo on a free port, in the test's own data folder; the test's end ends it."""
    runs: list[Run] = []

    def one_more(**environment: str) -> Run:
        runs.append(start(tmp_path / "data", tmp_path / f"output-{len(runs)}", **environment))
        return runs[-1]

    yield one_more
    for run in runs:
        if run.process.poll() is None:
            run.end(signal.SIGTERM)
