import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import answers, journey
from tests.cast import Cast
from trial.models import Participant

pytestmark = pytest.mark.django_db(transaction=True)


def page(client: Client, **query: str) -> str:
    answer = client.get(reverse("home"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def counted(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        page(client)
    return len(captured)


def test_the_number_of_statements_does_not_grow_with_the_participants(cast: Cast, client: Client) -> None:
    journey.with_outcomes(cast)
    client.force_login(cast.investigator)
    with_one = counted(client)
    for _ in range(3):
        journey.with_outcomes(cast)
    for _ in range(36):
        journey.added(cast)
    assert counted(client) == with_one <= 12


def test_participants_of_another_site_are_neither_shown_nor_counted(cast: Cast, client: Client) -> None:
    mine, other = journey.added(cast), journey.added_south(cast)
    client.force_login(cast.investigator)
    shown = page(client)
    assert mine.code in shown
    assert other.code not in shown
    assert cast.south.name not in shown
    assert "<strong>1</strong> participant" in shown
    assert other.code not in page(client, site=cast.south.code)


def test_rows_stand_in_the_order_of_their_codes_on_pages_of_25(cast: Cast, client: Client) -> None:
    codes = [journey.added(cast).code for _ in range(26)]
    client.force_login(cast.investigator)
    first, second = page(client), page(client, page="2")
    places = [first.index(f">{code}</a>") for code in codes[:25]]
    assert places == sorted(places)
    assert f">{codes[25]}</a>" not in first
    assert f">{codes[25]}</a>" in second
    assert "Page 2 of 2" in page(client, page="99")


def test_each_visit_says_in_words_how_far_it_is(cast: Cast, client: Client) -> None:
    participant = journey.with_outcomes(cast)
    journey.attend(cast.investigator, participant, "U1")
    client.force_login(cast.investigator)
    shown = page(client)
    for word in ("Done", "Not due", "Missed", "Overdue", "In window", "Partly done"):
        assert word in shown
    assert reverse("visit", args=[participant.code, "U1"]) in shown


def test_the_filter_finds_by_code_state_and_what_is_due(cast: Cast, client: Client) -> None:
    screening, done = journey.added(cast), journey.screen_failure(cast)
    client.force_login(cast.investigator)
    assert found(client, search=screening.code[1:].lower()) == {screening.code}
    assert found(client, state="screen failure") == {done.code}
    assert found(client, show="pending") == {screening.code}
    assert found(client, show="overdue") == set()
    assert "No participant matches" in page(client, show="overdue")


def found(client: Client, **query: str) -> set[str]:
    shown = page(client, **query)
    return {code for code in Participant.objects.values_list("code", flat=True) if f">{code}</a>" in shown}


def test_values_to_explain_are_counted(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "W1")
    journey.save(cast.investigator, participant, "W1", "pain", answers.pain(7, nrs_worst24=5))
    client.force_login(cast.investigator)
    assert "<strong>1</strong> value to explain" in page(client)
    assert "1 to explain" in page(client)


def test_an_administrator_is_led_to_the_accounts(cast: Cast, client: Client) -> None:
    client.force_login(cast.administrator)
    assert client.get(reverse("home")).headers["Location"] == reverse("accounts")


def test_who_holds_no_role_reads_why_nothing_is_shown(cast: Cast, client: Client) -> None:
    client.force_login(cast.stranger)
    answer = client.get(reverse("home"))
    assert answer.status_code == 403
    assert "you hold no role today" in answer.content.decode()


def test_who_is_signed_out_is_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get(reverse("home")).headers["Location"].startswith(reverse("sign-in"))
