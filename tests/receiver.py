"""A system that is told: a real HTTP server on this machine, answering as it is bid and keeping what came."""

import hmac
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """`status` is what it answers, after so many `seconds`; `drip` sends the answer byte by byte."""

    port: int = 0
    status: int = 204
    seconds: float = 0.0
    drip: bool = False
    location: str = ""
    got: list["Got"] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}/told"


@dataclass(frozen=True)
class Got:
    """A message as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


def proves(got: Got, secret: str) -> bool:
    """Whether a message was signed with a secret: the specification in a few lines, not ours."""
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    mac = hmac.new(b64decode(secret.split("_", 1)[1]), signed, sha256).digest()
    return f"v1,{b64encode(mac).decode()}" in got.headers["webhook-signature"].split(" ")


@contextmanager
def listening(port: int = 0, receiver: Receiver | None = None) -> Iterator[Receiver]:
    """Listen on a port of this machine, a free one unless told which."""
    told = receiver or Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(told))
    server.daemon_threads = True
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(told: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            told.got.append(Got(self.path, headers, body))
            time.sleep(told.seconds)
            with suppress(OSError):  # the sender has gone
                self._drip() if told.drip else self._answer()

        def _answer(self) -> None:
            self.send_response(told.status)
            if told.location:
                self.send_header("Location", told.location)
            self.end_headers()
            self.wfile.write(b"nothing of this is kept")

        def _drip(self) -> None:
            for byte in b"HTTP/1.0 200 OK and so on for ever":
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.2)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
