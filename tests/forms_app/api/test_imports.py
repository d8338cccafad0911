"""A file brought in by a program: sent, its columns decided, judged, saved."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from forms_app.models import Import
from forms_app.services import imports as service
from tests import journey
from tests.cast import Cast
from trial.models import Pain, User

pytestmark = pytest.mark.django_db


def program(who: User) -> APIClient:
    client = APIClient()
    client.force_login(who)
    return client


def sent(client: APIClient, content: str, name: str = "pain.csv") -> dict[str, object]:
    file = SimpleUploadedFile(name, content.encode(), "text/csv")
    answer = client.post(reverse("api-imports"), {"file": file}, format="multipart")
    assert answer.status_code == 201, answer.content
    told: dict[str, object] = answer.json()
    return told


def run(number: object) -> None:
    assert isinstance(number, int)
    while service.run(number=number):
        pass


def test_a_file_goes_all_the_way(cast: Cast) -> None:
    participant = journey.eligible(cast)
    journey.attend(cast.coordinator, participant, "BL")
    client = program(cast.coordinator)
    told = sent(client, f"participant,visit,nrs_avg24,mood\n{participant.code},BL,7,good\n")
    assert (told["state"], told["kind"], told["separator"]) == ("columns to be checked", "table", "comma")
    judging = reverse("api-import-judging", args=[told["number"]])
    answer = client.post(judging, {"contact_mode": ""})
    assert (answer.status_code, answer.json()["detail"].endswith("mood.")) == (422, True)
    columns = {"participant": "participant", "visit": "visit", "nrs_avg24": "nrs_avg24", "mood": ""}
    answer = client.post(judging, {"table": "pain", "columns": columns})
    assert (answer.status_code, answer.json()["state"]) == (202, "being judged")
    run(told["number"])
    one = reverse("api-import", args=[told["number"]])
    assert client.get(one).json()["counts"]["record"] == {"new": 1}
    assert not Pain.objects.exists()
    saving = reverse("api-import-saving", args=[told["number"]])
    assert client.post(saving, {"reason": ""}).status_code == 422
    assert client.post(saving, {"reason": "Paper", "skips": "yes"}).status_code == 400
    assert client.post(saving, {"reason": "Paper"}).status_code == 202
    run(told["number"])
    assert client.get(one).json()["state"] == "saved"
    assert Pain.objects.get().nrs_avg24 == 7


def test_what_is_refused_comes_in_pages_and_a_file_is_thrown_away(cast: Cast) -> None:
    participant = journey.eligible(cast)
    journey.attend(cast.coordinator, participant, "BL")
    client = program(cast.coordinator)
    told = sent(client, f"participant,visit,nrs_avg24,nrs_now\n{participant.code},BL,17,x\n")
    client.post(reverse("api-import-judging", args=[told["number"]]), {})
    run(told["number"])
    address = reverse("api-import-refused", args=[told["number"]])
    first = client.get(address, {"limit": 1}).json()
    assert [(each["row"], each["column"]) for each in first["results"]] == [(2, "nrs_avg24")]
    second = client.get(first["next"]).json()
    assert [(each["row"], each["column"]) for each in second["results"]] == [(2, "nrs_now")]
    assert second["next"] is None
    assert client.get(second["previous"]).json()["results"] == first["results"]
    saving = reverse("api-import-saving", args=[told["number"]])
    assert client.post(saving, {"reason": "Paper"}).status_code == 409
    assert client.delete(reverse("api-import", args=[told["number"]])).json()["state"] == "discarded"
    assert Import.objects.get().content is None


def test_nobody_sees_the_import_of_somebody_else(cast: Cast) -> None:
    told = sent(program(cast.coordinator), "participant,participant_state\n01-001,screening\n", "people.csv")
    other = program(cast.investigator)
    for name in ("api-import", "api-import-refused"):
        assert other.get(reverse(name, args=[told["number"]])).status_code == 404
    assert other.post(reverse("api-import-judging", args=[told["number"]]), {}).status_code == 404
    assert other.get(reverse("api-imports")).json()["results"] == []


@pytest.mark.parametrize(
    ("content", "number"), [("participant,visit\n01-001\xff", 775), ("", 773), ("<ODM", None)]
)
def test_what_cannot_be_read_is_a_problem_of_the_catalogue(
    cast: Cast, content: str, number: int | None
) -> None:
    file = SimpleUploadedFile("x.csv", content.encode("latin-1") or b" ", "text/csv")
    answer = program(cast.coordinator).post(reverse("api-imports"), {"file": file}, format="multipart")
    assert answer.status_code == (422 if number else 201)


def test_what_stands_before_decimals_is_said_and_remembered(cast: Cast) -> None:
    participant = journey.consented(cast)
    client = program(cast.coordinator)
    content = f"participant;visit;weight\n{participant.code};SCR;70,500\n"
    told = sent(client, content, "demographics.csv")
    judging = reverse("api-import-judging", args=[told["number"]])
    answer = client.post(judging, {"decimal": ","})
    assert (answer.status_code, "point, comma" in answer.json()["detail"]) == (400, True)
    assert client.post(judging, {}).status_code == 202
    run(told["number"])
    refused = reverse("api-import-refused", args=[told["number"]])
    (line,) = client.get(refused).json()["results"]
    assert (line["row"], line["column"], line["value"]) == (2, "weight", "70,500")
    assert client.post(judging, {"decimal": "comma"}).status_code == 202
    run(told["number"])
    assert client.get(refused).json()["results"] == []
    again = sent(client, content, "demographics.csv")
    assert again["choices"]["decimal"] == "comma"  # type: ignore[index]


def test_lists_cost_the_same_however_long_they_are(cast: Cast) -> None:
    client = program(cast.coordinator)

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def refused(rows: int) -> str:
        lines = "".join(f"09-{number:03},screening\n" for number in range(1, rows + 1))
        number = sent(client, f"participant,participant_state\n{lines}", "participants.csv")["number"]
        assert client.post(reverse("api-import-judging", args=[number]), {}).status_code == 202
        run(number)
        return reverse("api-import-refused", args=[number])

    one, many = refused(1), refused(30)
    assert cost(one) == cost(many)
    few = cost(reverse("api-imports"))
    for _ in range(5):
        sent(client, "a,b\n1,2\n")
    assert cost(reverse("api-imports")) == few
