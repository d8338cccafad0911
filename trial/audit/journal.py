"""Signed roots outside the database: the journal that shows when the end of the ledger was cut off.

One line of JSON for each seal (`FASCICLE_SEAL_JOURNAL`), written after the seal is committed; what a crash
left out follows with the next. The same lines stand in an exported file of roots, after a first one with the
public keys.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from trial.audit import seal_keys, signed_root
from trial.audit.signed_root import NotASignedRoot, SignedRoot
from trial.models import Seal

TAIL_BYTES = 8192
HEAD = "public_keys"


@dataclass(frozen=True)
class Line:
    """A line of a journal or of a file of roots; no root where it holds none."""

    number: int
    text: str
    root: SignedRoot | None


def append() -> None:
    """Write down every seal after the last one that stands in the journal."""
    path = Path(settings.SEAL_JOURNAL)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        written = _end(file)
        newest = Seal.objects.order_by("-number").values_list("number", flat=True).first() or 0
        # Where the ledger is shorter than the journal its end was cut off; what is sealed now is kept beside.
        after = min(written[-1].number if written else 0, newest - 1)
        for root in roots(after=after):
            if root not in written:
                file.write(root.line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def roots(*, after: int = 0, using: str = "default") -> Iterator[SignedRoot]:
    """The signed roots of the stored seals, streamed in the order of their numbers."""
    seals = Seal.objects.using(using).filter(number__gt=after).defer("leaves")
    for seal in seals.order_by("number").iterator():
        yield signed_root.of_seal(seal)


def root_of(number: int, using: str = "default") -> SignedRoot | None:
    """The signed root of one stored seal; None where there is none of this number."""
    seal = Seal.objects.using(using).filter(number=number).defer("leaves").first()
    return signed_root.of_seal(seal) if seal else None


def file_of_roots() -> Iterator[str]:
    """The lines of a file to keep elsewhere: the public keys, and each signed root."""
    yield json.dumps({HEAD: public_keys()}) + "\n"
    for root in roots():
        yield root.line + "\n"


def public_keys() -> list[str]:
    """The known public keys in base64."""
    return [seal_keys.encoded(key) for key in seal_keys.known().values()]


def lines(path: Path) -> Iterator[Line]:
    """Each line of a journal or of a file of roots."""
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, text in enumerate(file, 1):
            if number == 1 and text.startswith(f'{{"{HEAD}"'):
                continue
            yield Line(number, text.rstrip("\n"), _root(text))


def _root(text: str) -> SignedRoot | None:
    try:
        return signed_root.read(text)
    except NotASignedRoot:
        return None


def _end(file: Any) -> list[SignedRoot]:
    """The last roots of an open journal. A line that a crash cut short is closed, and not taken for one."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - TAIL_BYTES))
    tail = file.read()
    if tail and not tail.endswith(b"\n"):
        file.write(b"\n")
    found = (_root(line.decode("utf-8", "replace")) for line in tail.splitlines())
    return [root for root in found if root is not None]
