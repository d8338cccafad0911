"""Every list and file, committed: files are read by a connection of their own, which sees nothing else.

The addresses are those of `test_every_address`, which has the rest of the matrix and asks for lists as well.
"""

import pytest

from tests.cast import Cast
from tests.config.test_every_address import ROWS, Kind, sent, told
from tests.world import FOREIGN, Of, World, built
from trial.access import RIGHTS, Role
from trial.models import User

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("FAS.matrix", "P11.10d", "E6.11"),
]

# Not the investigator, whom the answers of every participant name.
NORTHERN = (b"01-001", b"01 North", b"Conrad North")


def test_a_list_holds_nothing_of_another_site(cast: Cast) -> None:
    world = built(cast)
    wrong = [fault for role in Role for fault in faults(world, role, cast.with_role(role), Of.OWN)]
    wrong += faults(world, Role.INVESTIGATOR, cast.southern_investigator, Of.OTHER)
    assert not wrong


def faults(world: World, role: Role, who: User, of: Of) -> list[str]:
    """What somebody of one site reads that is of the other, and what of the own site is missing."""
    found = []
    for name, address in ROWS:
        if address.kind is not Kind.LIST or address.right not in RIGHTS[role]:
            continue
        # At the north all other lists are asked for in `test_every_address`.
        if of is Of.OWN and not address.streamed:
            continue
        path = world.path(name, address.arguments, of, who)
        answer = sent(world.browser(who), name, address, path, of)
        full = address.streamed or not address.empty
        foreign = FOREIGN if of is Of.OWN else NORTHERN
        has = of.value.encode() in answer.body
        if answer.status != 200 or (full and not has) or any(each in answer.body for each in foreign):
            found.append(told(name, address, answer))
    return found
