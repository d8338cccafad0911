"""Sessions know whose they are, end when nobody does anything, and end at once where an account does."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests import journey
from tests.cast import PASSWORD, Cast
from trial.audit import positions
from trial.audit.context import COMMAND_LINE
from trial.models import Session, User
from trial.refusals import Refusal
from trial.selectors import sessions as selector
from trial.services import accounts, sessions

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P11.300")]

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chromium/141.0 Safari/537.36"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; rv:141.0) Gecko Firefox/141.0"
PAGE = "account"


def signed_in(user: User, agent: str = CHROME) -> Client:
    """A browser of a person, signed in with the password."""
    client = Client(headers={"User-Agent": agent})
    client.post(reverse("sign-in"), {"username": user.username, "password": PASSWORD})
    return client


def session_of(client: Client) -> Session:
    return Session.objects.get(pk=client.session.session_key)


def let_pass(client: Client, span: timedelta) -> None:
    """As if a span had passed since the person did something."""
    row = session_of(client)
    Session.objects.filter(pk=row.pk).update(
        seen_at=row.seen_at - span, created_at=row.created_at - span, expire_date=row.expire_date - span
    )


def is_in(client: Client) -> bool:
    return client.get(reverse(PAGE)).status_code == 200


def test_a_session_knows_its_person_browser_and_address(cast: Cast) -> None:
    client = Client(headers={"User-Agent": CHROME}, REMOTE_ADDR="192.0.2.7")
    client.post(reverse("sign-in"), {"username": "monitor", "password": PASSWORD})
    (session,) = cast.monitor.sessions.all()
    assert (session.agent, session.address) == ("Chromium on Linux", "192.0.2.7")
    assert timezone.now() - session.created_at < timedelta(minutes=1)


def test_what_a_browser_sent_while_signed_out_is_nobodys(cast: Cast) -> None:
    participant = journey.added(cast)
    address = reverse("visit", args=[participant.code, "SCR"])
    Client().post(address, {"draft:person": cast.coordinator.sign})
    assert not Session.objects.filter(user__isnull=False).exists()


@pytest.mark.requirement("EMA.25")
def test_a_session_ends_when_nobody_did_anything_for_the_idle_time(cast: Cast, settings: Settings) -> None:
    client = signed_in(cast.monitor)
    let_pass(client, settings.SESSION_IDLE - timedelta(seconds=5))
    assert is_in(client)
    let_pass(client, settings.SESSION_IDLE)
    assert not is_in(client)


def test_an_act_begins_the_idle_time_anew(cast: Cast, settings: Settings) -> None:
    client = signed_in(cast.monitor)
    let_pass(client, timedelta(minutes=20))
    assert is_in(client)
    left = session_of(client).expire_date - timezone.now()
    assert settings.SESSION_IDLE - left < timedelta(minutes=1)


def test_it_is_written_once_a_minute_at_most(cast: Cast) -> None:
    client = signed_in(cast.monitor)
    let_pass(client, timedelta(minutes=2))
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert is_in(client)
        costs.append(sum('UPDATE "trial_session"' in query["sql"] for query in captured.captured_queries))
    assert costs == [1, 0]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("session", {}),
        ("results-analyses", {}),
        ("results-again", {"part": "planning"}),
        ("results-report-again", {}),
    ],
)
def test_what_a_page_asks_by_itself_is_no_act(cast: Cast, name: str, arguments: dict[str, str]) -> None:
    client = signed_in(cast.statistician)
    let_pass(client, timedelta(minutes=10))
    before = session_of(client).expire_date
    position = {"position": str(positions.current())}
    assert client.get(reverse(name, kwargs=arguments), position).status_code == 200
    assert session_of(client).expire_date == before


def test_keeping_a_draft_is_no_act(cast: Cast) -> None:
    participant = journey.added(cast)
    journey.attend(cast.coordinator, participant, "SCR")
    client = signed_in(cast.coordinator)
    let_pass(client, timedelta(minutes=10))
    before = session_of(client).expire_date
    address = reverse("draft", args=[participant.code, "SCR", "consent"])
    assert client.post(address, {"icver": "1"}).status_code == 200
    assert session_of(client).expire_date == before


def test_who_says_to_be_there_stays_signed_in(cast: Cast, settings: Settings) -> None:
    client = signed_in(cast.monitor)
    let_pass(client, settings.SESSION_IDLE - timedelta(minutes=1))
    asked = client.get(reverse("session")).json()
    assert asked["idle"] <= 60
    assert asked["person"] == cast.monitor.sign
    said = client.post(reverse("session")).json()
    assert said["idle"] == settings.SESSION_IDLE.total_seconds()
    assert client.get(reverse("session"))["Cache-Control"].count("no-store")


def test_whose_session_is_over_is_told_so_and_led_nowhere(cast: Cast, settings: Settings) -> None:
    client = signed_in(cast.monitor)
    let_pass(client, settings.SESSION_IDLE)
    for answer in (client.get(reverse("session")), client.post(reverse("session"))):
        assert answer.json() == {"idle": 0, "last": 0, "person": None}


def test_nobody_stays_signed_in_for_more_than_twelve_hours(cast: Cast, settings: Settings) -> None:
    client = signed_in(cast.monitor)
    store = client.session
    store["begun"] -= settings.SESSION_COOKIE_AGE - 60
    store.save()
    assert is_in(client)
    left = client.post(reverse("session")).json()
    assert left["idle"] == left["last"] <= 60
    store["begun"] -= 60
    store.save()
    assert not is_in(client)


def test_an_ended_session_is_deleted_by_night(cast: Cast, settings: Settings) -> None:
    let_pass(signed_in(cast.monitor), settings.SESSION_IDLE)
    kept = signed_in(cast.coordinator)
    call_command("clearsessions")
    assert Session.objects.get().pk == kept.session.session_key


# One's own


def test_one_sees_and_ends_ones_own_sessions(cast: Cast) -> None:
    here, there = (
        signed_in(cast.monitor),
        signed_in(cast.monitor, WINDOWS),
    )
    shown = here.get(reverse("account")).content.decode()
    assert "Chromium on Linux" in shown
    assert "Firefox on Windows" in shown
    here.post(reverse("session-end", args=[session_of(there).sign]))
    assert is_in(here)
    assert not is_in(there)


def test_one_ends_all_others_and_nobody_elses(cast: Cast) -> None:
    here, there, theirs = signed_in(cast.monitor), signed_in(cast.monitor), signed_in(cast.coordinator)
    here.post(reverse("sessions-end"))
    assert [is_in(each) for each in (here, there, theirs)] == [True, False, True]


def test_nobody_ends_the_session_of_somebody_else(cast: Cast) -> None:
    theirs = signed_in(cast.coordinator)
    with pytest.raises(Refusal, match="There is nothing here that you may see"):
        sessions.end(by=cast.monitor, sign=session_of(theirs).sign)
    assert is_in(theirs)


def test_the_key_of_a_session_stands_on_no_page(cast: Cast) -> None:
    client = signed_in(cast.monitor)
    other = signed_in(cast.monitor)
    shown = client.get(reverse("account")).content.decode()
    assert session_of(other).sign in shown
    assert session_of(other).pk not in shown


# With the account


def test_a_changed_password_ends_the_other_sessions(cast: Cast) -> None:
    here, there = signed_in(cast.monitor), signed_in(cast.monitor)
    new = "another long synthetic phrase"
    here.post(
        reverse("password-change"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert is_in(here)
    assert [each.pk for each in selector.own(cast.monitor)] == [here.session.session_key]
    assert not is_in(there)


@pytest.mark.requirement("E6.19")
def test_a_closed_account_is_signed_out_at_once(cast: Cast) -> None:
    client = signed_in(cast.monitor)
    accounts.close(by=cast.administrator, user=cast.monitor, reason="left the site")
    assert not cast.monitor.sessions.exists()
    assert not is_in(client)


def test_who_loses_the_last_role_is_signed_out_at_once(cast: Cast) -> None:
    client = signed_in(cast.monitor)
    membership = cast.monitor.memberships.get()
    accounts.end_role(by=cast.administrator, membership=membership, reason="left")
    assert not cast.monitor.sessions.exists()
    assert not is_in(client)


def test_who_keeps_a_role_stays_signed_in(cast: Cast) -> None:
    client = signed_in(cast.monitor)
    membership = cast.monitor.memberships.get()
    accounts.end_role(
        by=COMMAND_LINE, membership=membership, last_day=cast.north.today(), reason="the study ends"
    )
    assert is_in(client)
