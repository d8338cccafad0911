"""What an administrator does to the accounts of others: with a reason, at the own site, never to oneself."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from forms_app.selectors import queries
from tests.cast import PASSWORD, Cast
from tests.sql import actor, refused, run, value
from trial.access import Right, Role, can
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import ApiToken, Event, Membership, SecondFactor, User
from trial.refusals import Refusal
from trial.selectors import accounts as selector
from trial.services import accounts, tokens

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P11.300", "E6.17")]

Act = Callable[..., None]
ACTS: tuple[Act, ...] = (accounts.close, accounts.forget_password, accounts.reset_second_factor)


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def last_event(table: str) -> Event:
    event = Event.objects.filter(table_name=table).latest("id")
    assert event is not None
    return event


def test_a_closed_account_opens_nothing_and_says_why(cast: Cast) -> None:
    tokens.create(by=cast.monitor)
    accounts.close(by=cast.administrator, user=cast.monitor, reason="left the site")
    assert authenticate(username="monitor", password=PASSWORD) is None
    assert not ApiToken.objects.exists()
    event = last_event("trial_user")
    assert (event.actor_id, event.reason) == (cast.administrator.pk, "left the site")
    assert event.row["is_active"] is False


@pytest.mark.django_db(transaction=True)
def test_the_other_administrators_hear_of_new_accounts_and_roles(cast: Cast, settings: Settings) -> None:
    settings.ADMINS = [("operator", "operator@example.org")]
    made = accounts.create(
        by=cast.administrator, username="second", full_name="Adam Again", email="a@b.org", reason="joins"
    )
    assert [message.to for message in mail.outbox] == [["operator@example.org"]]
    accounts.give_role(by=COMMAND_LINE, user=cast.stranger, site=cast.north, role=Role.ADMINISTRATOR)
    assert len(mail.outbox) == 1
    accounts.give_role(
        by=cast.administrator, user=made, site=cast.north, role=Role.INVESTIGATOR, reason="joins"
    )
    told = mail.outbox[-1]
    assert told.to == ["stranger@example.org"]
    assert "Adam North gave Adam Again (“second”) the role “Investigator” at 01 North." in str(told.body)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", ["no address", "at the other site"])
def test_who_runs_the_server_hears_where_no_other_administrator_of_the_site_can(
    cast: Cast, settings: Settings, second: str
) -> None:
    """And nobody hears of a role at a site where one looks after nothing."""
    settings.ADMINS = [("operator", "operator@example.org")]
    accounts.give_role(by=COMMAND_LINE, user=cast.administrator, site=cast.south, role=Role.ADMINISTRATOR)
    site = cast.south if second == "at the other site" else cast.north
    accounts.give_role(by=COMMAND_LINE, user=cast.stranger, site=site, role=Role.ADMINISTRATOR)
    if second == "no address":
        with attributed(by=COMMAND_LINE):
            User.objects.filter(pk=cast.stranger.pk).update(email="")
    accounts.give_role(
        by=cast.administrator, user=cast.former, site=cast.north, role=Role.MONITOR, reason="joins"
    )
    assert [message.to for message in mail.outbox] == [["operator@example.org"]]


@pytest.mark.django_db(transaction=True)
def test_the_administrators_of_every_site_of_ones_own_hear_of_an_account(cast: Cast) -> None:
    for user in (cast.administrator, cast.stranger):
        accounts.give_role(by=COMMAND_LINE, user=user, site=cast.south, role=Role.ADMINISTRATOR)
    accounts.create(by=cast.administrator, username="second", full_name="Adam Again", reason="joins")
    assert [message.to for message in mail.outbox] == [["stranger@example.org"]]


def test_a_closed_account_is_opened_again(cast: Cast) -> None:
    accounts.close(by=cast.administrator, user=cast.monitor, reason="a mistake")
    accounts.reopen(by=cast.administrator, user=cast.monitor, reason="it was a mistake")
    assert authenticate(username="monitor", password=PASSWORD) == cast.monitor


def test_what_is_so_already_is_refused(cast: Cast) -> None:
    with pytest.raises(Refusal, match="is open already"):
        accounts.reopen(by=cast.administrator, user=cast.monitor, reason="why not")
    accounts.close(by=cast.administrator, user=cast.monitor, reason="left")
    with pytest.raises(Refusal, match="is closed already"):
        accounts.close(by=cast.administrator, user=cast.monitor, reason="left")


@pytest.mark.requirement("P11.200")
def test_nobody_sets_a_password_that_is_somebody_elses(cast: Cast) -> None:
    """An administrator makes it unusable; there is no act that sets a known one."""
    accounts.forget_password(by=cast.administrator, user=cast.monitor, reason="seen by others")
    assert not again(cast.monitor).has_usable_password()
    assert authenticate(username="monitor", password=PASSWORD) is None
    event = last_event("trial_user")
    assert event.reason == "seen by others"
    assert "password" not in event.row


def test_without_an_address_no_password_is_taken(cast: Cast) -> None:
    User.objects.filter(pk=cast.monitor.pk).update(email="")
    with pytest.raises(Refusal, match="has no e-mail address"):
        accounts.forget_password(by=cast.administrator, user=again(cast.monitor), reason="lost")
    assert authenticate(username="monitor", password=PASSWORD) == cast.monitor


def test_a_second_factor_is_reset_with_its_reason(cast: Cast) -> None:
    accounts.reset_second_factor(by=cast.administrator, user=cast.investigator, reason="telephone lost")
    assert not SecondFactor.objects.filter(user=cast.investigator, removed_at__isnull=True).exists()
    assert last_event("trial_secondfactor").reason == "telephone lost"


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("reason", ["", "   "])
def test_an_act_needs_a_reason(cast: Cast, act: Act, reason: str) -> None:
    before = Event.objects.count()
    with pytest.raises(Refusal, match="Say why the account changes"):
        act(by=cast.administrator, user=cast.monitor, reason=reason)
    assert Event.objects.count() == before


@pytest.mark.parametrize("act", ACTS)
def test_nobody_acts_on_the_own_account(cast: Cast, act: Act) -> None:
    with pytest.raises(Refusal, match="Nobody does this to the own account"):
        act(by=cast.administrator, user=cast.administrator, reason="why not")


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_act(cast: Cast, act: Act, role: Role) -> None:
    with pytest.raises(Refusal, match="manage accounts and memberships"):
        act(by=cast.with_role(role), user=cast.stranger, reason="why not")


@pytest.mark.parametrize("act", ACTS)
def test_an_account_of_another_site_is_not_there(cast: Cast, act: Act) -> None:
    with pytest.raises(Refusal, match="There is nothing here"):
        act(by=cast.administrator, user=cast.southern_coordinator, reason="why not")


def test_who_works_at_both_sites_belongs_to_both(cast: Cast) -> None:
    accounts.give_role(
        by=COMMAND_LINE, user=cast.southern_coordinator, site=cast.north, role=Role.COORDINATOR
    )
    accounts.close(by=cast.administrator, user=cast.southern_coordinator, reason="left")
    assert not again(cast.southern_coordinator).is_active


def test_who_went_to_another_site_belongs_there(cast: Cast) -> None:
    accounts.give_role(by=COMMAND_LINE, user=cast.former, site=cast.south, role=Role.INVESTIGATOR)
    with pytest.raises(Refusal, match="There is nothing here"):
        accounts.close(by=cast.administrator, user=cast.former, reason="left long ago")


def test_who_never_had_a_role_may_be_given_the_first(cast: Cast) -> None:
    accounts.give_role(
        by=cast.administrator, user=cast.stranger, site=cast.north, role=Role.AUDITOR, reason="joins"
    )
    assert can(again(cast.stranger), Right.VIEW_AUDIT, cast.north)


def test_nobody_of_another_site_is_given_a_role(cast: Cast) -> None:
    with pytest.raises(Refusal, match="There is nothing here"):
        accounts.give_role(
            by=cast.administrator,
            user=cast.southern_coordinator,
            site=cast.north,
            role=Role.AUDITOR,
            reason="joins",
        )


# The end of a role


def end(cast: Cast, **changes: object) -> Membership:
    given = {
        "by": cast.administrator,
        "membership": cast.monitor.memberships.get(),
        "last_day": cast.north.today(),
        "reason": "leaves",
    }
    return accounts.end_role(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(("days", "holds"), [(0, True), (30, True)])
def test_a_role_ends_with_a_day(cast: Cast, days: int, holds: bool) -> None:
    day = cast.north.today() + timedelta(days=days)
    assert end(cast, last_day=day).valid_to == day
    assert can(again(cast.monitor), Right.VIEW_DATA, cast.north) is holds
    event = last_event("trial_membership")
    assert (event.actor_id, event.reason) == (cast.administrator.pk, "leaves")


def test_a_role_does_not_end_in_the_past(cast: Cast) -> None:
    with pytest.raises(Refusal, match="is today at the earliest"):
        end(cast, last_day=cast.north.today() - timedelta(days=1))


@pytest.mark.requirement("P11.10d", "E6.19")
@pytest.mark.parametrize("start", [-1, 0, 1])
def test_a_role_ends_at_once(cast: Cast, start: int) -> None:
    """Also one that was given today by mistake, or has not begun; then it is given anew, or another."""
    given = accounts.give_role(
        by=cast.administrator,
        user=cast.stranger,
        site=cast.north,
        role=Role.MONITOR,
        valid_from=cast.north.today() + timedelta(days=start),
        reason="joins",
    )
    ended = end(cast, membership=given, last_day=None)
    assert (ended.valid_to, ended.last_day) == (None, cast.north.today())
    assert not can(again(cast.stranger), Right.VIEW_DATA)
    with pytest.raises(Refusal, match="has ended already"):
        end(cast, membership=given, last_day=None)
    accounts.give_role(by=COMMAND_LINE, user=cast.stranger, site=cast.north, role=Role.ADMINISTRATOR)


def test_the_role_that_was_ended_at_once_is_given_again_the_same_day(cast: Cast) -> None:
    def give() -> Membership:
        return accounts.give_role(by=COMMAND_LINE, user=cast.stranger, site=cast.north, role=Role.MONITOR)

    for _time in range(2):
        end(cast, membership=give(), last_day=None)
    give()
    assert can(again(cast.stranger), Right.VIEW_DATA, cast.north)
    with pytest.raises(Refusal, match="already there"):
        give()


def test_what_was_ended_at_once_is_the_work_of_nobody_any_more(cast: Cast) -> None:
    assert cast.coordinator in queries.answerers(cast.north)
    end(cast, membership=cast.coordinator.memberships.get(), last_day=None)
    assert cast.coordinator not in queries.answerers(cast.north)
    assert cast.coordinator not in selector.administrators([cast.north])


def test_a_role_that_has_not_begun_does_not_end_before_it(cast: Cast) -> None:
    start = cast.north.today() + timedelta(days=5)
    given = accounts.give_role(
        by=COMMAND_LINE, user=cast.stranger, site=cast.north, role=Role.MONITOR, valid_from=start
    )
    with pytest.raises(Refusal, match="A role cannot end before it starts"):
        end(cast, membership=given)


@pytest.mark.parametrize("change", ["ended_at = null", "valid_to = null", "valid_to = '2999-12-31'"])
def test_what_was_ended_at_once_never_holds_again(cast: Cast, change: str) -> None:
    given = end(cast, last_day=None)
    actor(cast.administrator.pk, "why not")
    with refused("A role that has ended does not change"):
        run(f"update trial_membership set valid_from = valid_from - 1, {change} where id = %s", [given.pk])


def test_a_role_that_has_ended_stays_so(cast: Cast) -> None:
    with pytest.raises(Refusal, match="has ended already"):
        end(cast, membership=cast.former.memberships.get())


def test_the_end_of_a_role_needs_a_reason(cast: Cast) -> None:
    with pytest.raises(Refusal, match="Say why"):
        end(cast, reason=" ")


def test_an_administrator_ends_roles_at_the_own_site_alone(cast: Cast) -> None:
    with pytest.raises(Refusal, match="manage accounts and memberships"):
        end(cast, membership=cast.southern_coordinator.memberships.get())


def test_nobody_ends_the_own_role(cast: Cast) -> None:
    with pytest.raises(Refusal, match="change your own roles"):
        end(cast, membership=cast.administrator.memberships.get())


# The database


GIVE = (
    "insert into trial_membership (user_id, site_id, role, valid_from) "
    "values (%s, %s, 'investigator', current_date)"
)


def test_the_database_lets_nobody_give_themselves_a_role(cast: Cast) -> None:
    actor(cast.administrator.pk, "why not")
    with refused("Nobody gives themselves a role"):
        run(GIVE, [cast.administrator.pk, cast.north.pk])
    run(GIVE, [cast.stranger.pk, cast.north.pk])


@pytest.mark.parametrize(
    "change",
    [
        "valid_to = null",
        "valid_from = valid_from - 100",
        "ended_at = now()",
    ],
)
def test_the_database_lets_nobody_prolong_the_own_role(cast: Cast, change: str) -> None:
    actor(cast.former.pk, "why not")
    with refused("Nobody gives themselves a role"):
        run(f"update trial_membership set {change} where user_id = %s", [cast.former.pk])


@pytest.mark.parametrize("who", ["administrator", "monitor"])
@pytest.mark.parametrize(
    "change",
    ["role = 'auditor'", "site_id = (select id from trial_site where code = '02')", "user_id = %(other)s"],
)
def test_the_database_makes_no_other_role_of_one(cast: Cast, who: str, change: str) -> None:
    """Neither more of one's own, nor one's own of somebody else's."""
    actor(getattr(cast, who).pk, "why not")
    people = {"own": cast.monitor.pk, "other": cast.administrator.pk}
    with refused("never changes"), connection.cursor() as cursor:
        cursor.execute(f"update trial_membership set {change} where user_id = %(own)s", people)


