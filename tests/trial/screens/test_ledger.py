"""The page of the seals, and the same in the API, for those who may read the audit trail."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests import sealing
from tests.cast import Cast
from tests.sealing import write
from tests.sql import run
from trial import tasks
from trial.audit import findings, journal, seals
from trial.models import Event, LedgerCheck, Seal

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def place(settings: "Settings", tmp_path: Path) -> None:
    sealing.own_place(settings, tmp_path)
    settings.ADMINS = [("admin", "admin@example.org")]


@pytest.fixture
def monitor(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.monitor)
    return client


def page(client: Client) -> str:
    return client.get(reverse("ledger")).content.decode()


def test_before_anything_is_sealed_the_page_says_so(monitor: Client) -> None:
    assert "Nothing is sealed yet." in page(monitor)
    assert "changes are not sealed yet" in page(monitor)
    assert "that has not happened yet" in page(monitor)


def test_the_page_shows_the_newest_seals(monitor: Client, cast: Cast) -> None:
    seals.seal_all()
    assert "Everything that was written is sealed." in page(monitor)
    assert Seal.objects.get().root[:16] in page(monitor)
    write(cast, "one")
    assert "1 change is not sealed yet" in page(monitor)


def test_what_waits_for_long_is_an_alarm(monitor: Client, cast: Cast) -> None:
    run("update trial_event set at = at - interval '5 minutes'", using="owner")
    assert "Seals come every five seconds: tell who runs the server." in page(monitor)


@pytest.mark.requirement("P11.10e", "E6.18")
def test_the_nightly_verification_is_kept_and_shown(monitor: Client, cast: Cast) -> None:
    tasks.seal()
    tasks.verify_ledger()
    check = LedgerCheck.objects.get()
    assert (check.seals, check.problems, check.events) == (1, 0, Event.objects.count())
    assert "all of it was as it was written: 1 seals" in page(monitor)
    assert mail.outbox == []


@pytest.mark.requirement("P11.10e", "E6.18")
def test_a_verification_that_finds_something_is_an_alarm(monitor: Client, cast: Cast) -> None:
    tasks.seal()
    run(
        "update trial_event set reason = 'another' where id = (select min(id) from trial_event)",
        using="owner",
    )
    tasks.verify_ledger()
    check = LedgerCheck.objects.get()
    assert check.problems == 1
    assert check.first_problem.endswith("changed. It is not what seal 1 holds.")
    (sent,) = mail.outbox
    assert sent.to == ["admin@example.org"]
    assert check.first_problem in sent.body
    assert "it was not as it was sealed: 1 wrong" in page(monitor)


@pytest.mark.requirement("P11.10e", "E6.18")
def test_a_verification_that_stops_naming_says_at_least_how_many(
    monitor: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "MOST", 1)
    run(
        "alter table trial_site disable trigger user; update trial_site set name = name || 'x'", using="owner"
    )
    run("alter table trial_site enable trigger user", using="owner")
    tasks.verify_ledger()
    check = LedgerCheck.objects.get()
    assert (check.problems, check.is_least) == (2, True)
    (sent,) = mail.outbox
    assert "not whole: at least 2 wrong." in sent.body
    assert "at least 2 wrong" in page(monitor)
    assert "More than 1 of the kind row are wrong" in page(monitor)


def test_the_roots_are_downloaded_as_they_are_kept(monitor: Client, cast: Cast, tmp_path: Path) -> None:
    seals.seal_all()
    answer = monitor.get(reverse("ledger-roots"))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    (tmp_path / "roots").write_bytes(content)
    assert [line.root for line in journal.lines(tmp_path / "roots")] == list(journal.roots())
    assert json.loads(content.splitlines()[0])["public_keys"] == journal.public_keys()
    assert answer["Content-Disposition"] == 'attachment; filename="TLFI-PILOT_roots.jsonl"'


def test_the_api_tells_the_newest_seals(monitor: Client, cast: Cast) -> None:
    assert monitor.get(reverse("api-ledger-seals")).json()["results"] == []
    seals.seal_all()
    told = monitor.get(reverse("api-ledger-seals")).json()["results"]
    assert told == [vars(root) for root in journal.roots()]
    assert monitor.get(reverse("api-ledger-seal", args=[1])).json() == told[0]
    ledger = monitor.get(reverse("api-ledger")).json()
    assert (ledger["newest_seal"], ledger["public_keys"]) == (told[0], journal.public_keys())


def test_seals_are_due_every_five_seconds_and_wait_behind_nothing_else(settings: "Settings") -> None:
    due = settings.CELERY_BEAT_SCHEDULE["seal"]
    assert (due["task"], due["schedule"], due["options"]) == (tasks.seal.name, 5.0, {"expires": 5.0})
    assert settings.CELERY_TASK_ROUTES[tasks.seal.name]["queue"] == "seals"
    assert settings.CELERY_BEAT_SCHEDULE["ledger"]["task"] == tasks.verify_ledger.name
