"""Asking, on a page, whoever signs to prove once more who they are (21 CFR 11.200(a)(1)).

The first signing of a session takes every component: user name, password and the second factor where the
account has one. Those that follow take the password alone, until nothing was signed for 15 minutes.

A page includes `components/confirmation.html` in its form, with `asked` from `asked_for_signing`; the view
that takes the form calls `confirm_signing` before it begins a transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from trial.models.second_factor import KEY
from trial.screens.people import person_of
from trial.security_keys import Assertion, Place
from trial.services import second_factors
from trial.services.confirmation import confirm

CONTINUOUS = timedelta(minutes=15)
SIGNED = "signed_at"
CHALLENGE = "security_key_challenge"


@dataclass(frozen=True)
class Asked:
    """What a page asks for beside the password; `key` offers to answer with a security key."""

    username: bool
    code: bool
    key: bool


def asked_for_signing(request: HttpRequest) -> Asked:
    """What the next signing of this session takes."""
    if _continuous(request):
        return Asked(username=False, code=False, key=False)
    return _everything(request, username=True)


def asked_for_change(request: HttpRequest) -> Asked:
    """What a change of the account itself takes: always the second factor too, where there is one."""
    return _everything(request, username=False)


def confirm_signing(request: HttpRequest) -> None:
    """Raise Refusal unless the form proves the person; else the session goes on from here."""
    _confirm(request, asked_for_signing(request))
    request.session[SIGNED] = timezone.now().timestamp()


def confirm_change(request: HttpRequest) -> None:
    """Raise Refusal unless the form proves the person, with password and second factor."""
    _confirm(request, asked_for_change(request))


def assertion_of(request: HttpRequest) -> Assertion | None:
    """The answer of a security key in a form, to the challenge in the session, which serves once."""
    sent = request.POST.get("assertion", "")
    state: Any = request.session.pop(CHALLENGE, None) if sent else None
    return Assertion(Place.of(request), state, sent) if state else None


def _confirm(request: HttpRequest, asked: Asked) -> None:
    confirm(
        user=person_of(request),
        username=request.POST.get("username", "") if asked.username else None,
        password=request.POST.get("password", ""),
        code=request.POST.get("code", ""),
        assertion=assertion_of(request),
        needs_code=asked.code or asked.username,
    )


def _everything(request: HttpRequest, *, username: bool) -> Asked:
    kinds = set(second_factors.of(person_of(request)).values_list("kind", flat=True))
    return Asked(username=username, code=bool(kinds), key=KEY in kinds)


def _continuous(request: HttpRequest) -> bool:
    signed: float = request.session.get(SIGNED, 0.0)
    return timezone.now().timestamp() - signed < CONTINUOUS.total_seconds()
