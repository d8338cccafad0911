"""Typed reading of the environment, the only source of settings that differ between machines."""

import os
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"", "0", "false", "no", "off"})


class InvalidEnvironment(Exception):
    """A variable of the environment holds something that cannot be used; the sentence says what and where."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def secret(name: str, default: str = "") -> str:
    """The value of `name`, or the content of the file that `<name>_FILE` points at (a mounted secret).

    Refuses a file that is missing or cannot be read: starting without a secret would be worse than not.
    """
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return text(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise InvalidEnvironment(
            f"{name}_FILE names {path}, which cannot be read: {error.strerror}."
        ) from error


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise InvalidEnvironment(f"{name} is {value!r}; say 1 or 0.")


def number(name: str, default: int) -> int:
    value = os.environ.get(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise InvalidEnvironment(f"{name} is {value!r}; it must be a whole number.") from error


def words(name: str) -> list[str]:
    """A list separated by commas; blanks around and between do not count."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def url(name: str, default: str = "") -> str:
    """The address in `<name>_URL`, with the password of `<name>_PASSWORD` (or `…_PASSWORD_FILE`) put into it.

    So that an address can stand in a compose file while its password stays in a secret.
    """
    address = secret(f"{name}_URL") or default
    password = secret(f"{name}_PASSWORD")
    return with_password(address, password) if password else address


def with_password(address: str, password: str) -> str:
    parts = urlsplit(address)
    user, _, host = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{name}:{quote(password, safe='')}@{host}"))
