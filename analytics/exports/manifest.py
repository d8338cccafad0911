"""The manifest of an export: what it holds, of what, from whom; it ends the archive, and is signed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.exports.deidentification import Alteration
from analytics.exports.source import Occasion
from trial.audit import seal_keys
from trial.protocol import STUDY

FORMAT: Final = "fascicle export 1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"


@dataclass(frozen=True)
class Entry:
    """A file of the archive: its size in bytes, its SHA-256, and how many rows of data it has, None for what
    is no data."""

    name: str
    size: int
    sha256: str
    rows: int | None


def stated(
    occasion: Occasion,
    choices: Mapping[str, Any],
    alterations: Sequence[Alteration],
    entries: Sequence[Entry],
    key: Ed25519PrivateKey,
) -> dict[str, Any]:
    """What the manifest says, in JSON's types."""
    public = key.public_key()
    return {
        "format": FORMAT,
        "study": STUDY.code,
        "protocol_version": STUDY.protocol_version,
        "made_at": occasion.made_at.isoformat(timespec="seconds"),
        "by": occasion.by,
        "software": occasion.software,
        "sites": list(occasion.sites),
        "position": str(occasion.position),
        "seal": {"number": occasion.seal, "hash": occasion.seal_hash} if occasion.seal else None,
        "choices": dict(choices),
        "alterations": [asdict(each) for each in alterations],
        "rows": sum(entry.rows or 0 for entry in entries),
        "files": [
            {"name": each.name, "bytes": each.size, "sha256": each.sha256, "rows": each.rows}
            for each in entries
        ],
        "key_id": seal_keys.key_id(public),
        "public_key": seal_keys.encoded(public),
    }


def signed(manifest: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, bytes]:
    """The last two files of the archive: the manifest, and the signature over its bytes."""
    content = json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"
    return {MANIFEST: content, SIGNATURE: key.sign(content).hex().encode() + b"\n"}
