"""Where the embedded servers keep what they own."""

import hashlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

DATABASE = "fascicle"
OWNER = "fascicle_owner"
APP = "fascicle_app"
SUPERUSER = "postgres"

# A socket's address holds 107 bytes; "/.s.PGSQL.5432.lock" must still fit behind the folder.
LONGEST_SOCKET_FOLDER = 85


class NotOurs(Exception):
    """Somebody else made a folder that is to hold the sockets; the sentence names it."""


@dataclass(frozen=True)
class DataFolder:
    """One installation's data (0700): the database, the broker's log, sockets, logs, the secret key."""

    root: Path

    @classmethod
    def default(cls) -> "DataFolder":
        """`FASCICLE_DATA`, else `.data` beside the code."""
        beside = Path(__file__).resolve().parent.parent.parent / ".data"
        return cls(Path(os.environ.get("FASCICLE_DATA", beside)).absolute())

    def make(self) -> None:
        for folder in (self.root, self.sockets, self.logs, self.mail):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder == self.sockets:
                _refuse_another_owner(folder)
            folder.chmod(0o700)

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def broker(self) -> Path:
        return self.root / "broker"

    @property
    def logs(self) -> Path:
        return self.root / "log"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def attachments(self) -> Path:
        return self.root / "attachments"

    @property
    def secret_key(self) -> Path:
        return self.root / "secret_key"

    @property
    def exports(self) -> Path:
        return self.root / "exports"

    @property
    def deidentification_secret(self) -> Path:
        return self.root / "deidentification_secret"

    @property
    def seal_key(self) -> Path:
        return self.root / "seal_key"

    @property
    def seal_journal(self) -> Path:
        return self.root / "seals" / "journal.jsonl"

    @property
    def sockets(self) -> Path:
        """Beside the data, or in the system's temporary folder when that path is too long for a socket."""
        beside = self.root / "run"
        if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER:
            return beside
        name = hashlib.sha256(os.fsencode(beside)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"fascicle-{os.geteuid()}-{name}"

    @property
    def broker_socket(self) -> Path:
        return self.sockets / "broker.sock"

    @property
    def app_url(self) -> str:
        return self.database_url(APP)

    @property
    def owner_url(self) -> str:
        return self.database_url(OWNER)

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{quote(str(self.broker_socket))}?virtual_host=0"

    def database_url(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}@{quote(str(self.sockets), safe='')}:5432/{database}"


def _refuse_another_owner(folder: Path) -> None:
    """In a place where everybody writes, a folder or a link may have been laid out for us.

    Root's server may run as `nobody`, and then the folder is given to that account.
    """
    found = folder.lstat()
    ours = {os.geteuid(), pwd.getpwnam("nobody").pw_uid} if os.geteuid() == 0 else {os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise NotOurs(f"{folder} is not a folder of ours: remove it, or choose another FASCICLE_DATA.")
