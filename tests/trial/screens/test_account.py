import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from trial.models import ApiToken
from trial.services import tokens

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_account_shows_ones_own_roles(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    shown = client.get(reverse("account")).content.decode()
    assert "<td>01 North</td><td>Investigator</td>" in shown
    assert "South" not in shown


def test_a_token_is_shown_once_and_works(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    answer = client.post(reverse("token-create"))
    secret = re.search(r'class="secret">([^<]+)<', answer.content.decode())[1]  # type: ignore[index]
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret not in client.get(reverse("account")).content.decode()
    client.logout()
    used = client.get(reverse("api-participants"), headers={"Authorization": f"Token {secret}"})
    assert used.status_code == 200


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
