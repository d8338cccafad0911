"""Asking, on a page, whoever signs to prove once more who they are (21 CFR 11.200(a)(1)).

The first signing of a session takes every component: user name, password and the second factor where the
account has one. Those that follow take the password alone, until nothing was signed for 15 minutes.

A page includes `components/confirmation.html` in its form, with `asked` from `asked_for_signing`; the view
that takes the form calls `confirm_signing` before it begins a transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from trial.models import User
from trial.models.challenge import Purpose
from trial.models.second_factor import KEY
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.security_keys import Assertion, Place
from trial.services import challenges, second_factors
from trial.services.confirmation import confirm

CONTINUOUS = timedelta(minutes=15)
SIGNED = "signed_at"
CHALLENGE = "security_key_challenge"


@dataclass(frozen=True)
class Asked:
    """What a page asks for beside the password, and for what; `key` offers to answer with a security key."""

    purpose: Purpose
    username: bool
    code: bool
    key: bool


def asked_for_signing(request: HttpRequest) -> Asked:
    """What the next signing of this session takes."""
    if _continuous(request):
        return Asked(Purpose.SIGNING, username=False, code=False, key=False)
    return _everything(request, Purpose.SIGNING, username=True)


def asked_for_change(request: HttpRequest) -> Asked:
    """What a change of the account itself takes: always the second factor too, where there is one."""
    return _everything(request, Purpose.CHANGE, username=False)


def confirm_signing(request: HttpRequest) -> None:
    """Raise Refusal unless the form proves the person; else the session goes on from here."""
    _confirm(request, asked_for_signing(request))
    request.session[SIGNED] = timezone.now().timestamp()


def confirm_change(request: HttpRequest) -> None:
    """Raise Refusal unless the form proves the person, with password and second factor."""
    _confirm(request, asked_for_change(request))


def assertion_of(request: HttpRequest, user: User, purpose: Purpose) -> Assertion | None:
    """The answer of a security key in a form, to what it was asked last in this session for this purpose."""
    sent = request.POST.get("assertion", "")
    number = request.session.pop(CHALLENGE, 0) if sent else 0
    state = challenges.take(user=user, purpose=purpose, number=number)
    return Assertion(Place.of(request), state, sent) if state else None


def _confirm(request: HttpRequest, asked: Asked) -> None:
    _check_asked(request, asked)
    user = person_of(request)
    confirm(
        user=user,
        username=request.POST.get("username", "") if asked.username else None,
        password=request.POST.get("password", ""),
        code=request.POST.get("code", ""),
        assertion=assertion_of(request, user, asked.purpose),
        needs_code=asked.code or asked.username,
    )


def _check_asked(request: HttpRequest, asked: Asked) -> None:
    """Raise Refusal when the page was read for so long that it asked for less: that is no wrong guess."""
    needed = {"username": asked.username, "code": asked.code}
    if any(needed[name] and name not in request.POST for name in needed):
        raise Refusal("asked_again")


def _everything(request: HttpRequest, purpose: Purpose, *, username: bool) -> Asked:
    kinds = set(second_factors.of(person_of(request)).values_list("kind", flat=True))
    return Asked(purpose, username=username, code=bool(kinds), key=KEY in kinds)


def _continuous(request: HttpRequest) -> bool:
    signed: float = request.session.get(SIGNED, 0.0)
    return timezone.now().timestamp() - signed < CONTINUOUS.total_seconds()
