"""The compose file, as Compose itself reads it: each service's own command in its own environment.

Only the names of the machines, the ports and the folder of the secrets are replaced; commands,
environment, roles, passwords and health checks are the file's.
"""

import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from config.embedded.broker import find_binary
from config.embedded.folder import DataFolder
from config.embedded.identity import Identity
from config.embedded.postgres import Postgres, wait_ready
from config.embedded.program import Program, wait_until
from tests.supervised import PROJECT, free_port

pytestmark = pytest.mark.servers

BIN = Path(sys.executable).parent
HOST = "fascicle.example.org"
SECRETS = (
    *("superuser_password", "owner_password", "app_password", "broker_password"),
    *("secret_key", "deidentification_secret"),
)
PASSWORDS_ONLY = "local all postgres trust\nlocal all all reject\nhost all all 127.0.0.1/32 scram-sha-256\n"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    answer = subprocess.run(
        [BIN / "docker-compose", "config", "--format", "json"],
        cwd=PROJECT,
        env={**os.environ, "FASCICLE_HOST": HOST},
        capture_output=True,
        check=True,
    )
    described: dict[str, Any] = json.loads(answer.stdout)
    return described


@dataclass(frozen=True)
class Machine:
    """Where the services of the file are on this machine."""

    folder: DataFolder
    database: int
    broker: int
    web: int

    @property
    def secrets(self) -> Path:
        return self.folder.root / "secrets"

    def here(self, text: str) -> str:
        for theirs, ours in (
            ("$$", "$"),
            ("/run/secrets", str(self.secrets)),
            ("/seals/", f"{self.folder.root}/seals/"),
            ("@db:5432", f"@127.0.0.1:{self.database}"),
            ("//broker:6379", f"//127.0.0.1:{self.broker}"),
            ("--port 6379", f"--port {self.broker} --bind 127.0.0.1"),
            ("--dir /data", f"--dir {self.folder.broker}"),
            ("0.0.0.0:8000", f"127.0.0.1:{self.web}"),
            ("localhost:8000", f"localhost:{self.web}"),
            ("/tmp/beat-schedule", str(self.folder.root / "beat-schedule")),
        ):
            text = text.replace(theirs, ours)
        return text

    def environment(self, service: dict[str, Any]) -> dict[str, str]:
        """The service's, and what the image sets. Nothing of the tests' own."""
        image = {
            "PATH": f"{BIN}:{self.folder.root}:{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
            "FASCICLE_STATIC_ROOT": str(self.folder.root / "staticfiles"),
            "HOSTNAME": socket.gethostname(),
        }
        return image | {name: self.here(value) for name, value in service.get("environment", {}).items()}

    def program(self, name: str, service: dict[str, Any]) -> Program:
        command = [self.here(word) for word in service["command"]]
        # the image's PATH, not this process's
        command[0] = str(
            next(path for path in (BIN / command[0], Path("/bin") / command[0]) if path.exists())
        )
        return Program(name, tuple(command), environment=self.environment(service))

    def healthy(self, service: dict[str, Any]) -> bool:
        kind, *words = service["healthcheck"]["test"]
        words = [self.here(word) for word in words]
        command = ["/bin/sh", "-c", *words] if kind == "CMD-SHELL" else [str(BIN / words[0]), *words[1:]]
        environment = self.environment(service)
        return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def machine(
    tmp_path_factory: pytest.TempPathFactory, server_identity: Identity, compose: dict[str, Any]
) -> Iterator[Machine]:
    """A database with the file's two roles and their passwords, by TCP, and the file's own broker."""
    folder = DataFolder(tmp_path_factory.mktemp("compose"))
    folder.make()
    machine = Machine(folder, database=free_port(), broker=free_port(), web=free_port())
    machine.secrets.mkdir()
    for name in SECRETS:
        (machine.secrets / name).write_text(secrets.token_urlsafe(48) + "\n")
    (machine.secrets / "seal_key").write_text(b64encode(secrets.token_bytes(32)).decode() + "\n")
    (machine.secrets / "email_password").write_text("")
    (machine.secrets / "former_secret_key").write_text("")
    server = Postgres(folder, durable=False, runs_as=server_identity)
    server.settings = server.settings | {"listen_addresses": "127.0.0.1", "port": str(machine.database)}
    folder.broker.mkdir()
    (folder.root / "valkey-server").symlink_to(find_binary())
    broker = machine.program("broker", compose["services"]["broker"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPORT", str(machine.database))
        server.prepare()
        database_process = server.program.start(folder.logs / "postgres.log")
        broker_process = broker.start(folder.logs / "broker.log")
        wait_ready(server, database_process)
        patch.setenv("SECRETS", str(machine.secrets))
        server.make_roles()
        server.run_as_superuser(PROJECT / "deploy" / "database" / "passwords.sql")
        (folder.postgres / "pg_hba.conf").write_text(PASSWORDS_ONLY)
        database_process.send_signal(signal.SIGHUP)  # read the access rules again
    yield machine
    broker.end(broker_process)
    server.program.end(database_process)


@pytest.fixture(scope="module")
def migrated(machine: Machine, compose: dict[str, Any]) -> None:
    """The file's `migrate` has run to its end."""
    run_to_its_end(machine, "migrate", compose["services"]["migrate"])


@pytest.fixture(scope="module")
def style_sheets(machine: Machine, compose: dict[str, Any]) -> None:
    """What the image does while it is built."""
    service = compose["services"]["web"] | {"command": ["python", "manage.py", "collectstatic", "--no-input"]}
    run_to_its_end(machine, "collectstatic", service)


@pytest.fixture
def start(machine: Machine, compose: dict[str, Any], migrated: None) -> Iterator[Callable[[str], Path]]:
    """`start("worker")` runs that service until the end of the test; the value is its log."""
    running = []

    def start_service(name: str) -> Path:
        program = machine.program(name, compose["services"][name])
        log = machine.folder.logs / f"{name}.log"
        running.append((program, program.start(log)))
        return log

    yield start_service
    for program, process in running:
        program.end(process)


def run_to_its_end(machine: Machine, name: str, service: dict[str, Any]) -> None:
    log = machine.folder.logs / f"{name}.log"
    process = machine.program(name, service).start(log)
    assert process.wait(timeout=120) == 0, log.read_text()


def get(machine: Machine, path: str, **headers: str) -> http.client.HTTPResponse:
    line = http.client.HTTPConnection("127.0.0.1", machine.web, timeout=10)
    line.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = line.getresponse()
    response.read()
    line.close()
    return response


def log_in(machine: Machine, role: str, secret: str) -> "psycopg2.extensions.connection":
    password = (machine.secrets / secret).read_text().strip()
    return psycopg2.connect(
        host="127.0.0.1", port=machine.database, dbname="fascicle", user=role, password=password
    )


def test_only_the_proxy_has_ports(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]


def test_database_and_broker_cannot_reach_the_outside(compose: dict[str, Any]) -> None:
    assert compose["networks"]["back"]["internal"] is True
    for name in ("db", "broker", "beat", "migrate"):
        assert list(compose["services"][name]["networks"]) == ["back"], name


def test_who_sends_mails_reaches_the_mail_server(compose: dict[str, Any]) -> None:
    out = compose["networks"]["out"] or {}
    assert not out.get("internal")
    assert set(compose["services"]["worker"]["networks"]) == {"back", "out"}


def test_every_service_is_sealed(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "mem_limit" in service, name


def test_only_migrate_holds_the_owners_password(compose: dict[str, Any]) -> None:
    holders = {
        name
        for name, service in compose["services"].items()
        if "owner_password" in {secret["source"] for secret in service.get("secrets", [])}
    }
    assert holders == {"migrate", "db"}


def test_only_the_worker_can_seal(compose: dict[str, Any]) -> None:
    services = compose["services"].items()
    holders = {
        name
        for name, service in services
        if "seal_key" in {secret["source"] for secret in service.get("secrets", [])}
    }
    assert holders == {"worker"}
    assert mounts(compose, "seals") == {"worker": False, "web": True}


def test_exports_are_written_by_the_worker_and_read_by_the_web(compose: dict[str, Any]) -> None:
    assert mounts(compose, "exports") == {"worker": False, "web": True}


def mounts(compose: dict[str, Any], source: str) -> dict[str, bool]:
    """The services that have a volume, with whether they may only read it."""
    return {
        name: volume.get("read_only", False)
        for name, service in compose["services"].items()
        for volume in service.get("volumes", [])
        if volume["source"] == source
    }


def test_no_secret_stands_in_an_environment(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for variable in service.get("environment", {}):
            if any(word in variable for word in ("PASSWORD", "SECRET", "KEY")):
                assert variable.endswith("_FILE"), f"{name}: {variable}"


def test_no_secret_is_an_argument_of_a_command(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        words = [*(service.get("command") or []), *service.get("healthcheck", {}).get("test", [])]
        assert not re.search(r" -\S+ \S*cat /run/secrets", " ".join(words)), name


def test_the_broker_answers_only_to_its_password(machine: Machine) -> None:
    assert ask_broker(machine, b"PING") == b"-NOAUTH"
    assert ask_broker(machine, b"AUTH wrong") == b"-WRONGPASS"
    password = (machine.secrets / "broker_password").read_bytes().strip()
    assert ask_broker(machine, b"AUTH " + password) == b"+OK"


def ask_broker(machine: Machine, line: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", machine.broker), timeout=5) as connection:
        connection.sendall(line + b"\r\n")
        return connection.recv(200).split()[0]


def test_a_wrong_password_does_not_open_the_database(machine: Machine) -> None:
    with pytest.raises(psycopg2.OperationalError, match="authentication failed"):
        log_in(machine, "fascicle_owner", "app_password")


def test_the_app_role_owns_nothing_after_the_migrations(machine: Machine, migrated: None) -> None:
    connection = log_in(machine, "fascicle_app", "app_password")
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_class where relowner = current_user::regrole")
        assert cursor.fetchone() == (0,)
        cursor.execute("select count(*) > 10 from pg_tables where schemaname = 'public'")
        assert cursor.fetchone() == (True,)
    connection.close()


def test_the_app_services_cannot_migrate(machine: Machine, compose: dict[str, Any], migrated: None) -> None:
    command = {"command": ["python", "manage.py", "migrate", "trial", "zero"]}
    process = machine.program("web", compose["services"]["web"] | command).start(
        machine.folder.logs / "no.log"
    )
    assert process.wait(timeout=60) != 0
    assert "must be owner" in (machine.folder.logs / "no.log").read_text()


def test_the_web_service_answers_through_its_proxy_only_by_tls(
    machine: Machine, compose: dict[str, Any], start: Callable[[str], Path], style_sheets: None
) -> None:
    log = start("web")
    assert wait_until(lambda: machine.healthy(compose["services"]["web"]), 30), log.read_text()
    assert get(machine, "/", Host=HOST).status == http.HTTPStatus.MOVED_PERMANENTLY
    behind_proxy = get(machine, "/", Host=HOST, X_Forwarded_Proto="https")
    assert behind_proxy.status == http.HTTPStatus.FOUND
    assert behind_proxy.headers["Strict-Transport-Security"]
    assert "'self'" in behind_proxy.headers["Content-Security-Policy"]
    assert "unsafe" not in behind_proxy.headers["Content-Security-Policy"]
    sign_in = get(machine, behind_proxy.headers["Location"], Host=HOST, X_Forwarded_Proto="https")
    assert sign_in.status == http.HTTPStatus.OK
    assert "Secure" in sign_in.headers["Set-Cookie"]
    assert get(machine, "/", Host="elsewhere.example.org").status == http.HTTPStatus.BAD_REQUEST
    calendar = get(machine, "/calendar/a-secret-token.ics", Host=HOST, X_Forwarded_Proto="https")
    assert calendar.status == http.HTTPStatus.NOT_FOUND
    assert wait_until(lambda: '"GET /calendar/* HTTP/1.1" 404' in log.read_text(), 10), log.read_text()
    assert "a-secret-token" not in log.read_text()


def test_the_worker_service_answers_its_health_check(
    machine: Machine, compose: dict[str, Any], start: Callable[[str], Path]
) -> None:
    log = start("worker")
    assert wait_until(lambda: " ready." in log.read_text(), 30), log.read_text()
    assert "analytics.tasks.refit" in log.read_text()
    assert machine.healthy(compose["services"]["worker"])


def test_the_beat_service_sends_the_sweep_to_the_worker(start: Callable[[str], Path]) -> None:
    worker, beat = start("worker"), start("beat")
    assert wait_until(lambda: "analytics.tasks.sweep" in beat.read_text(), 40), beat.read_text()
    assert wait_until(lambda: "analytics.tasks.sweep" in received(worker), 20), worker.read_text()


def received(log: Path) -> str:
    return "\n".join(line for line in log.read_text().splitlines() if "succeeded" in line)


def test_the_demo_is_refused_in_production(machine: Machine, compose: dict[str, Any], migrated: None) -> None:
    log = machine.folder.logs / "load_demo.log"
    command = {"command": ["python", "manage.py", "load_demo"]}
    process = machine.program("load_demo", compose["services"]["web"] | command).start(log)
    assert process.wait(timeout=60) != 0
    assert "demo" in log.read_text()
