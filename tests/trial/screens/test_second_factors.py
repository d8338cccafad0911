"""The pages on which a person sets up, names and removes second factors."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import PASSWORD, Cast
from tests.second_factor import code_of, lose, wrong_code
from trial.models import Event, RecoveryCode, SecondFactor, User
from trial.models.challenge import Purpose
from trial.services import second_factors

pytestmark = pytest.mark.django_db(transaction=True)

APP_PAGE = "second-factor-app"


def shown_secret(client: Client) -> str:
    page = client.get(reverse(APP_PAGE)).content.decode()
    return re.search(r'class="secret">([^<]+)<', page)[1].replace(" ", "")  # type: ignore[index]


def set_up(client: Client, secret: str, **changes: Any) -> Any:
    given = {"new_code": pyotp.TOTP(secret).now(), "name": "Old telephone", "password": PASSWORD}
    return client.post(reverse(APP_PAGE), {**given, **changes})


def of(user: User) -> list[SecondFactor]:
    return list(second_factors.of(user))


@pytest.mark.requirement("P11.300")
def test_an_app_is_set_up_and_recovery_codes_are_shown_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    secret = shown_secret(client)
    page = set_up(client, secret)
    codes = re.findall(r"<code>([A-Z2-7-]{19})</code>", page.content.decode())
    assert len(set(codes)) == 10
    assert "no-store" in page.headers["Cache-Control"]
    (factor,) = of(cast.monitor)
    assert (factor.name, factor.kind) == ("Old telephone", "totp")
    assert codes[0] not in client.get(reverse("recovery-codes")).content.decode()
    listed = client.get(reverse("second-factors")).content.decode()
    assert "Old telephone" in listed
    assert "10 codes are left" in listed


def test_the_page_shows_the_same_key_until_it_is_taken(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    secret = shown_secret(client)
    assert set_up(client, secret, new_code="000").status_code == 422
    assert shown_secret(client) == secret
    set_up(client, secret)
    assert shown_secret(client) != secret


def test_the_picture_holds_the_key_and_is_kept_nowhere(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    assert client.get(reverse("second-factor-picture")).status_code == 404
    shown_secret(client)
    answer = client.get(reverse("second-factor-picture"))
    assert answer["Content-Type"] == "image/svg+xml"
    assert b"<svg" in answer.content
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.requirement("P11.300")
@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"new_code": "000"}, 422, "The code is not right"),
        ({"new_code": ""}, 422, "The code is not right"),
        ({"password": "a guess"}, 403, "does not prove that it is you"),
        ({"name": ""}, 400, "name: This field cannot be blank"),
        ({"name": "x" * 61}, 400, "at most 60 characters"),
    ],
)
def test_what_is_not_right_sets_nothing_up(
    cast: Cast, client: Client, changes: dict[str, str], status: int, words: str
) -> None:
    client.force_login(cast.monitor)
    answer = set_up(client, shown_secret(client), **changes)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert of(cast.monitor) == []


@pytest.mark.requirement("P11.300")
def test_a_further_one_needs_a_code_of_one_in_use(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    secret = shown_secret(client)
    assert set_up(client, secret).status_code == 403
    assert set_up(client, secret, code=wrong_code()).status_code == 403
    set_up(client, secret, code=code_of(cast.investigator))
    assert [factor.name for factor in of(cast.investigator)] == ["Phone", "Old telephone"]


def test_who_must_set_one_up_goes_on_from_there(cast: Cast, client: Client) -> None:
    lose(cast.investigator)
    client.force_login(cast.investigator)
    assert client.get(reverse("home")).headers["Location"] == reverse("second-factors")
    set_up(client, shown_secret(client))
    assert client.get(reverse("home")).status_code == 200


@pytest.mark.requirement("P11.300")
def test_one_is_removed_after_proof_and_serves_no_more(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    (factor,) = of(cast.investigator)
    page = reverse("second-factor-remove", args=[factor.pk])
    assert "Phone" in client.get(page).content.decode()
    assert client.post(page, {"password": PASSWORD}).status_code == 403
    code = code_of(cast.investigator)
    assert client.post(page, {"password": PASSWORD, "code": code}).status_code == 302
    assert of(cast.investigator) == []
    assert SecondFactor.objects.get(pk=factor.pk).secret == ""
    assert client.get(page).headers["Location"] == reverse("second-factors")


def test_nobody_removes_what_is_somebody_elses(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    (factor,) = of(cast.investigator)
    page = reverse("second-factor-remove", args=[factor.pk])
    assert client.get(page).status_code == 404
    assert client.post(page, {"password": PASSWORD}).status_code == 404
    assert of(cast.investigator) == [factor]


@pytest.mark.requirement("P11.300")
def test_new_recovery_codes_end_the_earlier_ones(cast: Cast, client: Client) -> None:
    earlier = second_factors.new_recovery_codes(by=cast.investigator)
    client.force_login(cast.investigator)
    page = reverse("recovery-codes")
    assert client.post(page, {"password": PASSWORD}).status_code == 403
    assert second_factors.proves(cast.investigator, code=earlier[0])
    shown = client.post(page, {"password": PASSWORD, "code": code_of(cast.investigator)}).content.decode()
    (code, *_others) = re.findall(r"<code>([A-Z2-7-]{19})</code>", shown)
    assert not second_factors.proves(cast.investigator, code=earlier[1])
    assert second_factors.proves(cast.investigator, code=code)


@pytest.mark.requirement("P11.300")
def test_the_owner_is_told_of_each_change(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    secret = shown_secret(client)
    set_up(client, secret)
    (factor,) = of(cast.monitor)
    SecondFactor.objects.update(counter=0)
    code = pyotp.TOTP(secret).now()
    client.post(reverse("second-factor-remove", args=[factor.pk]), {"password": PASSWORD, "code": code})
    assert [message.to for message in mail.outbox] == [["monitor@example.org"]] * 2
    added, removed = (message.body for message in mail.outbox)
    assert "“Old telephone” was added" in added
    assert "“Old telephone” was removed" in removed
    assert secret not in added


@pytest.mark.requirement("P11.300", "E6.19")
def test_the_audit_knows_of_each_change_and_of_no_secret(cast: Cast, client: Client) -> None:
    before = Event.objects.count()
    client.force_login(cast.monitor)
    secret = shown_secret(client)
    page = set_up(client, secret).content.decode()
    code = re.findall(r"<code>([A-Z2-7-]{19})</code>", page)[0]
    events = list(Event.objects.order_by("id")[before:])
    assert {event.reason for event in events} == {"second factor added", "recovery codes made"}
    assert {event.actor_id for event in events} == {cast.monitor.pk}
    stored = SecondFactor.objects.get(user=cast.monitor).secret
    kept = " ".join(str(event.row) for event in events)
    assert not re.search(f"{secret}|{re.escape(stored)}|{code[:4]}|hash", kept)
    assert secret not in stored


def test_a_use_is_no_change(cast: Cast) -> None:
    before = Event.objects.count()
    assert second_factors.proves(cast.investigator, code=code_of(cast.investigator))
    (factor,) = of(cast.investigator)
    assert factor.last_used_at is not None
    assert timezone.now() - factor.last_used_at < timedelta(minutes=1)
    assert Event.objects.count() == before


def test_wrong_proof_on_these_pages_locks_out_too(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    answers = [client.post(reverse("recovery-codes"), {"password": "a guess"}) for _each in range(6)]
    assert [answer.status_code for answer in answers] == [403, 403, 403, 403, 403, 429]
    assert not RecoveryCode.objects.exists()


def test_a_key_that_no_browser_made_is_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    page, challenge = reverse("second-factor-key"), reverse("second-factor-key-challenge")
    for made in ("", "{}", "[]", "null", "no json", '{"id": "AA", "rawId": "AA", "response": {}}'):
        assert client.post(challenge).json()["publicKey"]["rp"]["id"] == "testserver"
        answer = client.post(page, {"name": "Key", "password": PASSWORD, "made": made})
        assert answer.status_code == 422
        assert "The key was not taken" in answer.content.decode()
    assert of(cast.monitor) == []


def test_who_has_no_key_is_asked_for_none(cast: Cast, client: Client) -> None:
    addresses = [reverse("security-key-challenge", args=[purpose]) for purpose in Purpose]
    assert {client.post(address).status_code for address in addresses} == {404}
    client.force_login(cast.investigator)
    assert {client.post(address).status_code for address in addresses} == {404}
