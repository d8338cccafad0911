"""What a seal states and signs, without its leaves: the same line in the journal and in every file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from trial.models import Seal

FIRST_PREVIOUS: Final = "0" * 64


class NotASignedRoot(ValueError):
    """A line that should hold a signed root does not."""


@dataclass(frozen=True, kw_only=True)
class SignedRoot:
    """A seal without its leaves, of which it holds the SHA-256. Hashes and signature are hexadecimal."""

    number: int
    epoch: int
    from_xact: int
    to_xact: int
    events: int
    root: str
    leaves: str
    previous: str
    sealed_at: str
    key_id: str
    hash: str = ""
    signature: str = ""

    @property
    def stated_hash(self) -> str:
        """The SHA-256 of everything stated: canonical JSON of all but `hash` and `signature`."""
        stated = {name: value for name, value in asdict(self).items() if name not in ("hash", "signature")}
        return sha256(canonical(stated).encode()).hexdigest()

    @property
    def line(self) -> str:
        """One line of a file, without its end."""
        return canonical(asdict(self))


def of_seal(seal: Seal) -> SignedRoot:
    """The signed root of a stored seal."""
    return SignedRoot(
        number=seal.number,
        epoch=seal.epoch,
        from_xact=seal.from_xact,
        to_xact=seal.to_xact,
        events=seal.events,
        root=seal.root,
        leaves=seal.leaves_digest,
        previous=seal.previous,
        sealed_at=in_utc(seal.sealed_at),
        key_id=seal.key_id,
        hash=seal.hash,
        signature=seal.signature,
    )


def read(line: str) -> SignedRoot:
    """The signed root of a line; raises NotASignedRoot."""
    try:
        return SignedRoot(**json.loads(line))
    except (TypeError, ValueError) as error:
        raise NotASignedRoot(line[:80]) from error


def canonical(value: Any) -> str:
    """JSON with sorted names, no blanks and no needless escapes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def in_utc(moment: datetime) -> str:
    """A moment as it is signed: UTC, with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
