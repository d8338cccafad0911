"""The servers out of pip packages: their roles, their privacy, and what they survive."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from config.embedded import identity
from config.embedded.folder import LONGEST_SOCKET_FOLDER, DataFolder, NotOurs
from config.embedded.identity import Identity
from config.embedded.postgres import Postgres, wait_ready
from config.embedded.program import Program, wait_until

pytestmark = pytest.mark.servers


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    folder.make()
    return folder


@pytest.fixture
def durable(folder: DataFolder) -> Iterator[Postgres]:
    server = Postgres(folder)
    server.prepare()
    process = server.program.start(folder.logs / "postgres.log")
    wait_ready(server, process)
    server.make_roles()
    yield server
    server.program.end(process)


def ask(address: str, question: str) -> object:
    connection = psycopg2.connect(address)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone()
            return row[0] if row else None
    finally:
        connection.close()


def test_the_app_role_is_nothing_but_a_log_in(servers: DataFolder) -> None:
    rights = "rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls"
    assert ask(servers.app_url, f"select {rights} from pg_roles where rolname = current_user") is False


def test_the_owner_makes_databases_and_is_no_superuser(servers: DataFolder) -> None:
    assert ask(servers.owner_url, "select rolcreatedb from pg_roles where rolname = current_user") is True
    assert ask(servers.owner_url, "select rolsuper from pg_roles where rolname = current_user") is False


def test_the_app_role_cannot_make_a_table(servers: DataFolder) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(servers.app_url, "create table mine (id int)")


def test_nobody_else_can_reach_the_sockets(servers: DataFolder) -> None:
    assert servers.sockets.stat().st_mode & 0o077 == 0
    assert servers.postgres.stat().st_mode & 0o077 == 0
    assert ask(servers.app_url, "show listen_addresses") == ""


def test_making_the_roles_twice_changes_nothing(durable: Postgres) -> None:
    durable.make_roles()
    assert ask(durable.folder.app_url, "select count(*) from pg_roles where rolname like 'fascicle%'") == 2


def test_the_server_of_the_demo_keeps_what_it_confirmed(durable: Postgres) -> None:
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        assert ask(durable.folder.app_url, f"show {setting}") == "on"


def test_a_half_made_cluster_is_thrown_away(folder: DataFolder) -> None:
    (folder.root / "postgres.new").mkdir()
    (folder.root / "postgres.new" / "PG_VERSION").write_text("half")
    Postgres(folder).prepare()
    assert (folder.postgres / "PG_VERSION").read_text() != "half"


def test_the_data_survive_a_kill_and_a_lock_file_whose_number_another_process_has(folder: DataFolder) -> None:
    server = Postgres(folder)
    server.prepare()
    process = server.program.start(folder.logs / "postgres.log")
    wait_ready(server, process)
    server.make_roles()
    process.kill()
    process.wait()
    time.sleep(0.5)  # its own children notice and end
    pid_file = folder.postgres / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(str(process.pid), str(os.getppid()), 1))
    server.forget_the_last_run()
    process = server.program.start(folder.logs / "postgres.log")
    wait_ready(server, process)
    assert ask(folder.app_url, "select 1") == 1
    server.program.end(process)


def test_a_deep_folder_has_its_sockets_elsewhere(tmp_path: Path) -> None:
    deep = DataFolder(tmp_path / ("d" * LONGEST_SOCKET_FOLDER))
    assert deep.root not in deep.sockets.parents
    assert len(os.fsencode(deep.sockets)) <= LONGEST_SOCKET_FOLDER
    assert deep.sockets == DataFolder(deep.root).sockets


def deep_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """A folder whose sockets are elsewhere, in a temporary folder of this test."""
    (tmp_path / "t").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    return DataFolder(tmp_path / ("d" * LONGEST_SOCKET_FOLDER))


def test_sockets_elsewhere_are_made_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = deep_folder(tmp_path, monkeypatch)
    for _ in range(2):
        folder.make()
        assert folder.sockets.stat().st_mode & 0o777 == 0o700


def test_a_link_laid_out_for_the_sockets_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = deep_folder(tmp_path, monkeypatch)
    trap = tmp_path / "trap"
    trap.mkdir(mode=0o755)
    folder.sockets.symlink_to(trap)
    with pytest.raises(NotOurs, match="is not a folder of ours"):
        folder.make()
    assert trap.stat().st_mode & 0o777 == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_refused_for_the_sockets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = deep_folder(tmp_path, monkeypatch)
    folder.sockets.mkdir()
    os.chown(folder.sockets, 12345, 12345)
    with pytest.raises(NotOurs, match="is not a folder of ours"):
        folder.make()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_where_namespaces_are_forbidden_root_runs_it_as_nobody(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = DataFolder(Path(f"/var/tmp/fascicle-test-{os.getpid()}"))
    folder.make()
    folder.root.chmod(0o711)
    try:
        server = Postgres(folder, runs_as=identity.as_nobody())
        server.prepare()
        process = server.program.start(folder.logs / "postgres.log")
        wait_ready(server, process)
        owner = Path(f"/proc/{process.pid}").stat().st_uid
        server.make_roles()
        server.program.end(process)
        assert owner == identity.as_nobody().account.pw_uid  # type: ignore[union-attr]
    finally:
        subprocess.run(["rm", "-rf", folder.root], check=True)


def test_a_user_namespace_is_entered_only_where_needed(server_identity: Identity) -> None:
    if os.geteuid() != 0:
        assert server_identity == Identity()
    else:
        assert server_identity.enter is not None


def test_a_child_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    starter = (
        "import pathlib, time; from config.embedded.program import Program;"
        f"child = Program('sleep', ('sleep', '60')).start(pathlib.Path({str(tmp_path / 'log')!r}));"
        f"pathlib.Path({str(note)!r}).write_text(str(child.pid)); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", starter])
    assert wait_until(lambda: note.exists() and bool(note.read_text()), 10)
    child = Path("/proc") / note.read_text()
    assert child.exists()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert wait_until(lambda: not child.exists(), 5)


def test_a_child_that_ignores_the_kind_signal_is_killed_with_its_group(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = f"trap '' TERM; sleep 60 & echo $! > {note}; while true; do sleep 1; done"
    program = Program("stubborn", ("sh", "-c", script), grace=0.2)
    process = program.start(tmp_path / "log")
    assert wait_until(lambda: note.exists() and bool(note.read_text()), 10)
    program.end(process)
    assert process.returncode == -signal.SIGKILL
    grandchild = Path("/proc") / note.read_text().strip()
    assert wait_until(
        lambda: not grandchild.exists() or "Z" in (grandchild / "stat").read_text().split()[2], 5
    )
