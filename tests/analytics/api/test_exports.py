import json
import zipfile
from io import BytesIO

import pytest

from analytics.models import Export, ExportDownload
from analytics.models.export import CANCELLED, READY, WAITING
from analytics.services import exports
from tests import client as api
from tests import journey
from tests.cast import Cast
from tests.exported import written

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = "/api/v1/exports/"


def file(number: int) -> str:
    return f"{ROOT}{number}/file/"


def test_an_export_is_asked_for_followed_and_fetched(cast: Cast) -> None:
    journey.with_outcomes(cast)
    client = api.client(cast.statistician)
    asked = client.post(ROOT, {"shape": "wide", "status": "complete"})
    number = asked.json()["number"]
    assert (asked.status_code, asked["Location"]) == (202, f"http://testserver{ROOT}{number}/")
    assert asked.json()["state"] == WAITING
    assert asked.json()["choices"]["status"] == "complete"
    exports.run(number=number)
    made = client.get(asked["Location"]).json()
    assert (made["state"], made["written"], made["problem"]) == (READY, made["expected"], "")
    fetched = client.get(file(number))
    whole = fetched.getvalue()
    assert (fetched.status_code, fetched["Content-Type"]) == (200, "application/zip")
    assert fetched["ETag"] == f'"{made["sha256"]}"'
    assert fetched["Content-Length"] == str(made["size"]) == str(len(whole))
    with zipfile.ZipFile(BytesIO(whole)) as archive:
        assert json.loads(archive.read("manifest.json")) == made["manifest"]
    (listed,) = client.get(ROOT).json()["results"]
    assert listed == {name: value for name, value in made.items() if name != "manifest"}


def test_a_download_that_was_cut_off_goes_on(cast: Cast) -> None:
    export, client = written(cast.statistician), api.client(cast.statistician)
    whole, tag = client.get(file(export.pk)).getvalue(), f'"{export.sha256}"'
    rest = client.get(file(export.pk), headers={"Range": "bytes=100-", "If-Range": tag})
    assert (rest.status_code, rest.getvalue()) == (206, whole[100:])
    assert rest["Content-Range"] == f"bytes 100-{len(whole) - 1}/{len(whole)}"
    part = client.get(file(export.pk), headers={"Range": "bytes=3-9"})
    assert (part.status_code, part.getvalue(), part["Content-Length"]) == (206, whole[3:10], "7")
    last = client.get(file(export.pk), headers={"Range": "bytes=-5"})
    assert (last.status_code, last.getvalue()) == (206, whole[-5:])
    assert list(ExportDownload.objects.values_list("first_byte", flat=True)) == [0, 100, 3, len(whole) - 5]
    assert set(ExportDownload.objects.values_list("by", flat=True)) == {cast.statistician.pk}


@pytest.mark.parametrize(
    "headers",
    [
        {"Range": "bytes=5-", "If-Range": '"of another file"'},
        {"Range": "rows=5-"},
        {"Range": "bytes=9-3"},
        {"Range": "bytes=0-1,5-9"},
        {"Range": "bytes=-"},
    ],
)
def test_what_is_no_stretch_of_this_file_gets_the_whole(cast: Cast, headers: dict[str, str]) -> None:
    export, client = written(cast.statistician), api.client(cast.statistician)
    answer = client.get(file(export.pk), headers=headers)
    assert (answer.status_code, len(answer.getvalue())) == (200, export.size)


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_what_lies_behind_the_end_is_refused_with_the_size(cast: Cast, asked: str) -> None:
    export, client = written(cast.statistician), api.client(cast.statistician)
    answer = client.get(file(export.pk), headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{export.size}")
    assert not ExportDownload.objects.exists()


def test_who_has_the_file_is_sent_nothing_and_who_wants_another_is_refused(cast: Cast) -> None:
    export, client = written(cast.statistician), api.client(cast.statistician)
    known = client.get(file(export.pk), headers={"If-None-Match": f'"{export.sha256}"'})
    assert (known.status_code, known.content) == (304, b"")
    api.problem(client.get(file(export.pk), headers={"If-Match": '"other"'}), 412, "version_stale")
    head = client.head(file(export.pk))
    assert (head.status_code, head["Content-Length"]) == (200, str(export.size))
    head.close()
    assert not ExportDownload.objects.exists()


def test_what_is_not_ready_has_no_file_and_what_is_cancelled_gets_none(cast: Cast) -> None:
    client = api.client(cast.statistician)
    number = client.post(ROOT, {}).json()["number"]
    api.problem(client.get(file(number)), 409, "export_not_ready")
    assert client.delete(f"{ROOT}{number}/").json()["state"] == CANCELLED
    assert exports.run(number=number) is None
    api.problem(client.delete(f"{ROOT}{number}/"), 409, "export_over")


def test_others_see_what_they_could_export_themselves_and_nothing_else(cast: Cast) -> None:
    export = written(cast.investigator)
    assert [each["number"] for each in api.client(cast.data_manager).get(ROOT).json()["results"]] == [
        export.pk
    ]
    for person in (cast.southern_investigator, cast.monitor, cast.administrator):
        api.problem(api.client(person).get(file(export.pk)), 404, "not_found")
        api.problem(api.client(person).get(f"{ROOT}{export.pk}/"), 404, "not_found")
        api.problem(api.client(person).delete(f"{ROOT}{export.pk}/"), 404, "not_found")
    api.problem(api.client(cast.data_manager).delete(f"{ROOT}{export.pk}/"), 404, "not_found")


def test_an_archive_of_the_ledger_is_there_only_for_who_may_read_the_ledger(cast: Cast) -> None:
    export = written(cast.data_manager, format="odm-archive")
    assert export.state == READY, export.problem
    assert api.client(cast.data_manager).get(ROOT).json()["results"]
    assert api.client(cast.statistician).get(ROOT).json()["results"] == []
    api.problem(api.client(cast.statistician).get(file(export.pk)), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"shape": "square"}, "export_value"),
        ({"colour": "red"}, "malformed"),
        ({"seal": 1, "position": "1/7:7:"}, "export_moment"),
        ({"format": "odm", "shape": "long"}, "export_shape"),
        ([], "malformed"),
    ],
)
def test_what_is_no_choice_is_refused(cast: Cast, body: object, code: str) -> None:
    answer = api.client(cast.statistician).post(ROOT, body)
    assert answer.json()["code"] == code
    assert not Export.objects.exists()


def test_who_may_not_export_is_refused(cast: Cast) -> None:
    for person in (cast.monitor, cast.administrator):
        api.problem(api.client(person).post(ROOT, {}), 403, "right")
        api.problem(api.client(person).get(ROOT), 403, "right")
