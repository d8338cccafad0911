"""Rights: by role, by site, by day."""

import pytest

from tests import journey
from tests.cast import Cast
from trial.access import RIGHTS, Right, Role, can, check_right, sites_with
from trial.authentication import may_sign_in
from trial.models import User
from trial.refusals import Refusal
from trial.selectors import accounts, memberships, participants

pytestmark = pytest.mark.django_db

I, SI, C, M, D, MM, S, US, AU, A = Role  # noqa: E741
EXPECTED = {
    Right.VIEW_DATA: {I, SI, C, M, D, MM, S, US, AU},
    Right.SCREEN: {I, SI, C},
    Right.ENROL: {I},
    Right.ENTER_DATA: {I, SI, C},
    Right.PROPOSE_QUERY: {S, US},
    Right.QUERY: {I, SI, C, M, D, MM},
    Right.SETTLE_QUERY: {M, D, MM},
    Right.VERIFY: {M},
    Right.SIGN: {I, SI},
    Right.SIGN_CASEBOOK: {I},
    Right.LOCK: {D},
    Right.APPROVE_UNLOCK: {I, D, MM},
    Right.LOCK_STUDY: {D},
    Right.VIEW_AUDIT: {I, SI, M, D, MM, AU},
    Right.REVIEW_AUDIT: {M, D},
    Right.VIEW_DESCRIPTION: {I, D, MM, S, US, AU},
    Right.VIEW_ESTIMATES: {I, S, US, AU},
    Right.EXPORT: {I, C, D, S, US, AU},
    Right.UNBLIND: {I, C, D, S, US, AU},
    Right.IMPORT: {I, C},
    Right.MANAGE_WEBHOOKS: {D},
    Right.VIEW_ACCOUNTS: {AU, A},
    Right.MANAGE_ACCOUNTS: {A},
}


def test_every_role_has_a_row_and_every_right_a_holder() -> None:
    assert set(RIGHTS) == set(Role)
    assert set().union(*RIGHTS.values()) == set(Right) == set(EXPECTED)


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("role", Role)
@pytest.mark.requirement("P11.10d", "P11.10g", "E6.19")
def test_a_role_has_the_rights_of_the_table(cast: Cast, role: Role, right: Right) -> None:
    user = cast.with_role(role)
    has = role in EXPECTED[right]
    assert can(user, right, cast.north) is has
    assert can(user, right) is has
    assert not can(user, right, cast.south)
    assert sites_with(user, right) == ((cast.north,) if has else ())


@pytest.mark.parametrize("right", Right)
def test_without_a_role_today_there_is_no_right(cast: Cast, right: Right) -> None:
    for user in (cast.stranger, cast.former):
        assert not can(user, right)
        with pytest.raises(Refusal, match=f"Your role does not include this: {right.value}"):
            check_right(user, right, cast.north)


def test_the_role_of_somebody_inactive_is_asked_at_sign_in(cast: Cast) -> None:
    cast.monitor.is_active = False
    assert not may_sign_in(cast.monitor)
    assert may_sign_in(cast.investigator)


@pytest.mark.requirement("P11.10d")
def test_everybody_sees_the_participants_of_the_own_site_alone(cast: Cast) -> None:
    north, south = journey.added(cast), journey.added_south(cast)

    def seen(user: User) -> list[str]:
        return [participant.code for participant in participants.visible(user)]

    assert seen(cast.monitor) == [north.code]
    assert seen(cast.southern_coordinator) == [south.code]
    for user in (cast.administrator, cast.stranger, cast.former):
        assert seen(user) == []


@pytest.mark.parametrize("code", ["02-001", "01-999", "", "x", "01-001\n", "0" * 300])
def test_what_may_not_be_seen_is_refused_like_what_is_not_there(cast: Cast, code: str) -> None:
    journey.added(cast)
    journey.added_south(cast)
    with pytest.raises(Refusal) as refused:
        participants.get(cast.investigator, code)
    assert (refused.value.code, refused.value.extra) == ("not_found", {})


@pytest.mark.parametrize("who", ["administrator", "auditor"])
def test_who_sees_accounts_sees_the_roles_of_the_own_site_alone(cast: Cast, who: str) -> None:
    seen = [role for each in accounts.visible(getattr(cast, who)) for role in each.memberships]
    assert {role.site for role in seen} == {cast.north}


def test_everybody_sees_every_role_they_hold_or_held(cast: Cast) -> None:
    assert [each.role for each in memberships.own(cast.former)] == ["investigator"]
    assert not memberships.own(cast.stranger).exists()
