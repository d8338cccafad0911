"""Every address × every role × own site, other site, signed out. An address without a row fails.

The four classes: *public*; *right* (403 without it); *list* (no row of another site); *object* (another
site's is 404, to the byte the answer to a code that does not exist).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from knox.models import AuthToken

from tests import journey
from tests.cast import Cast
from trial.access import RIGHTS, Right, Role
from trial.models import User


class Kind(Enum):
    PUBLIC = "public"
    RIGHT = "right"
    LIST = "list"
    OBJECT = "object"


class Of(Enum):
    """Whose the object is; each stands for the arguments of an address."""

    OWN = "01-001"
    OTHER = "02-001"
    UNKNOWN = "01-999"


@dataclass(frozen=True)
class Address:
    """`right` is what the act needs beside seeing the object; None asks only that one is signed in.

    `body` is what the act sends, so that the right is what decides and not the form of the request.
    """

    kind: Kind
    right: Right | None = None
    method: str = "get"
    arguments: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)


def public(**arguments: Any) -> Address:
    return Address(Kind.PUBLIC, arguments=arguments)


def needs(right: Right | None, method: str = "get", **arguments: Any) -> Address:
    return Address(Kind.RIGHT, right, method, arguments)


def lists(right: Right, method: str = "get", **arguments: Any) -> Address:
    return Address(Kind.LIST, right, method, arguments)


def one(right: Right = Right.VIEW_DATA, method: str = "get", **arguments: Any) -> Address:
    return Address(Kind.OBJECT, right, method, arguments)


def act(right: Right, method: str = "post", body: dict[str, Any] | None = None, **arguments: Any) -> Address:
    return Address(Kind.OBJECT, right, method, arguments, body or {})


AT_VISIT: dict[str, Any] = {"visit": "BL"}
AT_FORM: dict[str, Any] = {"visit": "BL", "form": "pain"}
REASON = {"reason": "a typing error"}
NOT_DONE = {"occurred": False, "reason_not_done": "ill"}

ADDRESSES: dict[str, tuple[Address, ...]] = {
    "healthz": (public(),),
    "sign-in": (public(),),
    "password-reset": (public(),),
    "password-reset-sent": (public(),),
    "password-set": (public(uidb64="MQ", token="set-password"),),
    "sign-out": (needs(None, "post"),),
    "password-change": (needs(None),),
    "account": (needs(None),),
    "token-create": (needs(None, "post"),),
    "token-revoke": (Address(Kind.OBJECT, None, "post"),),
    "accounts": (needs(Right.MANAGE_ACCOUNTS),),
    "home": (lists(Right.VIEW_DATA),),
    "participant-add": (lists(Right.SCREEN), lists(Right.SCREEN, "post")),
    "participant": (one(),),
    "participant-state": (act(Right.ENROL, body={"move": "withdraw", "reason": "moved away"}),),
    "next-due": (one(),),
    "visit": (one(**AT_VISIT), act(Right.ENTER_DATA, "post", REASON, **AT_VISIT)),
    "record": (one(**AT_FORM), act(Right.ENTER_DATA, "post", REASON, **AT_FORM)),
    "record-remove": (act(Right.ENTER_DATA, "post", REASON, **AT_FORM),),
    "record-restore": (act(Right.ENTER_DATA, "post", REASON, **AT_FORM),),
    "results": (needs(Right.VIEW_ESTIMATES),),
    "results-analyses": (needs(Right.VIEW_ESTIMATES),),
    "exports": (lists(Right.EXPORT),),
    "export-download": (lists(Right.EXPORT, shape="long"), lists(Right.EXPORT, shape="wide")),
    "api-schema": (needs(None),),
    "api-docs": (needs(None),),
    "api-participants": (lists(Right.VIEW_DATA), needs(Right.SCREEN, "post")),
    "api-participant": (one(),),
    "api-participant-state": (act(Right.ENROL, body={"state": "withdrawn", "reason": "moved away"}),),
    "api-visits": (one(),),
    "api-visit": (
        one(**AT_VISIT),
        act(Right.ENTER_DATA, "put", {"occurred": False, "reason_not_done": "ill"}, **AT_VISIT),
    ),
    "api-record": (
        one(**AT_FORM),
        act(Right.ENTER_DATA, "put", REASON, **AT_FORM),
        act(Right.ENTER_DATA, "delete", REASON, **AT_FORM),
    ),
    "api-record-restore": (act(Right.ENTER_DATA, "post", REASON, **AT_FORM),),
    "api-analyses": (needs(Right.VIEW_ESTIMATES),),
    "api-analysis": (needs(Right.VIEW_ESTIMATES, outcome="pain"),),
    "api-export-long": (lists(Right.EXPORT),),
    "api-export-wide": (lists(Right.EXPORT),),
    "api-unknown": (),
}
ROWS = [(name, address) for name, addresses in ADDRESSES.items() for address in addresses]
BARRED = {401, 403, 404, 405}


@dataclass(frozen=True)
class World:
    """A participant with forms at the north, one at the south, and everybody's token."""

    cast: Cast
    tokens: dict[int, AuthToken]

    def path(self, name: str, address: Address, of: Of, who: User) -> str:
        if name == "token-revoke":
            return reverse(name, kwargs={"key": self._token_key(of, who)})
        if address.kind is Kind.OBJECT:
            return reverse(name, kwargs={"code": of.value, **address.arguments})
        return reverse(name, kwargs=address.arguments) if name != "api-unknown" else "/api/v2/"

    def _token_key(self, of: Of, who: User) -> str:
        if of is Of.UNKNOWN:
            return "0" * 15
        owner = who if of is Of.OWN else self.cast.southern_investigator
        return str(self.tokens[owner.pk].token_key)


