"""An upgrade stops at accounts that may not be as they are, and says which and what to do."""

from importlib import import_module

import pytest
from django.core.management import CommandError
from django.db import connections

from tests.sql import run, value

pytestmark = pytest.mark.django_db

upgrade = import_module("trial.migrations.0004_trust")
AS_BEFORE = """
alter table trial_user drop constraint user_username_form;
alter table trial_user drop constraint user_full_name_form;
drop index user_email_once;
alter table trial_membership drop constraint membership_administrator_alone;
insert into trial_site (code, name, time_zone, activated_on, last_number)
values ('09', 'Ninth', 'UTC', '2026-01-01', 0);
"""


@pytest.fixture(autouse=True)
def as_before() -> None:
    """The tables as they were, with a site; the end of the test takes it back."""
    run(AS_BEFORE, using="owner")


def account(username: str, full_name: str = "Nell New", email: str = "") -> int:
    number: int = value(
        "insert into trial_user (password, username, full_name, email, is_active, is_demo, "
        "password_changed_at) values ('!', %s, %s, %s, true, false, now()) returning id",
        [username, full_name, email],
        using="owner",
    )
    return number


def role(user: int, name: str, first: str, last: str | None) -> None:
    run(
        "insert into trial_membership (user_id, site_id, role, valid_from, valid_to) "
        "select %s, id, %s, %s, %s from trial_site",
        [user, name, first, last],
        using="owner",
    )


def check() -> None:
    with connections["owner"].schema_editor() as editor:
        upgrade.check_accounts(None, editor)


def test_honest_accounts_are_let_through() -> None:
    account("Anna", email="anna@example.org")
    account("none-1")
    account("none-2")
    both = account("both", email="both@example.org")
    role(both, "administrator", "2026-01-01", "2026-01-31")
    role(both, "monitor", "2026-02-01", None)
    check()


def test_what_must_be_mended_is_named_all_at_once() -> None:
    for username, full_name, email in (
        ("Anna", "Anna A", "anna@example.org"),
        ("anna", "Anna B", "ANNA@example.org"),
        ("two words", "Nell New", ""),
        ("marked", "<b>Nell", ""),
    ):
        account(username, full_name, email)
    both = account("both")
    role(both, "administrator", "2026-01-01", "2026-01-31")
    role(both, "monitor", "2026-01-31", None)
    with pytest.raises(CommandError) as stopped:
        check()
    first, *named, last = str(stopped.value).splitlines()
    assert "No account was changed" in first
    assert [line.rpartition(": ")[2] for line in named] == [
        "“Anna”, “anna”",
        "“two words”",
        "“marked”",
        "“Anna”, “anna”",
        "“both”",
    ]
    assert "as the owner of the database" in last
