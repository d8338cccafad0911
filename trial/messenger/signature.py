"""Signatures of messages, by the specification Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`."""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

PREFIX = "whsec_"
SECRET_BYTES = 32
VERSION = "v1"


def new_secret() -> str:
    """A secret as it is shown, once, to who sets up the receiver."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers(number: str, at: datetime, body: bytes, signing: Iterable[str]) -> dict[str, str]:
    """What tells the receiver which message this is, when it was sent, and that it is ours.

    One signature for each secret, with a blank between them: one that matches is enough.
    """
    timestamp = str(int(at.timestamp()))
    signed = f"{number}.{timestamp}.".encode() + body
    return {
        "webhook-id": number,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"{VERSION},{_sign(secret, signed)}" for secret in signing),
    }


def _sign(secret: str, signed: bytes) -> str:
    key = b64decode(secret.removeprefix(PREFIX))
    return b64encode(hmac.new(key, signed, sha256).digest()).decode()
