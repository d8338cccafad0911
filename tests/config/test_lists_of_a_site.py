"""Every list as the other site reads it, and every export: a task writes those, from what is committed.

The addresses are those of `test_every_address`, which has the rest of the matrix and asks for lists as well.
"""

import pytest

from tests.cast import Cast
from tests.config.test_every_address import ROWS, Kind, sent, told
from tests.exported import exported
from tests.world import FOREIGN, Of, World, built
from trial.access import RIGHTS, Right, Role
from trial.models import User

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("FAS.matrix", "P11.10d", "E6.11"),
]

# Not the investigator, whom the answers of every participant name.
NORTHERN = (b"01-001", b"01 North", b"Conrad North")


def test_a_list_holds_nothing_of_another_site(cast: Cast) -> None:
    world = built(cast)
    # At the north all lists are asked for in `test_every_address`.
    assert not faults(world, Role.INVESTIGATOR, cast.southern_investigator, Of.OTHER)


@pytest.mark.parametrize("shape", ["long", "wide", "forms", "analysis", "signatures"])
def test_an_export_holds_nothing_of_another_site(cast: Cast, shape: str) -> None:
    built(cast)
    for role in Role:
        if Right.EXPORT in RIGHTS[role]:
            whole = b"".join(exported(cast.with_role(role), shape=shape).values())
            assert not [each for each in FOREIGN if each in whole], role
            assert shape == "signatures" or Of.OWN.value.encode() in whole, role
    whole = b"".join(exported(cast.southern_investigator, shape=shape).values())
    assert not [each for each in NORTHERN if each in whole]


def faults(world: World, role: Role, who: User, of: Of) -> list[str]:
    """What somebody of one site reads that is of the other, and what of the own site is missing."""
    found = []
    for name, address in ROWS:
        if address.kind is not Kind.LIST or address.right not in RIGHTS[role]:
            continue
        path = world.path(name, address.arguments, of, who)
        answer = sent(world.browser(who), name, address, path, of)
        has = of.value.encode() in answer.body
        if (
            answer.status != 200
            or (not address.empty and not has)
            or any(each in answer.body for each in NORTHERN)
        ):
            found.append(told(name, address, answer))
    return found
