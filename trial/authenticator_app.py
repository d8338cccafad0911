"""Codes of an authenticator app (TOTP, RFC 6238): six digits, another one every 30 seconds."""

import hmac
from datetime import datetime

import pyotp

PERIOD = 30  # seconds
# A clock may be wrong by one code in either direction.
TOLERATED = (0, -1, 1)


def new_secret() -> str:
    """A key of 160 bits, in base 32, as a person can type it."""
    return pyotp.random_base32()


def address(secret: str, username: str) -> str:
    """What an app reads from the picture: key, issuer and account."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="Fascicle")


def step_of(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """The number of the period that a code belongs to; None when it is wrong, or not later than `after`."""
    generator, current = pyotp.TOTP(secret), int(now.timestamp()) // PERIOD
    steps = (current + offset for offset in TOLERATED)
    return next((step for step in steps if step > after and _same(generator.generate_otp(step), code)), None)


def _same(expected: str, code: str) -> bool:
    return hmac.compare_digest(expected.encode(), code.encode())
