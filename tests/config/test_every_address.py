"""Every address × every role × own site, other site, signed out. An address without a row fails.

The four classes: *public*; *right* (403 without it); *list* (no row of another site); *object* (another
site's is 404, to the byte the answer to a code that does not exist).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import pytest
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
    """`right` is what the act needs beside seeing the object; None asks only that one is signed in."""

    kind: Kind
    right: Right | None = None
    method: str = "get"
    arguments: dict[str, Any] = field(default_factory=dict)


def public(**arguments: Any) -> Address:
    return Address(Kind.PUBLIC, arguments=arguments)


def needs(right: Right | None, method: str = "get", **arguments: Any) -> Address:
    return Address(Kind.RIGHT, right, method, arguments)


def lists(right: Right, method: str = "get", **arguments: Any) -> Address:
    return Address(Kind.LIST, right, method, arguments)


def one(right: Right = Right.VIEW_DATA, method: str = "get", **arguments: Any) -> Address:
    return Address(Kind.OBJECT, right, method, arguments)


AT_VISIT: dict[str, Any] = {"visit": "BL"}
AT_FORM: dict[str, Any] = {"visit": "BL", "form": "pain"}
AT_REPEAT: dict[str, Any] = {**AT_FORM, "repeat": 1}

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
    "participant-state": (one(Right.ENROL, "post"),),
    "next-due": (one(),),
    "visit": (one(**AT_VISIT), one(Right.ENTER_DATA, "post", **AT_VISIT)),
    "record": (one(**AT_FORM), one(Right.ENTER_DATA, "post", **AT_FORM)),
    "record-remove": (one(Right.ENTER_DATA, "post", **AT_FORM),),
    "record-restore": (one(Right.ENTER_DATA, "post", **AT_FORM),),
    "results": (needs(Right.VIEW_ESTIMATES),),
    "results-analyses": (needs(Right.VIEW_ESTIMATES),),
    "exports": (lists(Right.EXPORT),),
    "export-download": (lists(Right.EXPORT, shape="long"), lists(Right.EXPORT, shape="wide")),
    "api-schema": (needs(None),),
    "api-docs": (needs(None),),
    "api-participants": (lists(Right.VIEW_DATA), needs(Right.SCREEN, "post")),
    "api-participant": (one(),),
    "api-participant-state": (one(Right.ENROL, "post"),),
    "api-visits": (one(),),
    "api-visit": (one(**AT_VISIT), one(Right.ENTER_DATA, "put", **AT_VISIT)),
    "api-record": (
        one(**AT_FORM),
        one(Right.ENTER_DATA, "put", **AT_FORM),
        one(Right.ENTER_DATA, "delete", **AT_FORM),
    ),
    "api-record-restore": (one(Right.ENTER_DATA, "post", **AT_FORM),),
    "api-record-repeat": (
        one(**AT_REPEAT),
        one(Right.ENTER_DATA, "put", **AT_REPEAT),
        one(Right.ENTER_DATA, "delete", **AT_REPEAT),
    ),
    "api-record-repeat-restore": (one(Right.ENTER_DATA, "post", **AT_REPEAT),),
    "api-analyses": (needs(Right.VIEW_ESTIMATES),),
    "api-analysis": (needs(Right.VIEW_ESTIMATES, outcome="pain"),),
    "api-export-long": (lists(Right.EXPORT),),
    "api-export-wide": (lists(Right.EXPORT),),
    "api-unknown": (),
}
ROWS = [(name, address) for name, addresses in ADDRESSES.items() for address in addresses]
IDS = [f"{name}-{address.method}" for name, address in ROWS]
BARRED = {401, 403, 404, 405}

every_row = pytest.mark.parametrize(("name", "address"), ROWS, ids=IDS)
every_role = pytest.mark.parametrize("role", Role)


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
    body = {} if address.method == "get" else {"data": "{}", "content_type": "application/json"}
    if address.method == "post" and not name.startswith("api-"):
        body = {}
    return getattr(client, address.method)(path, **body)  # type: ignore[no-any-return]


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
@every_row
def test_who_is_signed_out_gets_to_public_addresses_only(world: World, name: str, address: Address) -> None:
    path = world.path(name, address, Of.OWN, world.cast.investigator)
    response = ask(name, address, path, None)
    if address.kind is Kind.PUBLIC:
        assert response.status_code not in BARRED
    elif name.startswith("api-") and name != "api-docs":
        assert response.status_code == 401
    else:
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("sign-in"))


@pytest.mark.django_db
@every_role
@every_row
def test_a_role_gets_at_its_own_site_what_its_rights_say(
    world: World, name: str, address: Address, role: Role
) -> None:
    who = world.cast.with_role(role)
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


OBJECTS = [(name, address) for name, address in ROWS if address.kind is Kind.OBJECT]


@pytest.mark.django_db
@every_role
@pytest.mark.parametrize(
    ("name", "address"), OBJECTS, ids=[f"{name}-{address.method}" for name, address in OBJECTS]
)
def test_another_sites_object_answers_like_one_that_does_not_exist(
    world: World, name: str, address: Address, role: Role
) -> None:
    who = world.cast.with_role(role)
    other = ask(name, address, world.path(name, address, Of.OTHER, who), who)
    unknown = ask(name, address, world.path(name, address, Of.UNKNOWN, who), who)
    assert other.status_code == unknown.status_code == 404
    assert content(other) == content(unknown)
    assert {**other.headers, "X-Request-ID": ""} == {**unknown.headers, "X-Request-ID": ""}


LISTS = [(name, address) for name, address in ROWS if address.kind is Kind.LIST and address.method == "get"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "address"), LISTS, ids=[name for name, _ in LISTS])
def test_a_list_holds_nothing_of_another_site(world: World, name: str, address: Address) -> None:
    northern, southern = (
        content(ask(name, address, world.path(name, address, Of.OWN, who), who))
        for who in (world.cast.investigator, world.cast.southern_investigator)
    )
    assert b"02-001" not in northern
    assert b"South" not in northern
    assert b"01-001" not in southern
    assert b"North" not in southern
    if name not in ("participant-add", "exports"):
        assert b"01-001" in northern
        assert b"02-001" in southern


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["stranger", "former"])
@every_row
def test_without_a_role_today_nothing_of_the_trial_is_seen(
    world: World, name: str, address: Address, who: str
) -> None:
    if name == "token-revoke":
        pytest.skip("their own tokens are theirs")
    person = getattr(world.cast, who)
    response = ask(name, address, world.path(name, address, Of.OWN, person), person)
    if address.kind is Kind.OBJECT:
        assert response.status_code == 404
    elif address.right is not None and address.kind is not Kind.PUBLIC:
        assert response.status_code == 403
    assert b"01-001" not in content(response)
