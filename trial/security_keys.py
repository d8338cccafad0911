"""Passkeys and security keys (WebAuthn): what the browser is asked for, and whether its answer holds.

A key belongs to the host that it was made at: the browser offers it nowhere else, so that no false page can
ask for it.
"""

from __future__ import annotations

import json
import logging
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.http import HttpRequest
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from trial.models import User

log = logging.getLogger(__name__)

# What fido2 raises for an answer that is cut short, of another shape, or signed by another key.
NO_ANSWER = (ValueError, KeyError, TypeError, AttributeError, IndexError, InvalidSignature, AssertionError)


@dataclass(frozen=True)
class Place:
    """Where the browser is: the host that keys belong to, and the whole origin that they sign."""

    host: str
    origin: str

    @classmethod
    def of(cls, request: HttpRequest) -> Place:
        authority = request.get_host()
        return cls(authority.rsplit(":", 1)[0], f"{request.scheme}://{authority}")


@dataclass(frozen=True)
class Assertion:
    """A browser's answer: where it was asked, the state of the challenge, and what came back, as JSON."""

    place: Place
    state: Any
    response: str


@dataclass(frozen=True)
class Credential:
    """A key as the server keeps it: the public half, in base 64, and how often the key says it was used."""

    public: str
    count: int


def creation(place: Place, user: User, known: Sequence[str]) -> tuple[dict[str, Any], Any]:
    """What the browser needs to make a key that is not among those known, and the state to check it with."""
    options, state = _server(place).register_begin(
        PublicKeyCredentialUserEntity(id=user.sign.encode(), name=user.username, display_name=user.full_name),
        [_credential(each) for each in known],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options), state


def created(made: Assertion) -> Credential | None:
    """The key that a browser made; None when its answer does not hold."""
    try:
        data = _server(made.place).register_complete(made.state, json.loads(made.response))
    except NO_ANSWER as error:
        log.info("A new security key was refused: %s", type(error).__name__)
        return None
    if data.credential_data is None:
        return None
    return Credential(b64encode(data.credential_data).decode(), data.counter)


def asked(place: Place, known: Sequence[str]) -> tuple[dict[str, Any], Any]:
    """What the browser needs to let one of the known keys answer, and the state to check the answer with."""
    options, state = _server(place).authenticate_begin(
        [_credential(each) for each in known], user_verification=UserVerificationRequirement.PREFERRED
    )
    return dict(options), state


def answered(assertion: Assertion, known: Sequence[str]) -> Credential | None:
    """Which of the known keys answered; None when none of them did."""
    try:
        response = AuthenticationResponse.from_dict(json.loads(assertion.response))
        credentials = [_credential(each) for each in known]
        found = _server(assertion.place).authenticate_complete(assertion.state, credentials, response)
    except NO_ANSWER as error:
        log.info("A security key was refused: %s", type(error).__name__)
        return None
    return Credential(b64encode(found).decode(), response.response.authenticator_data.counter)


def _server(place: Place) -> Fido2Server:
    party = PublicKeyCredentialRpEntity(id=place.host, name="Fascicle")
    return Fido2Server(party, verify_origin=lambda origin: origin == place.origin)


def _credential(public: str) -> AttestedCredentialData:
    return AttestedCredentialData(b64decode(public))
