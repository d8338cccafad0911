"""The pages of an import: what they show, and what they cost however large the file."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forms_app.models import Import
from forms_app.services import imports as service
from tests import journey
from tests.cast import Cast
from trial.models import Pain, Participant, User

pytestmark = pytest.mark.django_db


def browser(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def sent(client: Client, content: str) -> Import:
    file = SimpleUploadedFile("pain.csv", content.encode(), "text/csv")
    answer = client.post(reverse("imports"), {"file": file})
    found = Import.objects.first()
    assert found is not None
    assert answer.headers["Location"] == reverse("import", args=[found.pk])
    return found


def judged(client: Client, content: str) -> Import:
    found = sent(client, content)
    chosen = {f"column-{place}": name for place, name in enumerate(found.columns)}
    answer = client.post(
        reverse("import", args=[found.pk]), {"move": "judge", "table": "pain", **chosen}, follow=True
    )
    assert b"being judged" in answer.content
    while service.run(number=found.pk):
        pass
    return found


def at_baseline(cast: Cast) -> Participant:
    participant = journey.eligible(cast)
    journey.attend(cast.coordinator, participant, "BL")
    return participant


def test_a_file_goes_all_the_way(cast: Cast) -> None:
    participant, client = at_baseline(cast), browser(cast.coordinator)
    found = judged(client, f"participant,visit,nrs_avg24\n{participant.code},BL,7\n")
    page = reverse("import", args=[found.pk])
    assert b"What would come of it" in client.get(page).content
    answer = client.post(page, {"move": "save", "reason": " "})
    assert (answer.status_code, b"A reason is needed" in answer.content) == (422, True)
    assert client.post(page, {"move": "save", "reason": "Paper forms"}).status_code == 302
    while service.run(number=found.pk):
        pass
    assert b"What came of it" in client.get(page).content
    assert Pain.objects.get().nrs_avg24 == 7


def test_a_column_that_is_not_decided_is_asked_for_again(cast: Cast) -> None:
    client = browser(cast.coordinator)
    found = sent(client, "participant,visit,nrs_avg24,mood\n01-001,BL,7,good\n")
    answer = client.post(reverse("import", args=[found.pk]), {"move": "judge", "table": "pain"})
    assert (answer.status_code, b"mood" in answer.content) == (422, True)
    answer = client.post(reverse("import", args=[found.pk]), {"move": "judge", "table": "motion"})
    assert b'value="rom_t1"' in answer.content


def test_the_report_as_a_file_runs_in_no_spreadsheet(cast: Cast) -> None:
    participant, client = at_baseline(cast), browser(cast.coordinator)
    found = judged(client, f"participant,visit,nrs_avg24\n{participant.code},BL,=1+1\n")
    answer = client.get(reverse("import-refused", args=[found.pk]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (line,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (line["row"], line["column"], line["value"]) == ("2", "nrs_avg24", "'=1+1")


def test_the_page_costs_the_same_however_large_the_file(cast: Cast) -> None:
    client = browser(cast.coordinator)
    people = [at_baseline(cast).code for _ in range(3)]

    def statements(codes: list[str]) -> int:
        rows = "".join(f"{code},BL,17\n" for code in codes)
        found = judged(client, "participant,visit,nrs_avg24\n" + rows)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("import", args=[found.pk])).status_code == 200
        return len(captured)

    assert statements(people[:1]) == statements(people) <= 15


def test_no_file_and_an_unknown_act_are_refused(cast: Cast) -> None:
    client = browser(cast.coordinator)
    answer = client.post(reverse("imports"))
    assert (answer.status_code, b"Choose a file" in answer.content) == (422, True)
    found = sent(client, "participant,visit\n01-001,BL\n")
    assert client.post(reverse("import", args=[found.pk]), {"move": "burn"}).status_code == 400
