"""Posting a message: one request, no redirect followed, nothing of the answer kept but its status."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Timer

from trial.messenger.address import NotAllowed, Target, resolve
from trial.models.delivery import (
    ADDRESS_REFUSED,
    ANSWERED_NO,
    REDIRECTED,
    TIMED_OUT,
    TLS_FAILED,
    UNREACHABLE,
)

# For each step of the network, and for all of them together.
STEP_SECONDS = 5.0
WHOLE_SECONDS = 10.0


@dataclass(frozen=True)
class Outcome:
    """The status that was answered, if any was, and why it failed, "" when it did not."""

    status: int | None
    problem: str


class Connection(HTTPConnection):
    """A connection to the addresses that were checked, and to nothing that the name means a moment later."""

    def __init__(self, target: Target, addresses: list[str]) -> None:
        super().__init__(target.host, target.port, timeout=STEP_SECONDS)
        self.target, self.addresses = target, addresses
        self.late = False

    def connect(self) -> None:
        """Connect to the first address that answers, by TLS where the address says so."""
        self.sock = self._reached()
        if self.target.scheme == "https":
            context, host = ssl.create_default_context(), self.target.host
            # Where `cut` finds it before the handshake, which may be slow as well.
            self.sock = context.wrap_socket(self.sock, server_hostname=host, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def _reached(self) -> socket.socket:
        *others, last = self.addresses
        for address in others:
            try:
                return socket.create_connection((address, self.target.port), STEP_SECONDS)
            except OSError:
                continue
        return socket.create_connection((last, self.target.port), STEP_SECONDS)

    def cut(self) -> None:
        """End it, from another thread: a receiver that sends a byte now and then would never be late."""
        self.late = True
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Post a message; whatever goes wrong on the way is an outcome."""
    try:
        addresses = resolve(target)
    except NotAllowed:
        return Outcome(None, ADDRESS_REFUSED)
    except OSError:
        return Outcome(None, UNREACHABLE)
    connection = Connection(target, addresses)
    try:
        with _in_time(connection):
            status = _send(connection, body, headers)
    except TimeoutError:
        return Outcome(None, TIMED_OUT)
    except (OSError, HTTPException, ValueError) as error:
        return Outcome(None, _problem(connection, error))
    finally:
        connection.close()
    return Outcome(status, judged(status))


def judged(status: int) -> str:
    """Why a status is no success, "" when it is one."""
    if 200 <= status < 300:
        return ""
    return REDIRECTED if 300 <= status < 400 else ANSWERED_NO


def _send(connection: Connection, body: bytes, headers: Mapping[str, str]) -> int:
    named = {"Host": connection.target.named, "Content-Type": "application/json", "User-Agent": "Fascicle"}
    connection.request("POST", connection.target.path, body, {**named, **headers})
    return connection.getresponse().status


@contextmanager
def _in_time(connection: Connection) -> Iterator[None]:
    timer = Timer(WHOLE_SECONDS, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _problem(connection: Connection, error: Exception) -> str:
    if connection.late:
        return TIMED_OUT
    return TLS_FAILED if isinstance(error, ssl.SSLError) else UNREACHABLE
