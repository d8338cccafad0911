"""Images at the door: who may, what is refused, and what lies on the disk afterwards."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from forms_app.models import Attachment
from forms_app.services import attachments, records
from tests import answers, client, journey
from tests.cast import Cast
from tests.forms_app.images import made
from trial.access import RIGHTS, Right, Role
from trial.lifecycle import COMPLETE, IN_PROGRESS
from trial.models import Event, Record, User
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db

REASON = "Taken from the scanner later"
WHERE = "/visits/INJ/forms/injection/attachments/"


@pytest.fixture
def record(cast: Cast) -> Record:
    return Record.objects.get(participant=journey.injected(cast), form="injection")


def add(by: User, record: Record, content: bytes = b"", **more: Any) -> Attachment:
    said: dict[str, Any] = {"kind": "ULTRASOUND", "confirmed": True, "reason": REASON, **more}
    return attachments.add(by=by, record=record, content=content or made.png(), **said)


def refused(act: Any, *arguments: Any, **more: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act(*arguments, **more)
    return caught.value


def page(record: Record, *more: Any, name: str = "attachments") -> str:
    return reverse(name, args=[record.participant.code, "INJ", "injection", *more])


def browser(user: User) -> Client:
    browsing = Client()
    browsing.force_login(user)
    return browsing


def sent(content: bytes, name: str = "a.png", **more: str) -> dict[str, Any]:
    said = {"kind": "ULTRASOUND", "confirmed": "yes", "reason": REASON, **more}
    return {"file": SimpleUploadedFile(name, content), **said}


# The service


@pytest.mark.parametrize("content", [made.png(), made.jpeg(), made.dicom()], ids=["png", "jpeg", "dicom"])
def test_what_lies_on_the_disk_names_nobody(cast: Cast, record: Record, folder: Path, content: bytes) -> None:
    stored = add(cast.investigator, record, content)
    (file,) = folder.iterdir()
    assert file.name == str(stored.stored_as)
    assert not made.names_in(file.read_bytes())
    assert stored.size == file.stat().st_size


def test_who_added_an_image_stands_in_the_ledger(cast: Cast, record: Record) -> None:
    stored = add(cast.coordinator, record, caption=" L3-4 left ")
    event = Event.objects.get(table_name="forms_app_attachment")
    assert (event.actor_id, event.record_id, event.operation) == (cast.coordinator.pk, record.pk, "insert")
    assert event.row["caption"] == stored.caption == "L3-4 left"


@pytest.mark.parametrize("role", [role for role in Role if Right.ENTER_DATA not in RIGHTS[role]])
def test_who_may_not_enter_data_may_not_add_or_remove(cast: Cast, record: Record, role: Role) -> None:
    assert refused(add, cast.with_role(role), record).code == "right"
    stored = add(cast.investigator, record)
    refusal = refused(attachments.remove, by=cast.with_role(role), attachment=stored, reason="wrong")
    assert refusal.code == "right"


def test_another_site_may_not_add(cast: Cast, record: Record) -> None:
    assert refused(add, cast.southern_investigator, record).code == "right"


def test_without_the_word_of_a_person_nothing_is_stored(cast: Cast, record: Record, folder: Path) -> None:
    assert refused(add, cast.investigator, record, confirmed=False).code == "image_unconfirmed"
    assert not folder.exists()


@pytest.mark.parametrize("said", [{"icimg": "N"}, {"icimg": None}], ids=["no", "unanswered"])
def test_who_did_not_agree_to_images_has_none(cast: Cast, folder: Path, said: dict[str, Any]) -> None:
    record = Record.objects.get(participant=journey.injected(cast), form="injection")
    day = journey.day_of(record.participant, "SCR")
    declined = answers.consent(day, **said)
    journey.save(cast.investigator, record.participant, "SCR", "consent", declined, 1, reason="read again")
    refusal = refused(add, cast.investigator, record)
    assert refusal.code == "image_consent"
    assert record.participant.code in refusal.sentence
    assert not folder.exists()
    assert not Attachment.objects.exists()


def test_a_removed_record_takes_no_image(cast: Cast, record: Record) -> None:
    records.remove(by=cast.investigator, record=record, expected_version=record.version, reason="a mistake")
    assert refused(add, cast.investigator, record).code == "record_removed"


def test_a_complete_record_takes_an_image_with_a_reason(cast: Cast, record: Record, folder: Path) -> None:
    assert record.state == COMPLETE
    assert refused(add, cast.investigator, record, reason=" ").code == "reason_missing"
    assert not folder.exists()
    add(cast.investigator, record, reason="Found later")
    assert Event.objects.get(table_name="forms_app_attachment").reason == "Found later"


def test_a_record_in_progress_takes_an_image_without_a_reason(cast: Cast, folder: Path) -> None:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    begun = journey.save(cast.investigator, participant, "INJ", "injection", answers.form({"injperf": "Y"}))
    assert begun.record.state == IN_PROGRESS
    add(cast.investigator, begun.record, reason="")


def test_a_kind_that_nobody_knows_and_a_caption_too_long_are_refused(cast: Cast, record: Record) -> None:
    assert refused(add, cast.investigator, record, kind="X-RAY").code == "image_not_sent"
    refusal = refused(add, cast.investigator, record, caption="x" * 201)
    assert "caption" in refusal.extra["errors"]


def test_a_file_above_the_limit_is_refused(cast: Cast, record: Record, settings: Settings) -> None:
    settings.ATTACHMENT_MB = 0
    assert refused(add, cast.investigator, record).code == "image_too_large"


def test_a_file_that_cannot_be_written_leaves_no_row(
    cast: Cast, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("forms_app.images.store.write", full)
    with pytest.raises(OSError, match="No space"):
        add(cast.investigator, record)
    assert not Attachment.objects.exists()


def test_an_image_is_taken_out_of_use_with_a_reason_and_kept(
    cast: Cast, record: Record, folder: Path
) -> None:
    stored = add(cast.investigator, record)
    refusal = refused(attachments.remove, by=cast.investigator, attachment=stored, reason=" ")
    assert refusal.code == "image_reason"
    attachments.remove(by=cast.investigator, attachment=stored, reason="The name is seen")
    assert Attachment.objects.get().removed
    assert (folder / str(stored.stored_as)).exists()
    event = Event.objects.filter(table_name="forms_app_attachment").latest("id")
    assert event.reason == "The name is seen"
    again = refused(attachments.remove, by=cast.investigator, attachment=stored, reason="again")
    assert again.code == "image_removed"


# The screens


def test_an_image_is_added_on_its_page(cast: Cast, record: Record, folder: Path) -> None:
    browsing = browser(cast.coordinator)
    answer = browsing.post(page(record), sent(made.dicom(), "Synthetica Zebrafish.exe", caption="L3-4"))
    assert answer.status_code == 302
    assert not made.names_in((folder / str(Attachment.objects.get().stored_as)).read_bytes())
    shown = browsing.get(page(record)).content.decode()
    assert "Ultrasound, image 1" in shown
    assert "Zebrafish" not in shown


def test_the_page_of_a_complete_record_asks_for_the_reason(cast: Cast, record: Record) -> None:
    browsing = browser(cast.investigator)
    answer = browsing.post(page(record), sent(made.png(), reason=""))
    assert answer.status_code == 422
    assert "Say why it changes" in answer.content.decode()
    assert 'id="reason"' in browsing.get(page(record)).content.decode()


def test_an_upload_stays_in_memory(
    cast: Cast, record: Record, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    large = made.png() + b"\0" * (3 * 1024 * 1024)
    assert browser(cast.investigator).post(page(record), sent(large)).status_code == 302


def test_what_is_too_large_is_dropped_and_told(cast: Cast, record: Record, settings: Settings) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = browser(cast.investigator).post(page(record), sent(made.png() + b"\0" * 2000))
    assert answer.status_code == 413
    assert "20 MB" in answer.content.decode()


def test_a_refused_image_keeps_what_was_said_of_it(cast: Cast, record: Record) -> None:
    answer = browser(cast.investigator).post(page(record), sent(b"%PDF-1.7", "a.png", caption="L3-4 left"))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "No image that can be kept" in shown
    assert 'value="L3-4 left"' in shown
    assert 'value="ULTRASOUND" required checked' in shown


def test_no_file_is_told(cast: Cast, record: Record) -> None:
    answer = browser(cast.investigator).post(page(record), {"kind": "ULTRASOUND", "confirmed": "yes"})
    assert "No image chosen" in answer.content.decode()


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "/absolute.png", "a\\b.png", "x" * 5000])
def test_the_name_of_a_file_leads_nowhere(cast: Cast, record: Record, folder: Path, name: str) -> None:
    boundary = "frontier"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in {"kind": "OTHER", "confirmed": "yes", "reason": REASON}.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = b"".join([*parts, head.encode(), made.png(), f"\r\n--{boundary}--\r\n".encode()])
    address = page(record)
    browser(cast.investigator).post(address, body, f"multipart/form-data; boundary={boundary}")
    stored = {str(each.stored_as) for each in Attachment.objects.all()}
    lying = {path.name for path in folder.iterdir()} if folder.exists() else set()
    assert lying == stored


def test_an_image_leaves_sealed(cast: Cast, record: Record) -> None:
    add(cast.investigator, record)
    add(cast.investigator, record, made.dicom())
    browsing = browser(cast.monitor)
    for number, media_type, disposition in (
        (1, "image/png", "inline"),
        (2, "application/dicom", "attachment"),
    ):
        answer = browsing.get(page(record, number, name="attachment"))
        assert answer["Content-Type"] == media_type
        code = record.participant.code
        assert answer["Content-Disposition"].startswith(f'{disposition}; filename="{code}-INJ-ultrasound-')
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["Cache-Control"] == "private, no-cache"
        again = browsing.get(
            page(record, number, name="attachment"), headers={"If-None-Match": answer["ETag"]}
        )
        assert (again.status_code, again.content) == (304, b"")


def test_a_thumbnail_is_drawn_or_says_why_not(cast: Cast, record: Record) -> None:
    add(cast.investigator, record, made.dicom())
    frame = made.jpeg(made.ramp().convert("L")).replace(b"\xff\xc0", b"\xff\xc3", 1)
    add(cast.investigator, record, made.encapsulated(frame, "1.2.840.10008.1.2.4.70"))
    browsing = browser(cast.monitor)
    drawn, sentence = (browsing.get(page(record, number, name="attachment-thumbnail")) for number in (1, 2))
    assert drawn.content.startswith(b"\x89PNG")
    assert sentence["Content-Type"] == "image/svg+xml"
    assert b"No preview" in sentence.content
    assert drawn["Cache-Control"] == sentence["Cache-Control"] == "private, no-cache"


def test_an_image_taken_out_is_listed_and_not_shown(cast: Cast, record: Record) -> None:
    add(cast.investigator, record)
    add(cast.investigator, record)
    browsing = browser(cast.investigator)
    address = page(record, 1, name="attachment-remove")
    assert browsing.post(address, {"reason": ""}).status_code == 422
    assert browsing.post(address, {"reason": "The name is seen"}).status_code == 302
    assert "Taken out of use" in browsing.get(page(record)).content.decode()
    for name in ("attachment", "attachment-thumbnail"):
        assert browsing.get(page(record, 1, name=name)).status_code == 404
        assert browsing.get(page(record, 2, name=name)).status_code == 200


def test_a_file_that_changed_on_the_disk_is_not_served(cast: Cast, record: Record, folder: Path) -> None:
    stored = add(cast.investigator, record)
    (folder / str(stored.stored_as)).write_bytes(made.png())
    answer = browser(cast.monitor).get(page(record, 1, name="attachment"))
    assert answer.status_code == 500
    assert "administrator" in answer.content.decode()


def test_another_sites_images_are_not_there(cast: Cast, record: Record) -> None:
    add(cast.investigator, record)
    browsing = browser(cast.southern_investigator)
    addresses = [
        page(record),
        page(record, 1, name="attachment"),
        page(record, 1, name="attachment-thumbnail"),
    ]
    assert [browsing.get(address).status_code for address in addresses] == [404, 404, 404]


def test_a_form_without_images_has_no_page_for_them(cast: Cast, record: Record) -> None:
    address = reverse("attachments", args=[record.participant.code, "SCR", "consent"])
    assert browser(cast.investigator).get(address).status_code == 404


def test_the_page_costs_the_same_for_one_image_and_for_many(
    cast: Cast, record: Record, django_assert_num_queries: Any
) -> None:
    add(cast.investigator, record)
    browsing = browser(cast.monitor)
    with CaptureQueriesContext(connection) as captured:
        browsing.get(page(record))
    for _ in range(3):
        add(cast.investigator, record)
    with django_assert_num_queries(len(captured)):
        browsing.get(page(record))


# The API


def upload(user: User, record: Record, content: bytes, **more: Any) -> Any:
    return client.client(user).post(
        f"/api/v1/participants/{record.participant.code}{WHERE}", sent(content, **more), format="multipart"
    )


def test_a_program_sends_lists_fetches_and_removes(cast: Cast, record: Record) -> None:
    answer = upload(cast.investigator, record, made.dicom(), caption="L3-4")
    assert answer.status_code == 201
    address = record.participant.code + WHERE
    assert client.get(cast.monitor, address).json()["results"] == [answer.json()]
    file = client.get(cast.monitor, address + "1/")
    gone = client.client(cast.monitor).get(client.ROOT + address + "1/", headers={"If-Match": '"1"'})
    client.problem(gone, 412, "version_stale")
    assert not made.names_in(file.content)
    assert file["Content-Disposition"].startswith("attachment")
    refusal = client.delete(cast.investigator, address + "1/", {"reason": ""})
    client.problem(refusal, 422, "image_reason")
    removed = client.delete(cast.investigator, address + "1/", {"reason": "The name is seen"})
    assert removed.json()["removed"] is True
    client.problem(client.get(cast.monitor, address + "1/"), 404, "not_found")


def test_a_program_is_told_what_is_wrong(cast: Cast, record: Record) -> None:
    address = record.participant.code + WHERE
    client.problem(client.post(cast.investigator, address, {}), 415, "image_form")
    client.problem(upload(cast.investigator, record, made.png(), confirmed="no"), 422, "image_unconfirmed")
    client.problem(upload(cast.investigator, record, made.png(), reason=""), 422, "reason_missing")
    client.problem(upload(cast.investigator, record, b"GIF89a"), 422, "image_unknown")
    client.problem(upload(cast.monitor, record, made.png()), 403, "right")
    client.problem(upload(cast.southern_investigator, record, made.png()), 404, "not_found")


def test_a_bomb_is_refused_by_the_api(cast: Cast, record: Record, folder: Path) -> None:
    client.problem(upload(cast.investigator, record, made.bomb(9000, 9000)), 422, "image_too_many_pixels")
    assert not folder.exists()


# The command


def test_the_check_tells_of_files_that_are_gone(cast: Cast, record: Record, folder: Path) -> None:
    whole, lost = (add(cast.investigator, record) for _ in range(2))
    said = StringIO()
    call_command("check_images", stdout=said)
    assert said.getvalue() == "2 images are whole.\n"
    (folder / str(lost.stored_as)).unlink()
    with pytest.raises(CommandError, match="1 of 2 images"):
        call_command("check_images", stderr=said)
    assert str(lost.stored_as) in said.getvalue()
    assert str(whole.stored_as) not in said.getvalue()
