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

# What is concealed for one purpose is opened for no other.
SECOND_FACTOR = b"fascicle second factor"
WEBHOOK = b"fascicle webhook"
CURSOR = b"fascicle cursor"

__all__ = ["CURSOR", "SECOND_FACTOR", "WEBHOOK", "InvalidToken", "conceal", "conceal_anew", "reveal"]


def conceal(text: str, purpose: bytes = SECOND_FACTOR) -> str:
    return _keys(purpose).encrypt(text.encode()).decode()


def reveal(sealed: str, purpose: bytes = SECOND_FACTOR) -> str:
    """What was concealed. Raise InvalidToken when it was by another key, or changed since."""
    return _keys(purpose).decrypt(sealed.encode()).decode()


def conceal_anew(sealed: str, purpose: bytes = SECOND_FACTOR) -> str:
    """The same, concealed by the key of today. Raise InvalidToken as `reveal` does."""
    return _keys(purpose).rotate(sealed.encode()).decode()


def _keys(purpose: bytes) -> MultiFernet:
    secrets = (settings.SECRET_KEY, settings.FORMER_SECRET_KEY)
    return MultiFernet([_key(secret, purpose) for secret in secrets if secret])


def _key(secret: str | bytes, purpose: bytes) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=purpose).derive(force_bytes(secret))
    return Fernet(urlsafe_b64encode(derived))
