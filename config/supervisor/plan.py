"""What the demo consists of: which servers are ours, what each process is told, and how it is run."""

import secrets
import signal
import sys
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from config.embedded.folder import DataFolder
from config.embedded.program import Program
from trial import private_file

PROJECT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Plan:
    """The programs of the demo on one port, in one data folder, with `environment` from outside.

    A database or broker that the environment names is used; only what it does not name is embedded.
    """

    folder: DataFolder
    port: int
    outside: dict[str, str]

    @property
    def embeds_database(self) -> bool:
        return not (self.outside.get("DATABASE_URL") or self.outside.get("DATABASE_URL_FILE"))

    @property
    def embeds_broker(self) -> bool:
        return not (self.outside.get("CELERY_BROKER_URL") or self.outside.get("CELERY_BROKER_URL_FILE"))

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/"

    @property
    def environment(self) -> dict[str, str]:
        told = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "FASCICLE_DATA": str(self.folder.root),
            "FASCICLE_DEBUG": "1",
            "PYTHONPATH": str(PROJECT),
            "PYTHONUNBUFFERED": "1",
        }
        if not self.outside.get("FASCICLE_SECRET_KEY"):
            told["FASCICLE_SECRET_KEY_FILE"] = str(self.folder.secret_key)
        if not self.outside.get("FASCICLE_DEIDENTIFICATION_SECRET"):
            told["FASCICLE_DEIDENTIFICATION_SECRET_FILE"] = str(self.folder.deidentification_secret)
        if self.embeds_database:
            told |= {"DATABASE_URL": self.folder.app_url, "DATABASE_OWNER_URL": self.folder.owner_url}
        if self.embeds_broker:
            told["CELERY_BROKER_URL"] = self.folder.broker_url
        return self.outside | told

    def manage(self, command: str) -> Program:
        return self._python(command, str(PROJECT / "manage.py"), command)

    @property
    def beat(self) -> Program:
        schedule = str(self.folder.root / "beat-schedule")
        return self._python("beat", "-m", "celery", "-A", "config", "beat", "-l", "INFO", "-s", schedule)

    @property
    def worker(self) -> Program:
        return self._python(
            "worker",
            *("-m", "celery", "-A", "config", "worker", "-l", "INFO"),
            *("-c", "2", "--without-gossip", "--without-mingle"),
            stop=(signal.SIGTERM, signal.SIGQUIT),
            # A kinder signal can be lost when the broker dies at the same moment: the worker then waits for
            # it for ever. Tasks are acknowledged late and can be repeated, so nothing is lost.
            orphaned=signal.SIGKILL,
        )

    @property
    def web(self) -> Program:
        return self._python(
            "web",
            *("-m", "gunicorn", "config.wsgi", "--preload", "--workers", "2", "--threads", "4"),
            *("--bind", f"{HOST}:{self.port}", "--graceful-timeout", "5", "--access-logfile", "-"),
            *("--no-control-socket", "--logger-class", "config.log.AccessLog"),
            stop=(signal.SIGTERM, signal.SIGQUIT),
            orphaned=signal.SIGQUIT,
        )

    def _python(
        self,
        name: str,
        *arguments: str,
        stop: tuple[signal.Signals, ...] = (signal.SIGTERM,),
        orphaned: signal.Signals = signal.SIGTERM,
    ) -> Program:
        command = (sys.executable, *arguments)
        return Program(name, command, environment=self.environment, stop=stop, orphaned=orphaned)


def make_secrets(folder: DataFolder) -> None:
    """The keys of this installation, once; nobody else may read them."""
    if not folder.secret_key.exists():
        private_file.write(folder.secret_key, secrets.token_urlsafe(64))
    if not folder.deidentification_secret.exists():
        private_file.write(folder.deidentification_secret, secrets.token_urlsafe(64))
    if not folder.seal_key.exists():
        private_file.write(folder.seal_key, b64encode(secrets.token_bytes(32)).decode() + "\n")
