"""What somebody reads whose role is over or has not begun: no page that leads back to itself."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from tests.cast import Cast
from trial.access import Role
from trial.audit.context import COMMAND_LINE
from trial.services import accounts

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("E6.19")]


def home(client: Client) -> str:
    answer = client.get(reverse("home"))
    assert answer.status_code == 403
    assert f'href="{reverse("account")}"' in answer.text
    assert f'action="{reverse("sign-out")}"' in answer.text
    assert "Go to the start page" not in answer.text
    return answer.text


def test_who_had_a_role_is_told_since_when_it_is_over_and_whom_to_ask(cast: Cast, client: Client) -> None:
    client.force_login(cast.former)
    page = home(client)
    assert "01 North, Investigator: ended on" in page
    assert date_format(cast.north.today() - timedelta(days=1)) in page
    assert "Adam North" in page


def test_whose_role_begins_is_told_when(cast: Cast, client: Client) -> None:
    start = cast.south.today() + timedelta(days=3)
    accounts.give_role(
        by=COMMAND_LINE, user=cast.stranger, site=cast.south, role=Role.MONITOR, valid_from=start
    )
    client.force_login(cast.stranger)
    page = home(client)
    assert f"02 South, Monitor: begins on {date_format(start)}" in page
    # The south has none.
    assert "Adam North" not in page
    assert "ask your administrator" in page


def test_who_has_a_role_is_told_what_it_does_not_include(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    answer = client.get(reverse("accounts"))
    assert answer.status_code == 403
    assert "Your role does not include this" in answer.text
