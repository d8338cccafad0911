"""The lists of due visits, and the calendars that are read without signing in."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from forms_app.models import CalendarFeed
from tests import answers, journey
from tests.cast import Cast
from trial.access import Role
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import Event, Membership, Participant, Record, User
from trial.services import accounts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def screened_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is injected before the consent, and these tests look months back."""
    monkeypatch.setitem(journey.AGO, "SCR", 130)


def page(client: Client, **query: str) -> str:
    answer = client.get(reverse("due"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def make(client: Client, cast: Cast, user: User | None = None) -> str:
    """Make the address of a calendar of the north: its path with its query."""
    client.force_login(user or cast.investigator)
    answer = client.post(reverse("calendar-create"), {"site": "01"})
    assert answer.status_code == 200
    address = urlsplit(answer.context["made"].address)
    client.logout()
    return f"{address.path}?{address.query}"


def entries(address: str) -> dict[str, Any]:
    """The entries of a feed by their titles, read by somebody who is not signed in."""
    answer = Client().get(address)
    assert answer.status_code == 200
    calendar = Calendar.from_ical(answer.content)
    assert not calendar.errors
    return {str(entry["summary"]): entry for entry in calendar.walk("VEVENT")}


def reinject(cast: Cast, participant: Participant, ago: int) -> date:
    record = Record.objects.get(participant=participant, form="injection")
    day = cast.north.today() - timedelta(days=ago)
    journey.save(
        cast.investigator,
        participant,
        "INJ",
        "injection",
        answers.injection(day),
        record.version,
        reason="Read wrongly from the paper",
    )
    return day


# Lists


def test_a_line_says_what_one_needs_to_plan(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    reinject(cast, participant, ago=83)
    client.force_login(cast.monitor)
    shown = page(client)
    assert reverse("visit", args=[participant.code, "W12"]) in shown
    assert "8 days left" in shown
    assert "In person" in shown
    assert "No visit is overdue." in shown


def test_what_is_over_says_since_when(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    reinject(cast, participant, ago=92)
    client.force_login(cast.monitor)
    shown = page(client)
    assert "1 day over" in shown
    assert "No visit is due this week." in shown


def test_the_navigation_counts_what_waits_on_every_page(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    reinject(cast, participant, ago=92)
    journey.added(cast)
    client.force_login(cast.monitor)
    for address in (reverse("account"), reverse("home"), reverse("due")):
        shown = client.get(address).content.decode()
        assert '1<span class="unseen"> overdue</span>' in shown
        assert '1<span class="unseen"> due this week</span>' in shown


def test_the_list_can_be_of_one_site(cast: Cast, client: Client) -> None:
    accounts.give_role(by=COMMAND_LINE, user=cast.monitor, site=cast.south, role=Role.MONITOR)
    north, south = journey.added(cast), journey.added_south(cast)
    client.force_login(cast.monitor)
    assert all(each.code in page(client) for each in (north, south))
    assert north.code not in page(client, site="02")
    assert south.code in page(client, site="02")


def test_the_page_costs_the_same_for_one_participant_and_for_many(cast: Cast, client: Client) -> None:
    journey.injected(cast)
    client.force_login(cast.investigator)
    page(client)
    with CaptureQueriesContext(connection) as one:
        page(client)
    journey.injected(cast)
    for _ in range(5):
        journey.added(cast)
    with CaptureQueriesContext(connection) as many:
        page(client)
    assert len(many) == len(one) <= 12


# Calendars


def test_a_calendar_shows_planned_visits_for_whole_days_and_nothing_else(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    day = reinject(cast, participant, ago=1)
    found = entries(make(client, cast))
    assert list(found) == [f"{participant.code} {label}" for label in ("Week 1", "Week 2", "Week 12")]
    entry = found[f"{participant.code} Week 1"]
    assert entry["dtstart"].dt == day + timedelta(days=7)
    assert type(entry["dtstart"].dt) is date
    assert entry["dtend"].dt == day + timedelta(days=8)
    assert str(entry["description"]).startswith("Window: ")
    told = {"UID", "SUMMARY", "DESCRIPTION", "DTSTART", "DTEND", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE"}
    assert set(entry) == told | {"TRANSP", "CLASS"}


def test_a_corrected_injection_moves_the_entries_and_keeps_their_names(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    reinject(cast, participant, ago=1)
    address = make(client, cast)
    before = entries(address)
    day = reinject(cast, participant, ago=3)
    after = entries(address)
    assert list(after) == list(before)
    for title, entry in after.items():
        assert entry["uid"] == before[title]["uid"]
        assert entry["sequence"] > before[title]["sequence"]
        assert entry["last-modified"].dt >= before[title]["last-modified"].dt
    assert after[f"{participant.code} Week 2"]["dtstart"].dt == day + timedelta(days=14)


def test_what_is_recorded_or_will_not_be_leaves_the_calendar(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    reinject(cast, participant, ago=7)
    address = make(client, cast)
    assert len(entries(address)) == 3
    journey.attend(cast.investigator, participant, "W1", day=cast.north.today())
    assert list(entries(address)) == [f"{participant.code} Week 2", f"{participant.code} Week 12"]
    reinject(cast, participant, ago=92)
    assert list(entries(address)) == [f"{participant.code} Week 12"]


def test_the_address_keeps_the_language_in_which_it_was_made(cast: Cast, client: Client) -> None:
    journey.injected(cast)
    address = make(client, cast)
    assert address.endswith("?language=en-gb")
    chinese = Client().get(address.replace("en-gb", "zh-hans"))
    assert b"//ZH" in chinese.content
    assert b"//EN" in Client().get(address.replace("en-gb", "tlh")).content


def test_an_address_is_shown_once_and_kept_as_a_digest(cast: Cast, client: Client) -> None:
    token = make(client, cast).split("/")[2].removesuffix(".ics").split(".ics")[0]
    client.force_login(cast.investigator)
    assert token not in page(client)
    feed = CalendarFeed.objects.get()
    assert token not in (feed.digest, str(Event.objects.filter(table_name="forms_app_calendarfeed").values()))
    assert "You have an address." in page(client)


def test_a_new_address_ends_the_old_one_and_a_revoked_one_is_gone(cast: Cast, client: Client) -> None:
    old = make(client, cast)
    new = make(client, cast)
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    client.force_login(cast.investigator)
    client.post(reverse("calendar-revoke"), {"site": "01"})
    assert Client().get(new).status_code == 404
    assert client.post(reverse("calendar-revoke"), {"site": "01"}).status_code == 302


def test_nobody_reads_by_an_address_after_the_role_or_the_account_has_ended(
    cast: Cast, client: Client
) -> None:
    of_role, of_account = make(client, cast, cast.monitor), make(client, cast, cast.coordinator)
    with attributed(by=COMMAND_LINE):
        yesterday = cast.north.today() - timedelta(days=1)
        Membership.objects.filter(user=cast.monitor).update(valid_to=yesterday)
        User.objects.filter(pk=cast.coordinator.pk).update(is_active=False)
    nowhere = Client().get(reverse("calendar-feed", args=["0" * 43]))
    for address in (of_role, of_account):
        answer = Client().get(address)
        assert answer.status_code == 404
        assert answer.content == nowhere.content


def test_a_calendar_of_another_site_is_not_to_be_had(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    assert client.post(reverse("calendar-create"), {"site": "02"}).status_code == 400
    client.force_login(cast.administrator)
    assert client.post(reverse("calendar-create"), {"site": "01"}).status_code == 403
    assert not CalendarFeed.objects.exists()


def test_a_calendar_is_kept_by_nobody_between_and_leads_nowhere(cast: Cast, client: Client) -> None:
    journey.injected(cast)
    address = make(client, cast)
    answer = Client().get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, max-age=900"
    assert answer["Referrer-Policy"] == "no-referrer"
    again = Client().get(address, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_calendar_costs_the_same_for_one_participant_and_for_many(cast: Cast, client: Client) -> None:
    journey.injected(cast)
    address = make(client, cast)
    with CaptureQueriesContext(connection) as one:
        entries(address)
    journey.injected(cast)
    journey.injected(cast)
    with CaptureQueriesContext(connection) as many:
        entries(address)
    assert len(many) == len(one) <= 8
