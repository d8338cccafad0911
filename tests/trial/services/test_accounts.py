"""Accounts, roles, passwords, sites and tokens: who may make them, and what is refused."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate

from tests.cast import PASSWORD, Cast
from tests.sql import actor, refused, run
from trial.access import Right, Role, can
from trial.audit.context import COMMAND_LINE
from trial.models import ApiToken, Event, Membership, Site, User
from trial.refusals import Refusal
from trial.services import accounts, sites, tokens

pytestmark = pytest.mark.django_db

PHRASE = "another long phrase"
DAY = date(2026, 1, 1)


def create(**changes: Any) -> User:
    given = {"by": COMMAND_LINE, "username": "new", "full_name": "Nell New", "password": PHRASE}
    return accounts.create(**{**given, "reason": "joins the team", **changes})


def open_site(**changes: Any) -> Site:
    given = {"by": COMMAND_LINE, "code": "07", "name": "West", "time_zone": "Asia/Shanghai"}
    return sites.create(**{**given, "activated_on": DAY, **changes})


# Accounts


def test_an_account_can_sign_in_with_its_password() -> None:
    user = create()
    assert authenticate(username="new", password=PHRASE) == user
    assert authenticate(username="new", password="wrong") is None


def test_an_account_without_a_password_cannot_sign_in() -> None:
    user = create(password=None)
    assert not user.has_usable_password()
    assert authenticate(username="new", password="") is None


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012345", "nell-at-north-1"])
def test_a_weak_password_is_refused_in_words(password: str) -> None:
    with pytest.raises(Refusal, match="password"):
        create(password=password, username="nell-at-north")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": ""}, "username: This field cannot be blank"),
        ({"username": "x" * 61}, "username: Ensure this value has at most 60 characters"),
        ({"full_name": ""}, "full_name: This field cannot be blank"),
        ({"email": "no address"}, "email: Enter a valid email address"),
    ],
)
def test_an_account_that_cannot_be_stored_is_refused_in_words(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        create(**changes)


def test_a_user_name_is_taken_once() -> None:
    create()
    with pytest.raises(Refusal, match="An account with this user name is already there"):
        create()


@pytest.mark.requirement("P11.100")
def test_a_user_name_is_one_in_any_case() -> None:
    user = create(username="Nell")
    assert user.username == "nell"
    assert authenticate(username="NELL", password=PHRASE) == user
    with pytest.raises(Refusal, match="An account with this user name is already there"):
        create(username="NELL")


@pytest.mark.parametrize("name", ["two words", "<b>", "a\u200bb", "nell/new", "п", "nell\n"])
def test_a_user_name_has_letters_and_digits(name: str) -> None:
    with pytest.raises(Refusal, match="A user name has letters from a to z"):
        create(username=name)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "Nell\u200b New", "Nell\x07", "Nell\nNew", "\u202eweN"]
)
def test_a_name_has_nothing_that_is_not_seen_or_could_be_markup(name: str) -> None:
    with pytest.raises(Refusal, match="A name has no angle brackets"):
        create(full_name=name)


@pytest.mark.parametrize("name", ["Nell O’Neill-Núñez, Dr.", "王伟", "Nell (Ph.D.)"])
def test_a_name_is_as_people_write_it(name: str) -> None:
    assert create(full_name=name).full_name == name


@pytest.mark.requirement("P11.100")
def test_an_address_belongs_to_one_account() -> None:
    create(email="Nell@example.org")
    with pytest.raises(Refusal, match="each person has one account"):
        create(username="nell2", email="nell@EXAMPLE.org")
    create(username="none-1")
    create(username="none-2")


@pytest.mark.parametrize("role", Role)
def test_only_administrators_make_accounts(cast: Cast, role: Role) -> None:
    if role == Role.ADMINISTRATOR:
        assert create(by=cast.with_role(role))
        return
    with pytest.raises(Refusal, match="manage accounts and memberships"):
        create(by=cast.with_role(role))


# Roles


def give(cast: Cast, **changes: Any) -> Membership:
    given = {
        **{"by": COMMAND_LINE, "user": cast.stranger, "site": cast.north, "role": Role.MONITOR},
        "reason": "delegation log",
    }
    return accounts.give_role(**{**given, **changes})


def test_a_role_holds_from_today_without_end(cast: Cast) -> None:
    membership = give(cast)
    assert (membership.valid_from, membership.valid_to) == (cast.north.today(), None)
    assert can(again(cast.stranger), Right.VIEW_DATA, cast.north)
    assert not can(again(cast.stranger), Right.VIEW_DATA, cast.south)


@pytest.mark.parametrize(
    ("start", "end", "holds"), [(0, 0, True), (-5, -1, False), (1, None, False), (-5, 0, True)]
)
def test_a_role_holds_on_both_its_days(cast: Cast, start: int, end: int | None, holds: bool) -> None:
    today = cast.north.today()
    give(
        cast,
        valid_from=today + timedelta(days=start),
        valid_to=None if end is None else today + timedelta(days=end),
    )
    assert can(again(cast.stranger), Right.VIEW_DATA, cast.north) is holds


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_a_role_that_ends_before_it_starts_is_refused(cast: Cast) -> None:
    with pytest.raises(Refusal, match="A role cannot end before it starts"):
        give(cast, valid_from=DAY, valid_to=DAY - timedelta(days=1))


def test_the_same_role_from_the_same_day_is_given_once(cast: Cast) -> None:
    give(cast)
    with pytest.raises(Refusal, match="already there"):
        give(cast)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
@pytest.mark.requirement("P11.10g", "E6.19")
def test_an_administrator_has_accounts_and_never_data(cast: Cast, role: Role) -> None:
    with pytest.raises(Refusal, match="Whoever looks after accounts has no other role"):
        give(cast, user=cast.administrator, role=role, site=cast.south)
    with pytest.raises(Refusal, match="Whoever looks after accounts has no other role"):
        give(cast, user=cast.with_role(role), role=Role.ADMINISTRATOR, site=cast.south)


def test_who_looked_after_accounts_before_may_see_data_after(cast: Cast) -> None:
    today = cast.north.today()
    give(cast, role=Role.ADMINISTRATOR, valid_to=today)
    with pytest.raises(Refusal, match="has no other role"):
        give(cast, valid_from=today)
    give(cast, valid_from=today + timedelta(days=1))
    give(cast, user=cast.administrator, role=Role.ADMINISTRATOR, site=cast.south)


def test_the_database_keeps_accounts_from_data(cast: Cast) -> None:
    actor(cast.coordinator.pk, "why not")
    with refused("membership_administrator_alone"):
        run(
            "insert into trial_membership (user_id, site_id, role, valid_from) "
            "values (%s, %s, 'monitor', current_date)",
            [cast.administrator.pk, cast.south.pk],
        )


def test_a_role_is_given_for_a_reason(cast: Cast) -> None:
    with pytest.raises(Refusal, match="Say why"):
        give(cast, by=cast.administrator, reason=" ")
    give(cast, by=cast.administrator)
    event = Event.objects.filter(table_name="trial_membership").latest("id")
    assert event.reason == "delegation log"


def test_a_delegation_is_entered_within_a_month(cast: Cast) -> None:
    first = cast.north.today() - accounts.MOST_LATE
    with pytest.raises(Refusal, match="entered 30 days after its first day at the latest"):
        give(cast, by=cast.administrator, valid_from=first - timedelta(days=1))
    give(cast, by=cast.administrator, valid_from=first)


def test_nobody_gives_a_role_to_themselves(cast: Cast) -> None:
    with pytest.raises(Refusal, match="give yourself a role"):
        give(cast, by=cast.administrator, user=cast.administrator)


def test_an_administrator_gives_roles_at_the_own_site_alone(cast: Cast) -> None:
    assert give(cast, by=cast.administrator)
    with pytest.raises(Refusal, match="manage accounts and memberships"):
        give(cast, by=cast.administrator, site=cast.south)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_gives_roles(cast: Cast, role: Role) -> None:
    with pytest.raises(Refusal, match="manage accounts and memberships"):
        give(cast, by=cast.with_role(role))


# Passwords


def test_a_changed_password_is_in_the_ledger_as_a_fact_and_not_as_a_word(cast: Cast) -> None:
    before = Event.objects.count()
    accounts.change_password(user=cast.monitor, password=PHRASE)
    assert Event.objects.count() == before + 1
    assert authenticate(username="monitor", password=PHRASE) == cast.monitor
    assert authenticate(username="monitor", password=PASSWORD) is None
    event = Event.objects.last()
    assert event is not None
    assert (event.reason, event.actor_id) == ("password changed", cast.monitor.pk)
    assert "password" not in event.row


def test_a_changed_password_ends_the_tokens_of_the_person_and_of_nobody_else(cast: Cast) -> None:
    tokens.create(by=cast.monitor)
    theirs, _ = tokens.create(by=cast.investigator)
    accounts.change_password(user=cast.monitor, password=PHRASE)
    assert ApiToken.objects.get() == theirs


def test_a_weak_new_password_leaves_the_old_one(cast: Cast) -> None:
    with pytest.raises(Refusal):
        accounts.change_password(user=cast.monitor, password="monitor")
    assert authenticate(username="monitor", password=PASSWORD) == cast.monitor


# Sites


def test_a_site_is_opened_with_its_time_zone() -> None:
    site = open_site()
    assert (str(site), site.time_zone, site.last_number) == ("07 West", "Asia/Shanghai", 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "1"}, "A site code has 2 to 4 digits or capital letters"),
        ({"code": "ab"}, "A site code has 2 to 4 digits or capital letters"),
        ({"code": "ABCDE"}, "code: Ensure this value has at most 4 characters"),
        ({"code": ""}, "code: This field cannot be blank"),
        ({"name": "x" * 101}, "name: Ensure this value has at most 100 characters"),
        ({"time_zone": "Europe/Entenhausen"}, "“Europe/Entenhausen” is no time zone"),
        ({"time_zone": ""}, "“” is no time zone"),
    ],
)
def test_a_site_that_cannot_be_is_refused_in_words(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        open_site(**changes)


def test_a_site_is_opened_once() -> None:
    open_site()
    with pytest.raises(Refusal, match="A site with this code is already there"):
        open_site()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])  # never on the same day
def test_a_site_opens_today_by_its_own_calendar(zone: str) -> None:
    site = open_site(time_zone=zone, activated_on=None)
    assert site.activated_on == site.today()


def test_only_administrators_open_sites(cast: Cast) -> None:
    assert open_site(by=cast.administrator)
    with pytest.raises(Refusal, match="manage accounts and memberships"):
        open_site(by=cast.investigator, code="08")


# Tokens


def test_a_token_is_kept_as_its_hash_alone(cast: Cast) -> None:
    token, secret = tokens.create(by=cast.monitor)
    assert secret not in str(ApiToken.objects.values().get())
    assert token.expiry is not None
    assert secret.startswith(token.token_key)


def test_nobody_revokes_the_token_of_somebody_else(cast: Cast) -> None:
    token, _ = tokens.create(by=cast.monitor)
    with pytest.raises(Refusal, match="There is nothing here that you may see"):
        tokens.revoke(by=cast.investigator, key=token.token_key)
    tokens.revoke(by=cast.monitor, key=token.token_key)
    assert not ApiToken.objects.exists()
