"""Calls with an Idempotency-Key: they act once, whatever becomes of the answer, and for their person only."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from forms_app.models import CalendarFeed
from tests import answers, journey
from tests.cast import Cast
from tests.client import problem
from tests.forms_app.images import made
from tests.races import at_once, begun, open_transaction
from tests.sql import run, value
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import (
    ApiToken,
    Event,
    IdempotencyKey,
    Membership,
    Participant,
    Reach,
    Record,
    User,
    Webhook,
)
from trial.services import idempotency_keys, tokens
from trial.tasks import clear_sessions

pytestmark = pytest.mark.django_db(transaction=True)

PARTICIPANTS = "/api/v1/participants/"
PICTURE = made.png(made.ramp(64, 48))
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


def program(user: User) -> APIClient:
    """A program with a token of its own."""
    return APIClient(
        headers={"Authorization": f"Token {tokens.create(by=user)[1]}"}, raise_request_exception=False
    )


def send(client: APIClient, body: Any = None, key: str = KEY, **how: Any) -> Any:
    """Add a participant with a key."""
    sent = {"site": "01"} if body is None else body
    return client.post(PARTICIPANTS, sent, headers={"Idempotency-Key": key, **how.pop("headers", {})}, **how)


def pain_address(participant: Participant) -> str:
    return f"{PARTICIPANTS}{participant.code}/visits/BL/forms/pain/"


# Once


@pytest.mark.requirement("FAS.repeats")
def test_the_same_call_again_gets_the_same_answer_and_does_nothing(cast: Cast) -> None:
    coordinator = program(cast.coordinator)
    first, events = send(coordinator), Event.objects.count()
    again = send(coordinator)
    assert (first.status_code, "Idempotency-Replayed" in first) == (201, False)
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert (again.content, again["Content-Type"]) == (first.content, first["Content-Type"])
    assert (Participant.objects.count(), Event.objects.count()) == (1, events)


def test_the_version_that_was_answered_is_answered_again(cast: Cast) -> None:
    participant, investigator = journey.with_outcomes(cast), program(cast.investigator)
    body = journey.body(answers.pain(2), reason="read again")
    headers = {"If-Match": '"1"', "Idempotency-Key": KEY}
    first = investigator.put(pain_address(participant), body, headers=headers)
    again = investigator.put(pain_address(participant), body, headers=headers)
    assert (first["ETag"], again["ETag"]) == ('"2"', '"2"')
    # Without the key it would be told that the version has moved.
    problem(
        investigator.put(pain_address(participant), body, headers={"If-Match": '"1"'}), 412, "version_stale"
    )


def test_a_removal_is_repeated_like_everything_that_writes(cast: Cast) -> None:
    participant, investigator = journey.with_outcomes(cast), program(cast.investigator)
    headers = {"If-Match": '"1"', "Idempotency-Key": KEY}
    for _ in range(2):
        gone = investigator.delete(pain_address(participant), {"reason": "wrong person"}, headers=headers)
        assert gone.status_code == 200, gone.json()
    assert Record.objects.get(form="pain", visit__code="BL").version == 2


def test_another_key_and_no_key_act_each_time(cast: Cast) -> None:
    coordinator = program(cast.coordinator)
    send(coordinator, key="a")
    send(coordinator, key="b")
    coordinator.post(PARTICIPANTS, {"site": "01"})
    assert Participant.objects.count() == 3


def test_reading_with_a_key_is_reading(cast: Cast) -> None:
    coordinator = program(cast.coordinator)
    for _ in range(2):
        read = coordinator.get(PARTICIPANTS, headers={"Idempotency-Key": KEY})
        assert (read.status_code, "Idempotency-Replayed" in read) == (200, False)
    assert not IdempotencyKey.objects.exists()


def test_an_image_that_is_sent_again_is_stored_once(cast: Cast) -> None:
    participant, investigator = journey.injected(cast), program(cast.investigator)
    address = f"{PARTICIPANTS}{participant.code}/visits/INJ/forms/injection/attachments/"
    for boundary in ("aaaa", "bbbb"):
        content = _multipart(boundary, PICTURE)
        sent = investigator.post(
            address,
            content,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers={"Idempotency-Key": KEY},
        )
        assert sent.status_code == 201, sent.json()
    assert value("select count(*) from forms_app_attachment") == 1
    other = investigator.post(
        address,
        _multipart("cccc", made.png(made.ramp(48, 64))),
        content_type="multipart/form-data; boundary=cccc",
        headers={"Idempotency-Key": KEY},
    )
    problem(other, 422, "key_reused")


def _multipart(boundary: str, file: bytes) -> bytes:
    parts = {"kind": "OTHER", "confirmed": "yes", "reason": "the picture came late"}
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{said}\r\n'
        for name, said in parts.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    return "".join(lines).encode() + head.encode() + file + f"\r\n--{boundary}--\r\n".encode()


# Another call, another caller


@pytest.mark.parametrize("body", [{}, {"site": "02"}, {"site": "01", "x": 1}])
def test_a_key_that_came_with_another_body_is_refused(cast: Cast, body: dict[str, Any]) -> None:
    coordinator = program(cast.coordinator)
    send(coordinator)
    problem(send(coordinator, body), 422, "key_reused")
    assert Participant.objects.count() == 1


def test_a_key_that_came_with_another_address_or_method_is_refused(cast: Cast) -> None:
    participant, investigator = journey.with_outcomes(cast), program(cast.investigator)
    headers = {"If-Match": '"1"', "Idempotency-Key": KEY}
    body = {"reason": "wrong person"}
    address = pain_address(participant)
    assert investigator.delete(address, body, headers=headers).status_code == 200
    problem(investigator.delete(f"{address}?x=1", body, headers=headers), 422, "key_reused")
    problem(investigator.put(address, body, headers=headers), 422, "key_reused")
    problem(investigator.delete(address.replace("BL", "W1"), body, headers=headers), 422, "key_reused")


def test_a_key_is_of_the_person_and_of_the_token(cast: Cast) -> None:
    send(program(cast.coordinator))
    send(program(cast.coordinator))
    send(program(cast.investigator))
    assert Participant.objects.count() == 3


def test_a_browser_has_keys_of_its_own(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.coordinator)
    codes = {
        browser.post(
            PARTICIPANTS, '{"site": "01"}', content_type="application/json", headers={"Idempotency-Key": KEY}
        ).json()["code"]
        for _ in range(2)
    }
    assert codes == {"01-001"}


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "a\tb", "x" * 256])
def test_what_is_no_key_is_refused(cast: Cast, key: str) -> None:
    problem(send(program(cast.coordinator), key=key), 400, "key_malformed")
    assert not Participant.objects.exists()


def test_the_longest_key_is_taken(cast: Cast) -> None:
    assert send(program(cast.coordinator), key="~" * 255).status_code == 201


WEBHOOK = {
    "name": "Registry",
    "address": "https://hooks.example.org/told",
    "events": ["record.completed"],
    "reason": "The registry is told",
}


def test_an_address_that_shows_a_secret_takes_no_key(cast: Cast) -> None:
    manager = program(cast.data_manager)
    webhook = manager.post("/api/v1/webhooks/", {**WEBHOOK, "site": "01"}).json()
    secret = Webhook.objects.get().secret
    for address, body in (
        ("/api/v1/webhooks/", {**WEBHOOK, "site": "01"}),
        (f"/api/v1/webhooks/{webhook['number']}/secret/", {"reason": "It leaked"}),
        ("/api/v1/due/calendar/", {"site": "01"}),
    ):
        problem(manager.post(address, body, headers={"Idempotency-Key": KEY}), 400, "key_not_here")
    assert Webhook.objects.get().secret == secret
    assert not CalendarFeed.objects.exists()
    assert not IdempotencyKey.objects.exists()


# Rights


def test_who_is_not_signed_in_or_may_only_read_meets_that_first(cast: Cast) -> None:
    problem(send(APIClient(raise_request_exception=False)), 401, "not_signed_in")
    reading = tokens.create(by=cast.coordinator, scope=Reach.READ)[1]
    reader = APIClient(headers={"Authorization": f"Token {reading}"}, raise_request_exception=False)
    problem(send(reader), 403, "token_reads_only")


def test_a_browser_without_a_csrf_token_is_refused_with_a_key_too(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.coordinator)
    headers = {"Idempotency-Key": KEY}
    sent = browser.post(PARTICIPANTS, '{"site": "01"}', content_type="application/json", headers=headers)
    problem(sent, 403, "csrf")
    assert not Participant.objects.exists()


def test_who_may_not_is_refused_each_time_and_nothing_is_kept(cast: Cast) -> None:
    monitor = program(cast.monitor)
    for _ in range(2):
        problem(send(monitor), 403, "right")
    assert not IdempotencyKey.objects.exists()


def test_an_answer_is_not_shown_again_to_who_has_lost_the_role(cast: Cast) -> None:
    coordinator = program(cast.coordinator)
    send(coordinator)
    with attributed(by=COMMAND_LINE, reason="left"):
        Membership.objects.filter(user=cast.coordinator).update(ended_at=timezone.now())
    refused = problem(send(coordinator), 403, "key_rights")
    assert "01-001" not in json.dumps(refused)


def test_a_revoked_token_gets_no_kept_answer(cast: Cast) -> None:
    coordinator = program(cast.coordinator)
    send(coordinator)
    ApiToken.objects.all().delete()
    problem(send(coordinator), 401, "not_signed_in")


# What was refused, and what failed


def test_a_refusal_is_not_kept_so_the_call_can_be_mended(cast: Cast) -> None:
    coordinator = program(cast.coordinator)
    problem(send(coordinator, {"site": "99"}), 400, "malformed")
    assert send(coordinator).status_code == 201


def test_what_a_refused_call_has_counted_stays_counted(cast: Cast) -> None:
    """Otherwise a key would be a way around the lock-out of who guesses passwords."""
    participant, investigator = journey.with_outcomes(cast), program(cast.investigator)
    counted = "select coalesce(sum(number), 0) from trial_tally"
    for guess in range(3):
        refused = investigator.post(
            f"{pain_address(participant)}signatures/",
            {"meaning": "authorship", "password": f"guess {guess}", "code": "000000", "sign": "x" * 64},
            headers={"Idempotency-Key": f"{guess}"},
        )
        assert 400 <= refused.status_code < 500
    without = value(counted)
    for guess in range(3):
        investigator.post(
            f"{pain_address(participant)}signatures/",
            {"meaning": "authorship", "password": f"guess {guess}", "code": "000000", "sign": "x" * 64},
        )
    assert value(counted) == 2 * without


FAIL = """
create function break_it() returns trigger language plpgsql as $$ begin {act} return new; end $$;
create trigger break_it before insert on {table} for each row execute function break_it()
"""
MEND = "drop trigger break_it on {table}; drop function break_it()"


@contextmanager
def broken(table: str, act: str) -> Iterator[None]:
    """The database does something when a row is added to a table."""
    run(FAIL.format(table=table, act=act), using="owner")
    try:
        yield
    finally:
        run(MEND.format(table=table), using="owner")


def test_what_failed_is_neither_done_nor_kept(cast: Cast) -> None:
    coordinator = program(cast.coordinator)
    with broken("trial_participant", "raise exception 'broken' using errcode = 'internal_error';"):
        assert send(coordinator).status_code == 500
    assert not IdempotencyKey.objects.exists()
    assert (send(coordinator).json()["code"], Participant.objects.count()) == ("01-001", 1)


@pytest.mark.parametrize("place", ["trial_idempotencykey", "trial_participant"])
def test_a_connection_that_is_killed_in_the_middle_leaves_nothing_and_the_call_is_made_once(
    cast: Cast, place: str
) -> None:
    """Also between the act and the keeping of its answer: they are one transaction."""
    coordinator = program(cast.coordinator)
    with broken(place, "perform pg_terminate_backend(pg_backend_pid());"):
        # The error may be of the transaction around the answer.
        with suppress(DatabaseError):
            assert send(coordinator).status_code == 500
        connection.close()
    assert not Participant.objects.exists()
    assert (send(coordinator).json()["code"], Participant.objects.count()) == ("01-001", 1)


CALL = """
import django; django.setup()
from rest_framework.test import APIClient
client = APIClient(headers={{"Authorization": "Token {token}"}})
headers = {{"Idempotency-Key": "{key}", "Host": "localhost"}}
client.post("{address}", {{"site": "01"}}, format="json", headers=headers)
"""


def test_a_process_that_is_killed_between_the_act_and_its_answer_acts_once(
    cast: Cast, test_database_environment: dict[str, str]
) -> None:
    token = tokens.create(by=cast.coordinator)[1]
    again = APIClient(headers={"Authorization": f"Token {token}"})
    call = CALL.format(token=token, address=PARTICIPANTS, key=KEY)
    # The participant is written, its answer not yet.
    with broken("trial_idempotencykey", "perform pg_sleep(3);"):
        process = subprocess.Popen([sys.executable, "-c", call], env=test_database_environment)
        is_there = "select exists (select from pg_stat_activity where wait_event = 'PgSleep')"
        while not value(is_there):
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
        process.wait()
        running = send(again)
        assert (problem(running, 409, "key_running")["code"], running["Retry-After"]) == ("key_running", "1")
        while value(is_there):
            time.sleep(0.05)
        time.sleep(0.2)
    assert not Participant.objects.exists()
    assert (send(again).status_code, Participant.objects.count()) == (201, 1)
    assert send(again)["Idempotency-Replayed"] == "true"


# At once


@pytest.mark.requirement("FAS.repeats")
def test_ten_at_once_act_once(cast: Cast) -> None:
    token = tokens.create(by=cast.coordinator)[1]

    def call() -> Any:
        return send(APIClient(headers={"Authorization": f"Token {token}"}))

    told = at_once(*[call] * 10)
    assert {answer.status_code for answer in told} <= {201, 409}
    assert sum(answer.status_code == 201 and "Idempotency-Replayed" not in answer for answer in told) == 1
    assert {answer.json()["code"] for answer in told if answer.status_code == 201} == {"01-001"}
    assert {answer.json()["code"] for answer in told if answer.status_code == 409} <= {"key_running"}
    assert Participant.objects.count() == 1


def test_a_call_that_is_under_way_is_not_waited_for(cast: Cast) -> None:
    token = tokens.create(by=cast.coordinator)[1]
    coordinator = APIClient(headers={"Authorization": f"Token {token}"})
    # Whoever adds somebody at the site holds it.
    with open_transaction(lambda: journey.added(cast)) as commit:
        first = begun(lambda: send(coordinator))
        assert first(0.5) is None
        refused = send(APIClient(headers={"Authorization": f"Token {token}"}))
        problem(refused, 409, "key_running")
        assert refused["Retry-After"] == "1"
        commit()
        assert first(10).json()["code"] == "01-002"
    assert Participant.objects.count() == 2


# A day


def test_a_key_lives_for_a_day(cast: Cast) -> None:
    coordinator = program(cast.coordinator)
    send(coordinator)
    IdempotencyKey.objects.update(kept_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert send(coordinator)["Idempotency-Replayed"] == "true"
    IdempotencyKey.objects.update(kept_at=timezone.now() - idempotency_keys.KEPT)
    assert (send(coordinator).json()["code"], send(coordinator).json()["code"]) == ("01-002", "01-002")


def test_what_is_a_day_old_is_deleted_by_night(cast: Cast) -> None:
    coordinator = program(cast.coordinator)
    send(coordinator, key="old")
    IdempotencyKey.objects.update(kept_at=timezone.now() - idempotency_keys.KEPT)
    send(coordinator, key="new")
    clear_sessions()
    assert [kept.key for kept in IdempotencyKey.objects.all()] == ["new"]


def test_a_body_that_is_too_large_to_be_compared_is_refused(cast: Cast) -> None:
    coordinator = program(cast.coordinator)
    answer = send(coordinator, headers={"Content-Length": str(10**9)})
    problem(answer, 413, "key_body")
