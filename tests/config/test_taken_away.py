"""Every address × every role, after access was taken away or before it begins; and by a token.

The addresses are those of `test_every_address`, which has the rest of the matrix.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.client import client
from tests.config.test_every_address import (
    ROWS,
    Address,
    Kind,
    Of,
    World,
    built,
    content,
    expected,
    sent,
    undone,
)
from trial.access import Role
from trial.api.throttling import PersonThrottle
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import ApiToken, Membership, Session, User

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FAS.matrix", "P11.10d")]

Rows = list[tuple[str, Address]]
CLOSED: Rows = [each for each in ROWS if each[1].kind not in (Kind.PUBLIC, Kind.NOTHING)]
# The others are about the person: the own account, signing out.
OF_THE_TRIAL: Rows = [(name, address) for name, address in CLOSED if address.right is not None]
OF_THE_API: Rows = [
    (name, address) for name, address in ROWS if name.startswith("api-") and name != "api-docs"
]


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(PersonThrottle, "rate", "100000/s", raising=False)
    return built(cast)


def deactivated(who: User) -> None:
    User.objects.filter(pk=who.pk).update(is_active=False)


def session_ended(who: User) -> None:
    Session.objects.filter(user=who).delete()


def token_revoked(who: User) -> None:
    ApiToken.objects.filter(user=who).delete()


def role_ended(who: User) -> None:
    _hold(who, starts=-10, ends=-1)


def role_not_begun(who: User) -> None:
    _hold(who, starts=1, ends=10)


def _hold(who: User, *, starts: int, ends: int) -> None:
    for held in Membership.objects.filter(user=who).select_related("site"):
        today = held.site.today()
        held.valid_from, held.valid_to = today + timedelta(days=starts), today + timedelta(days=ends)
        held.save(update_fields=["valid_from", "valid_to"])


# Who is as good as signed out, by a session and by a token; and who is signed in and has no role today.
SIGNED_OUT: dict[str, tuple[Callable[[User], None], bool, bool]] = {
    "deactivated": (deactivated, True, True),
    "session ended": (session_ended, True, False),
    "token revoked": (token_revoked, False, True),
}
WITHOUT_A_ROLE: dict[str, Callable[[User], None]] = {
    "delegation ended": role_ended,
    "delegation not begun": role_not_begun,
}


def asked(
    world: World, who: User, rows: Rows, *, browser: Client | None, program: Client | None
) -> Iterator[tuple[str, Address, HttpResponseBase]]:
    """Addresses by a session and, where they are the API's, by a token."""
    for name, address in rows:
        path = world.path(name, address, Of.OWN, who)
        for by in (browser, program if (name, address) in OF_THE_API else None):
            if by is not None:
                with undone():
                    yield name, address, sent(by, name, address, path)


def signed_in(who: User) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(who)
    return browser


@pytest.mark.parametrize("state", SIGNED_OUT)
@pytest.mark.parametrize("role", Role)
@pytest.mark.requirement("P11.300", "E6.19")
def test_whose_access_was_taken_away_is_as_good_as_signed_out(world: World, role: Role, state: str) -> None:
    take_away, by_session, by_token = SIGNED_OUT[state]
    who = world.cast.with_role(role)
    browser, program = signed_in(who), client(who)
    with attributed(by=COMMAND_LINE, reason="left"):
        take_away(who)
    wrong = []
    for name, address, answer in asked(
        world, who, CLOSED, browser=browser if by_session else None, program=program if by_token else None
    ):
        told = content(answer)
        to_sign_in = answer.headers.get("Location", "").startswith(reverse("sign-in"))
        refused = 401 if (name, address) in OF_THE_API else 302
        if answer.status_code != refused or (refused == 302) != to_sign_in or b"01-001" in told:
            wrong.append((name, address.method, answer.status_code, answer.headers.get("Location")))
    assert not wrong


@pytest.mark.parametrize("state", WITHOUT_A_ROLE)
@pytest.mark.parametrize("role", Role)
@pytest.mark.requirement("P11.10g", "E6.19")
def test_before_and_after_a_delegation_nothing_of_the_trial_is_seen(
    world: World, role: Role, state: str
) -> None:
    who = world.cast.with_role(role)
    browser, program = signed_in(who), client(who)
    with attributed(by=COMMAND_LINE, reason="delegation log"):
        WITHOUT_A_ROLE[state](who)
    wrong = []
    for name, address, answer in asked(world, who, OF_THE_TRIAL, browser=browser, program=program):
        refused = 404 if address.kind is Kind.OBJECT else 403
        if answer.status_code != refused or b"01-001" in content(answer):
            wrong.append((name, address.method, answer.status_code, answer.headers.get("Location")))
    assert not wrong


@pytest.mark.parametrize("role", Role)
def test_a_token_gets_what_the_role_gets(world: World, role: Role) -> None:
    who = world.cast.with_role(role)
    program = client(who)
    wrong = []
    for name, address in OF_THE_API:
        with undone():
            answer = sent(program, name, address, world.path(name, address, Of.OWN, who))
            content(answer)
        if answer.status_code != expected(name, address, role):
            wrong.append((name, address.method, answer.status_code, answer.headers.get("Location")))
    assert not wrong


@pytest.mark.parametrize("role", Role)
def test_a_token_opens_nothing_of_another_site(world: World, role: Role) -> None:
    who = world.cast.with_role(role)
    program = client(who)
    wrong = []
    for name, address in OF_THE_API:
        if address.kind is not Kind.OBJECT:
            continue
        with undone():
            answers = [
                sent(program, name, address, world.path(name, address, of, who))
                for of in (Of.OTHER, Of.UNKNOWN)
            ]
        if {answer.status_code for answer in answers} != {404} or len({content(a) for a in answers}) != 1:
            wrong.append((name, address.method, [answer.status_code for answer in answers]))
    assert not wrong
