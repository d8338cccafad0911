"""What the API costs to read: as many statements for a little as for much, at every address.

The addresses are those of `test_every_address`, so that a new one is counted without being named here.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.config.test_every_address import ROWS, Address, is_of_the_api, sent
from tests.world import Of, World, built, grow
from trial.access import RIGHTS, Role
from trial.models import User

pytestmark = [pytest.mark.django_db(transaction=True)]

# An address that shows the most of all, such as a visit with its forms and questions, costs no more.
MOST = 20
READ = [
    (name, address)
    for name, address in ROWS
    if is_of_the_api(name) and name != "api-unknown" and (address.method, address.status) == ("get", 200)
]


def test_every_address_of_the_api_costs_the_same_for_few_and_for_many(cast: Cast) -> None:
    world = built(cast)
    few = costs(world)
    grow(world)
    many = costs(world)
    assert {at: (few[at], cost) for at, cost in many.items() if cost != few[at]} == {}
    assert {at: cost for at, cost in many.items() if cost > MOST} == {}


def costs(world: World) -> dict[str, int]:
    return {told(name, address): cost(world, name, address) for name, address in READ}


def told(name: str, address: Address) -> str:
    return f"{name} {address.query}".removesuffix(" {}")


def cost(world: World, name: str, address: Address) -> int:
    """The statements of the second time: what is noted of a token once in a while is noted."""
    who = reader(world, address)
    asks, path = world.program(who), world.path(name, address.arguments, Of.OWN, who)
    first = sent(asks, name, address, path)
    assert first.status == 200, (name, first.body[:500])
    with CaptureQueriesContext(connection) as captured:
        sent(asks, name, address, path)
    return len(captured)


def reader(world: World, address: Address) -> User:
    """The first role that may."""
    return world.cast.with_role(next(role for role in Role if may(role, address)))


def may(role: Role, address: Address) -> bool:
    enough = {address.right, address.also} - {None}
    return address.hidden_from not in RIGHTS[role] and (not enough or bool(enough & set(RIGHTS[role])))
