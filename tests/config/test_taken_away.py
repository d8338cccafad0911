"""Every address × every role, after access was taken away, after it ended and before it begins.

The addresses are those of `test_every_address`, which has the rest of the matrix. A closed account and a
delegation that is over are asked of every role at every address: the API's by a token, pages by a session.
An ended session, a revoked token and a delegation to come are the same to every address as these; each role
is asked about in each, and each address in each, by the roles in turn.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.config.test_every_address import (
    ROWS,
    Address,
    Answer,
    Kind,
    is_of_the_api,
    is_signed_out,
    sent,
    share,
    told,
)
from tests.world import Of, World
from trial.access import Role, held
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import ApiToken, Membership, Session, User

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FAS.matrix", "P11.10d")]

Rows = list[tuple[str, Address]]
CLOSED: Rows = [each for each in ROWS if each[1].kind not in (Kind.PUBLIC, Kind.NOTHING)]
# The others are about the person: the own account, signing out.
OF_THE_TRIAL: Rows = [(name, address) for name, address in CLOSED if address.right is not None]


def deactivated(who: User) -> None:
    User.objects.filter(pk=who.pk).update(is_active=False)


def session_ended(who: User) -> None:
    Session.objects.filter(user=who).delete()


def token_revoked(who: User) -> None:
    ApiToken.objects.filter(user=who).delete()


def role_ended(who: User) -> None:
    _hold(who, starts=-10, ends=-1)


def role_ended_at_once(who: User) -> None:
    """As the service does it, but who comes is signed in again."""
    Membership.objects.filter(user=who).update(ended_at=timezone.now())


def role_not_begun(who: User) -> None:
    _hold(who, starts=1, ends=10)


def _hold(who: User, *, starts: int, ends: int) -> None:
    for membership in Membership.objects.filter(user=who).select_related("site"):
        today = membership.site.today()
        membership.valid_from, membership.valid_to = (
            today + timedelta(days=starts),
            today + timedelta(days=ends),
        )
        membership.save(update_fields=["valid_from", "valid_to"])


# Who is as good as signed out, by a session and by a token; and who is signed in and has no role today.
SIGNED_OUT: dict[str, Callable[[User], None]] = {
    "deactivated": deactivated,
    "session ended": session_ended,
    "token revoked": token_revoked,
}
WITHOUT_A_ROLE: dict[str, Callable[[User], None]] = {
    "delegation ended": role_ended,
    "delegation ended at once": role_ended_at_once,
    "delegation not begun": role_not_begun,
}
# Asked of every role at every address; of the other states each role gets its share of the addresses.
WHOLE = ("deactivated", "delegation ended")
BY_TOKEN_ONLY, BY_SESSION_ONLY = ("token revoked",), ("session ended",)


def asked(world: World, role: Role, state: str, rows: Rows) -> Iterator[tuple[str, Address, Answer]]:
    """Nothing is taken back: each is to be refused, and a test says so of each.

    The API is asked by a token, and by a session where that is what ended.
    """
    who = world.cast.with_role(role)
    for name, address in rows if state in WHOLE else share(rows, role):
        path = world.path(name, address.arguments, Of.OWN, who)
        by_token = is_of_the_api(name) and state not in BY_SESSION_ONLY
        if by_token or state not in BY_TOKEN_ONLY:
            client = world.program(who) if by_token else world.browser(who)
            yield name, address, sent(client, name, address, path)


@pytest.mark.parametrize("state", SIGNED_OUT)
@pytest.mark.parametrize("role", Role)
@pytest.mark.requirement("P11.300", "E6.19")
def test_whose_access_was_taken_away_is_as_good_as_signed_out(world: World, role: Role, state: str) -> None:
    with attributed(by=COMMAND_LINE, reason="left"):
        SIGNED_OUT[state](world.cast.with_role(role))
    wrong = [
        told(name, address, answer)
        for name, address, answer in asked(world, role, state, CLOSED)
        if not is_signed_out(name, address, answer)
    ]
    assert not wrong


@pytest.mark.parametrize("state", WITHOUT_A_ROLE)
@pytest.mark.parametrize("role", Role)
@pytest.mark.requirement("P11.10g", "E6.19")
def test_before_and_after_a_delegation_nothing_of_the_trial_is_seen(
    world: World, role: Role, state: str
) -> None:
    who = world.cast.with_role(role)
    with attributed(by=COMMAND_LINE, reason="delegation log"):
        WITHOUT_A_ROLE[state](who)
    # Whatever the role was, nothing of it is left that an address could read.
    assert held(User.objects.get(pk=who.pk)) == ()
    wrong = [
        told(name, address, answer)
        for name, address, answer in asked(world, role, state, OF_THE_TRIAL)
        if not is_without_a_role(address, answer)
    ]
    assert not wrong


def is_without_a_role(address: Address, answer: Answer) -> bool:
    """Whether it is refused, and names nobody; a query comes back where a page leads to itself."""
    refused = 404 if address.kind is Kind.OBJECT else 403
    named = Of.OWN.value.encode() in answer.body and Of.OWN.value not in address.query.values()
    return answer.status == refused and not named


def test_an_account_that_never_had_a_role_sees_nothing_of_the_trial(world: World) -> None:
    stranger = world.cast.stranger
    wrong = []
    for name, address in OF_THE_TRIAL:
        path = world.path(name, address.arguments, Of.OWN, world.cast.investigator)
        answer = sent(world.browser(stranger), name, address, path)
        if not is_without_a_role(address, answer):
            wrong.append(told(name, address, answer))
    assert not wrong