def test_the_database_keeps_every_account_and_role(cast: Cast) -> None:
    actor(cast.administrator.pk, "why not")
    with refused("permission denied"):
        run("delete from trial_user where id = %s", [cast.stranger.pk])
    with refused("permission denied"):
        run("delete from trial_membership")
    assert value("select count(*) from trial_user where id = %s", [cast.stranger.pk]) == 1


# Looking through it


def account(cast: Cast, user: User) -> selector.Account:
    return selector.get(cast.administrator, user.pk)


def test_what_nobody_used_for_90_days_is_marked(cast: Cast) -> None:
    long_ago = timezone.now() - timedelta(days=91)
    User.objects.filter(pk=cast.monitor.pk).update(last_login=long_ago)
    User.objects.filter(pk=cast.auditor.pk).update(last_login=timezone.now())
    User.objects.filter(pk=cast.coordinator.pk).update(password_changed_at=long_ago)
    (held,) = account(cast, cast.monitor).memberships
    assert account(cast, cast.monitor).unused
    assert account(cast, cast.monitor).role_unused(held)
    assert account(cast, cast.coordinator).unused  # never used since it was made
    assert not account(cast, cast.auditor).unused
    assert not account(cast, cast.data_manager).unused  # made just now


def test_a_role_given_lately_is_not_called_unused(cast: Cast) -> None:
    User.objects.filter(pk=cast.former.pk).update(last_login=timezone.now() - timedelta(days=200))
    given = accounts.give_role(by=COMMAND_LINE, user=cast.former, site=cast.north, role=Role.MONITOR)
    former = account(cast, cast.former)
    assert former.unused
    assert not former.role_unused(given)
    assert not any(former.role_unused(each) for each in former.memberships)


