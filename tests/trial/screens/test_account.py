import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD, Cast
from tests.second_factor import code_of
from tests.sql import run
from trial.models import ApiToken
from trial.services import tokens

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = {"name": "Reports", "scope": "read", "days": "30"}
SIGNED_IN_BEFORE = """
insert into axes_accesslog
    (username, ip_address, user_agent, http_accept, path_info, attempt_time, session_hash)
values ('monitor', '192.0.2.9', '', '', '', now() - interval '3 days', '')
"""


def test_the_account_shows_ones_own_roles(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    shown = client.get(reverse("account")).content.decode()
    assert "<td>01 North</td><td>Investigator</td>" in shown
    assert "South" not in shown


def test_a_token_is_shown_once_and_works(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    proof = {"password": PASSWORD, "code": code_of(cast.investigator)}
    answer = client.post(reverse("token-create"), {**TOKEN, **proof})
    secret = re.search(r'class="secret">([^<]+)<', answer.content.decode())[1]  # type: ignore[index]
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret not in client.get(reverse("account")).content.decode()
    client.logout()
    used = client.get(reverse("api-participants"), headers={"Authorization": f"Token {secret}"})
    assert used.status_code == 200


@pytest.mark.parametrize("left", ["password", "code"])
@pytest.mark.requirement("P11.300", "P11.10d")
def test_no_token_is_made_in_a_browser_that_somebody_left_open(cast: Cast, client: Client, left: str) -> None:
    client.force_login(cast.investigator)
    proof = {"password": PASSWORD, "code": code_of(cast.investigator), left: "a guess"}
    answer = client.post(reverse("token-create"), {**TOKEN, **proof})
    assert answer.status_code == 403
    assert "does not prove that it is you" in answer.text
    assert 'value="Reports"' in answer.text
    assert not ApiToken.objects.exists()


def test_without_a_second_factor_the_password_makes_a_token(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    assert client.post(reverse("token-create"), TOKEN).status_code == 403
    assert client.post(reverse("token-create"), {**TOKEN, "password": PASSWORD}).status_code == 200


def test_a_revoked_token_is_gone(cast: Cast, client: Client) -> None:
    token, _ = tokens.create(by=cast.investigator)
    client.force_login(cast.investigator)
    assert token.token_key in client.get(reverse("account")).content.decode()
    client.post(reverse("token-revoke", args=[token.token_key]))
    assert not ApiToken.objects.exists()


def test_nobody_revokes_the_token_of_somebody_else(cast: Cast, client: Client) -> None:
    token, _ = tokens.create(by=cast.coordinator)
    client.force_login(cast.investigator)
    foreign = client.post(reverse("token-revoke", args=[token.token_key]))
    nowhere = client.post(reverse("token-revoke", args=["0" * 15]))
    assert (foreign.status_code, foreign.content) == (404, nowhere.content)
    assert ApiToken.objects.exists()


def test_a_token_that_cannot_be_made_is_refused_in_words(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    assert '<option value="read and write">Read and write</option>' in client.get(reverse("account")).text
    given = {**TOKEN, "days": "91"}
    for changes, words in (
        ({}, "1 to 90 days"),
        ({"days": "x"}, "1 to 90 days"),
        ({"scope": ""}, "Choose what"),
    ):
        proof = {"password": PASSWORD, "code": code_of(cast.investigator)}
        answer = client.post(reverse("token-create"), {**given, **proof, **changes})
        assert answer.status_code in (400, 422)
        assert words in answer.content.decode()
        assert 'value="Reports"' in answer.content.decode()
    assert not ApiToken.objects.exists()


@pytest.mark.requirement("P11.300")
def test_one_sees_who_signed_in_as_oneself_or_tried_to(cast: Cast) -> None:
    client = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:141.0) Gecko Firefox/141.0"})
    client.post(reverse("sign-in"), {"username": "monitor", "password": "a guess"}, REMOTE_ADDR="192.0.2.1")
    client.post(
        reverse("sign-in"), {"username": "coordinator", "password": "a guess"}, REMOTE_ADDR="192.0.2.2"
    )
    client.post(reverse("sign-in"), {"username": "monitor", "password": PASSWORD}, REMOTE_ADDR="192.0.2.3")
    shown = client.get(reverse("account")).content.decode()
    listed = shown[shown.index('id="sign-ins"') :]
    assert re.search(r"<strong>failed</strong></td><td>Firefox on Windows</td><td>192\.0\.2\.1", listed)
    assert re.search(r"signed in</td><td>Firefox on Windows</td><td>192\.0\.2\.3", listed)
    assert "192.0.2.2" not in shown
    assert "Last signed in" not in shown  # for the first time


def test_the_sign_in_before_this_one_stands_at_the_top(cast: Cast, client: Client) -> None:
    run(SIGNED_IN_BEFORE)
    client.post(reverse("sign-in"), {"username": "monitor", "password": PASSWORD})
    page = client.get(reverse("account")).content.decode()
    assert re.search(
        r"Last signed in <strong>.* UTC</strong> with an unknown browser\. The address was 192\.0\.2\.9", page
    )
