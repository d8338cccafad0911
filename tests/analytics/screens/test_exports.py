from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analytics.exports.options import Population, Privacy, Status
from analytics.models import Export, ExportDownload
from analytics.models.export import CANCELLED, RUNNING
from tests import journey
from tests.cast import Cast
from tests.exported import written

pytestmark = pytest.mark.django_db(transaction=True)


def page(client: Client, name: str = "exports", *arguments: Any) -> str:
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, **given: Any) -> Any:
    return client.post(reverse("exports"), given)


def test_every_choice_is_offered(cast: Cast, client: Client) -> None:
    client.force_login(cast.data_manager)
    shown = page(client)
    for value in ("wide", "xlsx", "odm", *Population, *Status, *Privacy):
        assert f'<option value="{value}"' in shown
    assert 'name="forms" value="pain"' in shown
    assert 'name="visits" value="U"' in shown
    assert "There is none yet." in shown


def test_the_rows_are_counted_before(cast: Cast, client: Client) -> None:
    journey.with_outcomes(cast)
    client.force_login(cast.data_manager)
    counted = send(
        client, move="count", shape="wide", format="csv", forms=["pain", "motion"]
    ).content.decode()
    assert "<strong>1</strong> row now" in counted
    assert 'value="wide" selected' in counted
    assert 'name="forms" value="motion" checked' in counted
    of_casebooks = send(client, move="count", shape="wide", format="odm").content.decode()
    assert "<strong>1</strong> participant now" in of_casebooks
    assert not Export.objects.exists()


def test_what_cannot_be_counted_is_said_in_the_page(cast: Cast, client: Client) -> None:
    client.force_login(cast.data_manager)
    answer = send(client, move="count", seal="99")
    assert answer.status_code == 200
    assert "There is no seal number 99." in answer.content.decode()
    answer = send(client, shape="square")
    assert answer.status_code == 422
    assert "is not possible for “shape”" in answer.content.decode()
    assert send(client, day="yesterday").status_code == 400


def test_an_export_is_asked_for_and_followed(cast: Cast, client: Client) -> None:
    journey.with_outcomes(cast)
    client.force_login(cast.data_manager)
    asked = send(client, shape="wide", format="csv", status="complete", forms=["pain"], spreadsheet_safe="1")
    made = Export.objects.get()
    assert asked["Location"] == reverse("export", args=[made.pk])
    assert made.choices["forms"] == ["pain"]
    shown = page(client, "export", made.pk)
    assert "Wide, CSV, with scripts for R and Python, complete forms only, forms: pain" in shown
    assert 'hx-trigger="every 2s"' in shown
    assert "Cancel the export" in shown
    Export.objects.update(state=RUNNING, expected=200, written=50)
    shown = page(client, "export", made.pk)
    assert '<progress max="100" value="25"' in shown
    assert "50 of 200 rows" in shown


def test_it_is_cancelled_by_who_asked(cast: Cast, client: Client) -> None:
    client.force_login(cast.data_manager)
    send(client)
    number = Export.objects.get().pk
    assert client.post(reverse("export", args=[number])).status_code == 302
    assert Export.objects.get().state == CANCELLED
    again = client.post(reverse("export", args=[number]))
    assert (again.status_code, "nothing to cancel" in again.content.decode()) == (409, True)


def test_one_that_is_ready_is_downloaded_and_that_is_shown(cast: Cast, client: Client) -> None:
    journey.with_outcomes(cast)
    client.force_login(cast.data_manager)
    export = written(cast.data_manager, privacy="shifted dates")
    shown = page(client, "export", export.pk)
    assert export.sha256 in shown
    assert "long.csv" in shown
    assert "fields are altered or left out" in shown
    taken = client.get(reverse("export-file", args=[export.pk]))
    assert len(taken.getvalue()) == export.size
    assert export.name in taken["Content-Disposition"]
    assert ExportDownload.objects.get().by == cast.data_manager
    assert "Downloaded" in page(client, "export", export.pk)
    assert export.sha256[:12] in page(client)


def test_one_that_failed_says_why(cast: Cast, client: Client) -> None:
    client.force_login(cast.data_manager)
    export = written(cast.data_manager, seal=99)
    assert "There is no seal number 99." in page(client, "export", export.pk)


def test_exports_of_others_are_there_when_one_could_make_them(cast: Cast, client: Client) -> None:
    export = written(cast.investigator)
    for person, status in (("data_manager", 200), ("southern_investigator", 404), ("monitor", 404)):
        client.force_login(getattr(cast, person))
        assert client.get(reverse("export", args=[export.pk])).status_code == status


@pytest.mark.parametrize("role", ["monitor", "administrator", "stranger", "former"])
def test_who_may_not_export_is_refused(cast: Cast, client: Client, role: str) -> None:
    client.force_login(getattr(cast, role))
    assert client.get(reverse("exports")).status_code == 403
    assert send(client).status_code == 403