@pytest.mark.parametrize("days", [0, 3])
def test_a_role_that_was_entered_afterwards_says_so(cast: Cast, days: int) -> None:
    today = cast.north.today()
    given = accounts.give_role(
        by=cast.administrator,
        user=cast.stranger,
        site=cast.north,
        role=Role.MONITOR,
        valid_from=today - timedelta(days=days),
        reason="delegation log",
    )
    found = account(cast, cast.stranger)
    (held,) = found.memberships
    assert held == given
    assert found.entered_late(held) == (today if days else None)


def test_a_token_in_use_is_a_use(cast: Cast) -> None:
    User.objects.filter(pk=cast.monitor.pk).update(last_login=timezone.now() - timedelta(days=91))
    tokens.create(by=cast.monitor)
    ApiToken.objects.update(used_at=timezone.now())
    assert not account(cast, cast.monitor).unused


def test_the_list_costs_the_same_for_few_and_for_many(cast: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            selector.visible(again(cast.administrator))
        return len(captured)

    few = cost()
    for number in range(5):
        made = accounts.create(by=COMMAND_LINE, username=f"u{number}", full_name=f"U {number}")
        accounts.give_role(by=COMMAND_LINE, user=made, site=cast.north, role=Role.MONITOR)
    assert cost() == few


def test_a_person_of_another_site_is_seen_by_nobody_here(cast: Cast) -> None:
    seen = {each.user for each in selector.visible(cast.administrator)}
    assert {cast.monitor, cast.former, cast.stranger} <= seen
    assert cast.southern_coordinator not in seen
    with pytest.raises(Refusal, match="There is nothing here"):
        account(cast, cast.southern_coordinator)


def test_an_auditor_sees_accounts_and_manages_none(cast: Cast) -> None:
    assert not any(each.managed for each in selector.visible(cast.auditor))
    assert selector.visible(cast.auditor)


def test_the_day_of_tomorrow_is_not_today(cast: Cast) -> None:
    """A role of a future day holds nothing yet, and its person stays signed out of everything."""
    start: date = cast.north.today() + timedelta(days=1)
    accounts.give_role(
        by=cast.administrator,
        user=cast.stranger,
        site=cast.north,
        role=Role.MONITOR,
        valid_from=start,
        reason="joins",
    )
    assert not can(again(cast.stranger), Right.VIEW_DATA)
