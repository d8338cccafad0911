"""The keys of the seals. The private one stands in a file outside the database, and only who seals reads it.

A private key is 32 bytes in base64 (`FASCICLE_SEAL_KEY_FILE`). The public keys, one in base64 a line, stand
beside the journal; a new one is added, and an old one stays, so that old seals can be verified.
"""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from trial import private_file
from trial.audit.signed_root import SignedRoot

KEY_BYTES: Final = 32
ID_LENGTH: Final = 16

PublicKeys = dict[str, Ed25519PublicKey]


class NoKey(RuntimeError):
    """A key cannot be read; the sentence says which and what to do."""


def private() -> Ed25519PrivateKey:
    """The key that seals are signed with. Raises NoKey."""
    path = Path(settings.SEAL_KEY_FILE)
    try:
        return Ed25519PrivateKey.from_private_bytes(_decoded(path.read_text(encoding="ascii")))
    except (OSError, ValueError) as error:
        raise NoKey(
            f"FASCICLE_SEAL_KEY_FILE names {path}, which holds no key to seal with ({error}). "
            "`manage.py seal_key` makes one."
        ) from error


def make(path: Path) -> None:
    """A new private key, in the place of the one before."""
    private_file.write(path, b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")


def key_id(public: Ed25519PublicKey) -> str:
    """How a key is named: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes."""
    return sha256(public.public_bytes_raw()).hexdigest()[:ID_LENGTH]


def encoded(public: Ed25519PublicKey) -> str:
    return b64encode(public.public_bytes_raw()).decode()


def known() -> PublicKeys:
    """Every public key that was ever used here, by its id; none before the first seal."""
    path = Path(settings.SEAL_PUBLIC_KEYS)
    return read(path) if path.exists() else {}


def read(path: Path) -> PublicKeys:
    """The public keys of a file, by their ids. Raises NoKey."""
    try:
        return parse(path.read_text(encoding="utf-8").split())
    except (OSError, ValueError) as error:
        raise NoKey(f"{path} holds no public keys ({error}).") from error


def parse(lines: Iterable[str]) -> PublicKeys:
    """Public keys in base64, by their ids; ValueError for what is none."""
    keys = [Ed25519PublicKey.from_public_bytes(_decoded(line)) for line in lines]
    return {key_id(key): key for key in keys}


def remember(public: Ed25519PublicKey) -> None:
    """Add a public key to those that are known, unless it is."""
    if key_id(public) in known():
        return
    path = Path(settings.SEAL_PUBLIC_KEYS)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        file.write(encoded(public) + "\n")


def sign(key: Ed25519PrivateKey, root: SignedRoot) -> str:
    """The signature of what a root states, over the 32 bytes of its hash."""
    return key.sign(bytes.fromhex(root.stated_hash)).hex()


def problem(root: SignedRoot, keys: PublicKeys) -> str:
    """What is wrong with the hash and the signature of a root; "" when both are right."""
    if root.hash != root.stated_hash:
        return "what it states is not what was signed"
    if root.key_id not in keys:
        return f"its key {root.key_id} is not known here"
    try:
        keys[root.key_id].verify(bytes.fromhex(root.signature), bytes.fromhex(root.hash))
    except (InvalidSignature, ValueError):
        return f"its signature is not of the key {root.key_id}"
    return ""


def _decoded(text: str) -> bytes:
    key = b64decode(text.strip(), validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
    return key
