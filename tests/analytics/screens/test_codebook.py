import csv
import io
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override
from pypdf import PdfReader

from forms_app.reference import dictionary
from tests.cast import Cast
from tests.forms_app.paper.pdf import outline, squeezed, words
from trial.crf import registry
from trial.services import tokens

pytestmark = pytest.mark.django_db(transaction=True)


def download(client: Client, ending: str, language: str = "en") -> bytes:
    address = reverse("codebook-file", args=[ending])
    answer = client.get(address, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="TLFI-PILOT_codebook.{ending}"'
    return answer.content


def test_the_page_names_every_item(client: Client, cast: Cast) -> None:
    client.force_login(cast.statistician)
    page = client.get(reverse("codebook")).content.decode()
    assert all(f"<code>{entry.item}</code>" in page for entry in dictionary.entries())
    assert all(f"<code>{name}</code>" in page for name in ("participant_state", "W1_visit_date", "AVAL"))
    assert all(reverse("codebook-file", args=[ending]) in page for ending in ("pdf", "csv", "json"))


def test_who_sees_no_data_and_exports_none_reads_no_codebook(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    assert client.get(reverse("codebook")).status_code == 403
    assert client.get(reverse("codebook-file", args=["csv"])).status_code == 403


def test_csv_is_the_data_dictionary(client: Client, cast: Cast) -> None:
    client.force_login(cast.investigator)
    content = download(client, "csv").decode()
    assert content == dictionary.as_csv()
    assert len(list(csv.DictReader(io.StringIO(content)))) == len(list(dictionary.entries()))


def test_json_is_what_the_api_answers(client: Client, cast: Cast) -> None:
    client.force_login(cast.investigator)
    token = tokens.create(by=cast.investigator)[1]
    answer = Client().get(reverse("api-codebook"), headers={"Authorization": f"Token {token}"})
    assert (answer.status_code, answer.json()) == (200, json.loads(download(client, "json")))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_paper_has_every_form_and_item(client: Client, cast: Cast, language: str) -> None:
    client.force_login(cast.investigator)
    content = download(client, "pdf", language)
    text = words(content)
    assert all(squeezed(entry.item) in text for entry in dictionary.entries())
    with override(language):
        titles = [gettext(form.title) for form in registry.FORMS]
    *forms, shapes = outline(content)
    assert forms == titles
    assert shapes
    assert len(PdfReader(io.BytesIO(content)).pages) > 10


def test_another_ending_is_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.investigator)
    assert client.get(reverse("codebook-file", args=["docx"])).status_code == 404
