"""People and their roles by the API: as on their pages, and never a password or a second factor."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast
from tests.client import client, problem
from trial.models import ApiToken, Membership, User
from trial.services import tokens

pytestmark = pytest.mark.django_db

ACCOUNTS = "/api/v1/accounts/"
OWN = "/api/v1/account/"
REASON = {"reason": "A new colleague"}


def ask(user: User, address: str, **body: Any) -> Any:
    return client(user).post(address, {**REASON, **body})


def listed(user: User, **query: str) -> list[str]:
    found = client(user).get(ACCOUNTS, query).json()["results"]
    return [each["username"] for each in found]


def test_an_administrator_sees_the_accounts_of_the_site(cast: Cast) -> None:
    names = listed(cast.administrator)
    assert "coordinator" in names
    assert "southern_coordinator" not in names
    assert len(set(names)) == len(names)
    assert listed(cast.administrator, role="coordinator") == ["coordinator"]
    assert listed(cast.administrator, active="false") == []
    problem(client(cast.coordinator).get(ACCOUNTS), 403, "right")


def test_no_answer_tells_a_password(cast: Cast) -> None:
    one = client(cast.administrator).get(f"{ACCOUNTS}{cast.coordinator.pk}/")
    assert cast.coordinator.password.encode() not in one.content
    assert set(one.json()) == {
        *("number", "username", "full_name", "email", "active", "second_factor", "used_at", "unused"),
        *("managed", "roles"),
    }


def test_an_account_is_closed_and_opened(cast: Cast) -> None:
    address = f"{ACCOUNTS}{cast.coordinator.pk}/"
    assert ask(cast.administrator, address, move="close").json()["active"] is False
    problem(ask(cast.administrator, address, move="close"), 409, "account_already")
    assert ask(cast.administrator, address, move="reopen").json()["active"] is True
    problem(ask(cast.administrator, address, move="forget"), 400, "malformed")
    problem(ask(cast.administrator, address, move="close", reason=" "), 422, "account_reason")
    problem(ask(cast.administrator, f"{ACCOUNTS}{cast.administrator.pk}/", move="close"), 403, "own_account")


def test_who_may_only_see_accounts_changes_none(cast: Cast) -> None:
    address = f"{ACCOUNTS}{cast.coordinator.pk}/"
    assert client(cast.auditor).get(address).status_code == 200
    problem(ask(cast.auditor, address, move="close"), 403, "right")
    problem(client(cast.coordinator).get(address), 404, "not_found")


def test_a_role_is_given_and_ends(cast: Cast) -> None:
    address = f"{ACCOUNTS}{cast.monitor.pk}/roles/"
    given = ask(cast.administrator, address, site="01", role="auditor")
    assert (given.status_code, given.json()["role"], given.json()["valid_to"]) == (201, "auditor", None)
    end = f"{address}{given.json()['number']}/end/"
    last = cast.north.today().isoformat()
    assert ask(cast.administrator, end, last_day=last).json()["valid_to"] == last
    assert ask(cast.administrator, end).json()["ended_at"] is not None
    problem(ask(cast.administrator, end), 409, "role_over")


@pytest.mark.parametrize(
    "sent",
    [
        {"site": "02", "role": "auditor"},
        {"site": "01", "role": "king"},
        {"site": "01", "role": "auditor", "valid_to": "soon"},
        {"site": "01", "role": "auditor", "valid_to": ""},
        {"site": "01", "role": "auditor", "valid_until": "2030-01-01"},
    ],
)
def test_a_role_that_cannot_be_given_is_refused(cast: Cast, sent: dict[str, str]) -> None:
    before = Membership.objects.count()
    problem(ask(cast.administrator, f"{ACCOUNTS}{cast.monitor.pk}/roles/", **sent), 400, "malformed")
    assert Membership.objects.count() == before


def test_a_role_of_somebody_else_is_not_there(cast: Cast) -> None:
    southern = Membership.objects.get(user=cast.southern_coordinator)
    address = f"{ACCOUNTS}{cast.monitor.pk}/roles/{southern.pk}/end/"
    problem(ask(cast.administrator, address), 404, "not_found")


# One's own


def test_everybody_reads_the_own_account_and_sites(cast: Cast) -> None:
    told = client(cast.monitor).get(OWN).json()
    assert (told["username"], [role["role"] for role in told["roles"]]) == ("monitor", ["monitor"])
    (site,) = client(cast.monitor).get("/api/v1/sites/").json()["results"]
    assert (site["code"], site["roles"]) == ("01", ["monitor"])
    assert client(cast.monitor).get("/api/v1/sites/01/").json() == site
    problem(client(cast.monitor).get("/api/v1/sites/02/"), 404, "not_found")


def test_a_program_revokes_its_tokens_and_makes_none(cast: Cast) -> None:
    token, secret = tokens.create(by=cast.monitor, name="Reports")
    asks = client(cast.monitor)
    page = asks.get(f"{OWN}tokens/")
    assert "Reports" in {each["name"] for each in page.json()["results"]}
    assert secret.encode() not in page.content
    assert asks.delete(f"{OWN}tokens/{token.token_key}/").status_code == 204
    assert not ApiToken.objects.filter(pk=token.pk).exists()
    problem(asks.delete(f"{OWN}tokens/{token.token_key}/"), 404, "not_found")
    problem(asks.post(f"{OWN}tokens/", {"name": "More"}), 405, "method")
    other, _ = tokens.create(by=cast.auditor)
    problem(asks.delete(f"{OWN}tokens/{other.token_key}/"), 404, "not_found")


def test_a_program_ends_a_session(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.monitor)
    asks = client(cast.monitor)
    page = asks.get(f"{OWN}sessions/?limit=1")
    (session,) = page.json()["results"]
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value.encode() not in page.content
    assert asks.delete(f"{OWN}sessions/{session['sign']}/").status_code == 204
    assert asks.get(f"{OWN}sessions/").json()["results"] == []
    assert browser.get("/account/").status_code == 302
