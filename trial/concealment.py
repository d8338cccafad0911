"""Secrets that must be read again, so that the database or a copy of it does not give them away.

The key comes from SECRET_KEY. What FORMER_SECRET_KEY sealed is still read; `manage.py reconceal` seals it
anew, and then that key opens nothing any more.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

PURPOSE = b"fascicle second factor"

__all__ = ["InvalidToken", "conceal", "conceal_anew", "reveal"]


def conceal(text: str) -> str:
    return _keys().encrypt(text.encode()).decode()


def reveal(sealed: str) -> str:
    """What was concealed. Raise InvalidToken when it was by another key, or changed since."""
    return _keys().decrypt(sealed.encode()).decode()


def conceal_anew(sealed: str) -> str:
    """The same, concealed by the key of today. Raise InvalidToken as `reveal` does."""
    return _keys().rotate(sealed.encode()).decode()


def _keys() -> MultiFernet:
    secrets = (settings.SECRET_KEY, settings.FORMER_SECRET_KEY)
    return MultiFernet([_key(secret) for secret in secrets if secret])


def _key(secret: str | bytes) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(force_bytes(secret))
    return Fernet(urlsafe_b64encode(derived))
