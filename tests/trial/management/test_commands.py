"""The commands of a real start: as whoever has the server's shell."""

from collections.abc import Callable
from datetime import date
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections

from tests.cast import Cast
from trial.access import Right, Role, can
from trial.audit import epochs, install
from trial.management.commands import create_account, migrate
from trial.models import Event, Membership, Site, User

pytestmark = pytest.mark.django_db

PHRASE = "a phrase of the shell"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Say what is typed when the command asks for a password."""

    def say(password: str) -> None:
        monkeypatch.setattr(create_account, "_ask_password", lambda: password)

    return say


def test_a_site_is_opened_from_the_shell() -> None:
    out = StringIO()
    call_command("create_site", "03", "University Hospital", "--time-zone", "Europe/Berlin", stdout=out)
    site = Site.objects.get()
    assert (site.code, site.name, site.time_zone) == ("03", "University Hospital", "Europe/Berlin")
    assert out.getvalue() == "Site 03 University Hospital is open.\n"
    event = Event.objects.get()
    assert (event.actor_id, event.route) == (0, "command")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])  # never on the same day
def test_a_site_opens_today_by_its_own_calendar(zone: str) -> None:
    call_command("create_site", "03", "Hospital", "--time-zone", zone, stdout=StringIO())
    site = Site.objects.get()
    assert site.activated_on == site.today()


def test_a_site_may_have_been_active_for_long() -> None:
    call_command("create_site", "03", "Hospital", "--activated-on", "2025-02-01", stdout=StringIO())
    assert Site.objects.get().activated_on == date(2025, 2, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("3", "Hospital"), "A site code has 2 to 4 digits or capital letters"),
        (("ABCDE", "Hospital"), "at most 4 characters"),
        (("03", "Hospital", "--time-zone", "Berlin"), "“Berlin” is no time zone"),
        (("03", "Hospital", "--activated-on", "1.2.2025"), "invalid"),
    ],
)
def test_a_site_that_cannot_be_is_refused_in_words(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("create_site", *arguments)
    assert not Site.objects.exists()


def test_an_account_is_made_from_the_shell_with_its_roles(cast: Cast, typed: Callable[[str], None]) -> None:
    typed(PHRASE)
    out = StringIO()
    roles = ("--role", "investigator@01", "--role", "data manager@02")
    call_command("create_account", "ana", "Ana Example", "--email", "ana@example.org", *roles, stdout=out)
    ana = User.objects.get(username="ana")
    assert authenticate(username="ana", password=PHRASE) == ana
    assert can(ana, Right.ENROL, cast.north)
    assert not can(ana, Right.ENROL, cast.south)
    assert can(ana, Right.EXPORT, cast.south)
    assert not ana.is_demo
    assert out.getvalue() == "The account ana is ready.\n"


def test_an_account_may_wait_for_its_password_by_mail() -> None:
    call_command("create_account", "ana", "Ana Example", "--no-password", stdout=StringIO())
    assert not User.objects.get().has_usable_password()


@pytest.mark.parametrize(
    ("arguments", "password", "words"),
    [
        (("--role", "nurse@01"), PHRASE, "“nurse” is no role. Choose one of: investigator, sub-investigator"),
        (("--role", "monitor@99"), PHRASE, "There is no site “99”. Open it with create_site first"),
        (("--role", "monitor"), PHRASE, "There is no site “”"),
        (("--role", "monitor@01"), "short", "too short"),
        (
            ("--role", "monitor@01", "--role", "monitor@01"),
            PHRASE,
            "This role .* is already there",
        ),
        (("--email", "nowhere"), PHRASE, "valid email"),
    ],
)
def test_an_account_is_made_whole_or_not_at_all(
    cast: Cast, typed: Callable[[str], None], arguments: tuple[str, ...], password: str, words: str
) -> None:
    typed(password)
    before = Membership.objects.count()
    with pytest.raises(CommandError, match=words):
        call_command("create_account", "ana", "Ana Example", *arguments)
    assert not User.objects.filter(username="ana").exists()
    assert Membership.objects.count() == before


def test_every_role_can_be_given_from_the_shell(cast: Cast) -> None:
    roles = [part for role in Role if role != Role.ADMINISTRATOR for part in ("--role", f"{role}@01")]
    call_command("create_account", "ana", "Ana Example", "--no-password", *roles, stdout=StringIO())
    assert Membership.objects.filter(user__username="ana").count() == len(Role) - 1
    alone = ("--role", f"{Role.ADMINISTRATOR}@01")
    call_command("create_account", "ben", "Ben Example", "--no-password", *alone, stdout=StringIO())
    assert Membership.objects.filter(user__username="ben").exists()


@pytest.mark.parametrize(
    "command", [("create_site", "03", "Hospital"), ("create_account", "ana", "Ana Example"), ("load_demo",)]
)
def test_nothing_is_written_in_a_cluster_without_its_epoch(
    monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(epochs, "cluster", lambda using="default": epochs.Cluster("1234567890", 1))
    monkeypatch.setattr(settings, "DEBUG", True)
    with pytest.raises(CommandError, match=r"Run `manage\.py ledger_epoch`"):
        call_command(*command)
    assert not Site.objects.exists()
    assert not User.objects.exists()


def test_migrate_works_as_the_owner_unless_told_otherwise() -> None:
    parser = migrate.Command().create_parser("manage.py", "migrate")
    assert parser.parse_args([]).database == "owner"
    assert parser.parse_args(["--database", "default"]).database == "default"


def test_the_models_have_their_migrations() -> None:
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


def test_nothing_is_left_to_migrate() -> None:
    out = StringIO()
    call_command("migrate", "--check", stdout=out)
    assert out.getvalue() == ""


def test_the_grants_can_be_made_again(cast: Cast) -> None:
    install.after_migrate(using="owner")
    with connections["owner"].cursor() as cursor:
        cursor.execute("select has_table_privilege('fascicle_app', 'trial_pain', 'delete')")
        assert cursor.fetchone() == (False,)


def test_one_role_for_both_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "USER", settings.DATABASES["owner"]["USER"])
    with pytest.raises(ImproperlyConfigured, match="name the same role"):
        install.after_migrate(using="owner")
