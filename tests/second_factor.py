"""What people hold beside a password: an app whose codes serve now, and a security key of software."""

import json
import secrets
import time
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestedCredentialData, AuthenticatorData, CollectedClientData

from tests.cast import SECRET
from trial.audit.context import COMMAND_LINE, attributed
from trial.authenticator_app import PERIOD
from trial.models import SecondFactor, User
from trial.security_keys import Place


def code_of(user: User) -> str:
    """The code that the app shows, as if none had been used: a test need not wait half a minute."""
    SecondFactor.objects.filter(user=user).update(counter=0)
    return pyotp.TOTP(SECRET).now()


def wrong_code() -> str:
    """One that the app shows neither now nor a moment before or after."""
    app, period = pyotp.TOTP(SECRET), int(time.time()) // PERIOD
    shown = {app.generate_otp(period + offset) for offset in range(-2, 3)}
    return next(code for code in map("{:06}".format, range(9)) if code not in shown)


def lose(user: User) -> None:
    """From now on the person has no second factor."""
    with attributed(by=COMMAND_LINE, reason="lost"):
        SecondFactor.objects.filter(user=user).update(secret="", removed_at=timezone.now())


class SoftKey:
    """A security key that somebody touches whenever it asks; `counts` how often, or says 0 always."""

    def __init__(self, host: str, *, counts: bool) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._host, self._counts, self._count = host, counts, 0
        public = ES256.from_cryptography_key(self._private.public_key())  # type: ignore[no-untyped-call]
        self._credential = AttestedCredentialData.create(bytes(16), secrets.token_bytes(16), public)

    @property
    def public(self) -> str:
        """What the server keeps of it."""
        return b64encode(self._credential).decode()

    def answer(self, place: Place, options: dict[str, Any]) -> str:
        """What the browser sends for it, as JSON."""
        self._count += self._counts
        challenge = options["publicKey"]["challenge"]
        client = CollectedClientData.create(CollectedClientData.TYPE.GET, challenge, place.origin)
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
        data = AuthenticatorData.create(sha256(self._host.encode()).digest(), flags, self._count)
        signature = self._private.sign(bytes(data) + client.hash, ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        name = websafe_encode(self._credential.credential_id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": {part: websafe_encode(value) for part, value in parts.items()},
            }
        )