@pytest.fixture
def world(cast: Cast) -> World:
    assert journey.with_outcomes(cast).code == Of.OWN.value
    south = journey.added_south(cast)
    assert journey.consented(cast, south, by=cast.southern_investigator).code == Of.OTHER.value
    people = [*(cast.with_role(role) for role in Role), cast.southern_investigator]
    return World(cast, {who.pk: AuthToken.objects.create(who)[0] for who in people})


def ask(name: str, address: Address, path: str, who: User | None) -> HttpResponseBase:
    client = Client(raise_request_exception=False)
    if who is not None:
        client.force_login(who)
    if address.method == "get":
        return client.get(path)
    if name.startswith("api-"):
        send = getattr(client, address.method)
        condition = {"If-Match": '"1"'}
        return send(path, json.dumps(address.body), "application/json", headers=condition)  # type: ignore[no-any-return]
    return client.post(path, address.body)


@contextmanager
def undone() -> Iterator[None]:
    """What an act changed is taken back, so each row meets the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def content(response: HttpResponseBase) -> bytes:
    streamed = getattr(response, "streaming_content", None)
    return b"".join(streamed) if streamed is not None else response.content  # type: ignore[attr-defined]


def names(patterns: Any = None) -> Iterator[str]:
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield str(pattern.name)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(names()) == set(ADDRESSES)


@pytest.mark.django_db
def test_who_is_signed_out_gets_to_public_addresses_only(world: World, subtests: pytest.Subtests) -> None:
    for name, address in ROWS:
        with subtests.test(address=name, method=address.method), undone():
            response = ask(name, address, world.path(name, address, Of.OWN, world.cast.investigator), None)
            if address.kind is Kind.PUBLIC:
                assert response.status_code not in BARRED
            elif name.startswith("api-") and name != "api-docs":
                assert response.status_code == 401
            else:
                assert response.status_code == 302
                assert response.headers["Location"].startswith(reverse("sign-in"))


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_a_role_gets_at_its_own_site_what_its_rights_say(
    world: World, role: Role, subtests: pytest.Subtests
) -> None:
    who = world.cast.with_role(role)
    for name, address in ROWS:
        with subtests.test(address=name, method=address.method), undone():
            response = ask(name, address, world.path(name, address, Of.OWN, who), who)
            content(response)
            if bars := expected_bars(name, address, role):
                assert response.status_code in bars
            else:
                assert response.status_code not in BARRED


def expected_bars(name: str, address: Address, role: Role) -> set[int]:
    """The statuses one of which a role meets; none when it may."""
    rights = RIGHTS[role]
    if address.right is None or address.kind is Kind.PUBLIC:
        return set()
    if address.kind is Kind.OBJECT and Right.VIEW_DATA not in rights:
        return {404}
    if address.right in rights:
        return set()
    # Who looks after accounts and sees no data begins at the accounts.
    return {302} if name == "home" and Right.MANAGE_ACCOUNTS in rights else {403}


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_another_sites_object_answers_like_one_that_does_not_exist(
    world: World, role: Role, subtests: pytest.Subtests
) -> None:
    who = world.cast.with_role(role)
    for name, address in ROWS:
        if address.kind is not Kind.OBJECT:
            continue
        with subtests.test(address=name, method=address.method), undone():
            other = ask(name, address, world.path(name, address, Of.OTHER, who), who)
            unknown = ask(name, address, world.path(name, address, Of.UNKNOWN, who), who)
            assert other.status_code == unknown.status_code == 404
            assert content(other) == content(unknown)
            assert {**other.headers, "X-Request-ID": ""} == {**unknown.headers, "X-Request-ID": ""}


# Pages that offer sites to choose from; the other lists are read by the codes of their rows.
OFFERS_SITES = {"participant-add", "exports"}


@pytest.mark.django_db(transaction=True)
def test_a_list_holds_nothing_of_another_site(world: World, subtests: pytest.Subtests) -> None:
    for name, address in ROWS:
        if address.kind is not Kind.LIST or address.method != "get":
            continue
        with subtests.test(address=name):
            northern, southern = (
                content(ask(name, address, world.path(name, address, Of.OWN, who), who))
                for who in (world.cast.investigator, world.cast.southern_investigator)
            )
            assert b"02-001" not in northern
            assert b"01-001" not in southern
            if name in OFFERS_SITES:
                assert b"02 South" not in northern
                assert b"01 North" not in southern
            else:
                assert b"01-001" in northern
                assert b"02-001" in southern


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["stranger", "former"])
def test_without_a_role_today_nothing_of_the_trial_is_seen(
    world: World, who: str, subtests: pytest.Subtests
) -> None:
    person = getattr(world.cast, who)
    for name, address in ROWS:
        if address.kind is Kind.PUBLIC or address.right is None:
            continue
        with subtests.test(address=name, method=address.method), undone():
            response = ask(name, address, world.path(name, address, Of.OWN, person), person)
            assert response.status_code == (404 if address.kind is Kind.OBJECT else 403)
            assert b"01-001" not in content(response)
