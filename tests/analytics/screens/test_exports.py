import pytest
from django.test import Client
from django.urls import reverse

from forms_app.services import records
from tests import journey
from tests.analytics.exports.files_read import parsed
from tests.cast import Cast
from trial.models import Record

pytestmark = pytest.mark.django_db(transaction=True)


def page(client: Client) -> str:
    answer = client.get(reverse("exports"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_offers_every_shape_with_their_rows_and_excel_switched_on(
    cast: Cast, client: Client
) -> None:
    journey.consented(cast)
    client.force_login(cast.data_manager)
    shown = page(client)
    assert "<strong>10</strong> rows now" in shown
    assert "<strong>1</strong> row now" in shown
    assert shown.count('name="excel" value="1" checked') == 3
    assert "drugs have no fixed number of columns" in shown


def test_it_says_how_many_removed_records_are_left_out(cast: Cast, client: Client) -> None:
    journey.consented(cast)
    client.force_login(cast.data_manager)
    assert "No record of these sites was removed" in page(client)
    record = Record.objects.get(form="consent")
    records.remove(by=cast.investigator, record=record, expected_version=record.version, reason="Wrong")
    assert "1 removed record</strong> of these sites is left out" in page(client)


@pytest.mark.parametrize(("query", "begins"), [("?excel=1", b"\xef\xbb\xbf"), ("", b"study")])
def test_the_download_follows_the_choice(cast: Cast, client: Client, query: str, begins: bytes) -> None:
    journey.consented(cast)
    client.force_login(cast.data_manager)
    answer = client.get(reverse("export-download", args=["long"]) + query)
    whole = answer.getvalue()
    assert whole.startswith(begins)
    assert answer["Fascicle-Rows"] == str(len(parsed(whole))) == "10"
    assert "attachment" in answer["Content-Disposition"]


def test_a_shape_that_is_not_offered_is_not_found(cast: Cast, client: Client) -> None:
    client.force_login(cast.data_manager)
    assert client.get(reverse("export-download", args=["square"])).status_code == 404


@pytest.mark.parametrize("role", ["monitor", "administrator", "stranger", "former"])
def test_who_may_not_export_is_refused(cast: Cast, client: Client, role: str) -> None:
    client.force_login(getattr(cast, role))
    assert client.get(reverse("exports")).status_code == 403
    assert client.get(reverse("export-download", args=["long"])).status_code == 403
