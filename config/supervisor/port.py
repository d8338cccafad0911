"""The port of the demo: a number that is free."""

import http.client
import socket


class NoPort(Exception):
    """The port cannot be had; the sentence says what to do instead."""


def parse(word: str) -> int:
    if not word.isascii() or not word.isdigit() or not 0 < int(word) < 65536:
        raise NoPort(f"PORT={word} is no port; say a number from 1 to 65535, as in `make run PORT=8123`.")
    return int(word)


def refuse_if_taken(host: str, port: int) -> None:
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind((host, port))
        except PermissionError as error:
            raise NoPort(f"Port {port} is not for ordinary users; try `make run PORT=8123`.") from error
        except OSError as error:
            another = port + 1 if port < 65535 else port - 1
            raise NoPort(
                f"Port {port} is taken by another program; try `make run PORT={another}`."
            ) from error


def answers(host: str, port: int) -> bool:
    """Whether the web process there says that it can serve."""
    line = http.client.HTTPConnection(host, port, timeout=2)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
