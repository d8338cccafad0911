import re

import pytest
from django.test import Client

from tests import journey
from tests.analytics.exports.files_read import parsed
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("shape", ["long", "wide"])
def test_the_data_come_as_csv_with_their_count(cast: Cast, client: Client, shape: str) -> None:
    journey.with_outcomes(cast)
    client.force_login(cast.statistician)
    answer = client.get(f"/api/v1/exports/{shape}.csv")
    rows = parsed(answer.getvalue())
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert answer["Fascicle-Rows"] == str(len(rows)) == rows[0]["rows_in_file"]
    assert re.fullmatch(r"\d+/\d+:\d+:[\d,]*", answer["Fascicle-Position"])


@pytest.mark.parametrize(
    ("query", "begins"), [("", b"study"), ("?excel=0", b"study"), ("?excel=1", b"\xef\xbb\xbf")]
)
def test_text_is_altered_only_when_asked(cast: Cast, client: Client, query: str, begins: bytes) -> None:
    client.force_login(cast.statistician)
    answer = client.get(f"/api/v1/exports/wide.csv{query}")
    assert answer.getvalue().startswith(begins)


@pytest.mark.parametrize("accept", ["text/csv", "*/*", "application/json"])
def test_any_accept_header_gets_the_file_and_a_refusal_in_json(
    cast: Cast, client: Client, accept: str
) -> None:
    client.force_login(cast.statistician)
    answer = client.get("/api/v1/exports/long.csv", headers={"Accept": accept})
    answer.getvalue()
    assert answer.status_code == 200
    client.force_login(cast.monitor)
    refused = client.get("/api/v1/exports/long.csv", headers={"Accept": accept})
    assert (refused.status_code, refused.json()["code"]) == (403, "right")


def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    assert client.get("/api/v1/exports/long.csv").status_code == 401
