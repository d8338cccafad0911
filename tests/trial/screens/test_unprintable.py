import pytest
from django.test import Client

from tests import journey
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "address",
    [
        "/?site=%00",
        "/?search=a%00b",
        "/participants/%00/",
        "/participants/01-001/visits/%00/",
        "/participants/01-001/visits/SCR/forms/%00/",
        "/static/%00",
    ],
)
def test_a_null_character_in_an_address_cannot_be_read(cast: Cast, client: Client, address: str) -> None:
    journey.added(cast)
    client.force_login(cast.investigator)
    answer = client.get(address)
    assert answer.status_code == 400
    assert "The request cannot be read" in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/account/tokens/%00/revoke/",
        "/participants/01-001/visits/SCR/forms/%00/remove/",
        "/participants/01-001/visits/%00/forms/consent/restore/",
    ],
)
def test_nor_can_one_that_is_sent_to(cast: Cast, client: Client, address: str) -> None:
    client.force_login(cast.investigator)
    assert client.post(address).status_code == 400


@pytest.mark.parametrize("address", ["/api/v1/participants/?site=%00", "/api/v1/participants/%00/"])
def test_the_api_says_so_as_a_problem(cast: Cast, client: Client, address: str) -> None:
    client.force_login(cast.investigator)
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "malformed"


def test_a_sign_that_only_looks_like_one_is_read(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    assert client.get("/?search=%2500").status_code == 200
