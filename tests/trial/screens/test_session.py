import re
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests import journey
from tests.cast import PASSWORD, Cast
from tests.second_factor import code_of, lose, wrong_code
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import RecoveryCode, User
from trial.screens import first_step
from trial.services import second_factors, tokens

pytestmark = pytest.mark.django_db(transaction=True)


def typed(client: Client, username: str = "investigator", password: str = PASSWORD, **more: Any) -> Any:
    return client.post(reverse("sign-in"), {"username": username, "password": password, **more})


def sent(client: Client, code: str) -> Any:
    return client.post(reverse("sign-in-code"), {"code": code})


def alter(user: User, **changes: Any) -> None:
    with attributed(by=COMMAND_LINE):
        User.objects.filter(pk=user.pk).update(**changes)


def signed_in(client: Client) -> bool:
    return bool(client.get(reverse("account")).status_code == 200)


def test_a_person_without_a_second_factor_signs_in_by_the_password(cast: Cast, client: Client) -> None:
    answer = typed(client, "monitor")
    assert answer.headers["Location"] == reverse("home")
    assert "Mona North" in client.get(reverse("home")).content.decode()


# The second step


@pytest.mark.requirement("P11.200", "P11.300")
def test_nobody_is_signed_in_by_the_password_alone(cast: Cast, client: Client) -> None:
    assert typed(client).headers["Location"] == reverse("sign-in-code")
    assert not signed_in(client)
    assert client.get(reverse("api-participants")).status_code == 401


@pytest.mark.requirement("P11.200", "P11.300")
def test_the_code_signs_in_and_leads_to_the_start_page(cast: Cast, client: Client) -> None:
    typed(client)
    assert "six digits" in client.get(reverse("sign-in-code")).content.decode()
    assert sent(client, code_of(cast.investigator)).headers["Location"] == reverse("home")
    assert "Ines North" in client.get(reverse("home")).content.decode()


@pytest.mark.requirement("P11.300")
def test_a_wrong_code_signs_nobody_in_and_may_be_tried_again(cast: Cast, client: Client) -> None:
    typed(client)
    for code in (wrong_code(), "", "0" * 40, "ABCD-EFGH", "१२३४५६"):
        assert "does not prove that it is you" in sent(client, code).content.decode()
    assert not signed_in(client)


@pytest.mark.requirement("P11.300")
def test_a_code_that_signed_in_signs_in_no_second_browser(cast: Cast, client: Client) -> None:
    code, second = code_of(cast.investigator), Client()
    for each in (client, second):
        typed(each)
        sent(each, code)
    assert signed_in(client)
    assert not signed_in(second)


@pytest.mark.requirement("P11.300")
def test_a_recovery_code_signs_in_once(cast: Cast, client: Client) -> None:
    code = second_factors.new_recovery_codes(by=cast.investigator)[0]
    typed(client)
    sent(client, code)
    assert signed_in(client)
    client.post(reverse("sign-out"))
    typed(client)
    sent(client, code)
    assert not signed_in(client)
    assert RecoveryCode.objects.filter(ended_at__isnull=True).count() == 9


def test_there_is_no_second_step_without_the_first(cast: Cast, client: Client) -> None:
    assert client.get(reverse("sign-in-code")).headers["Location"] == reverse("sign-in")
    assert sent(client, code_of(cast.investigator)).headers["Location"] == reverse("sign-in")
    assert not signed_in(client)


def test_who_is_signed_in_needs_no_second_step(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    answer = client.get(reverse("sign-in-code"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("home")


def test_the_first_step_is_soon_forgotten(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(client)
    monkeypatch.setattr(first_step, "KEPT", timedelta(0))
    assert sent(client, code_of(cast.investigator)).headers["Location"] == reverse("sign-in")
    assert not signed_in(client)


def test_a_new_password_ends_a_sign_in_that_is_half_done(cast: Cast, client: Client) -> None:
    typed(client)
    cast.investigator.set_password("another long phrase")
    alter(cast.investigator, password=cast.investigator.password)
    sent(client, code_of(cast.investigator))
    assert not signed_in(client)


def test_an_account_that_is_switched_off_between_the_steps_stays_out(cast: Cast, client: Client) -> None:
    typed(client)
    alter(cast.investigator, is_active=False)
    sent(client, code_of(cast.investigator))
    assert not signed_in(client)


# Who needs a second factor and has none


@pytest.mark.requirement("P11.300")
def test_who_signs_sets_up_a_second_factor_before_anything_else(cast: Cast, client: Client) -> None:
    lose(cast.investigator)
    typed(client)
    for name in ("home", "account", "password-change"):
        assert client.get(reverse(name)).headers["Location"] == reverse("second-factors")
    assert client.get(reverse("session")).json()["person"] == cast.investigator.sign
    page = client.get(reverse("second-factors")).content.decode()
    assert "you need a sign-in app or key" in page
    assert client.get(reverse("second-factor-app")).status_code == 200
    assert client.post(reverse("sign-out")).headers["Location"] == reverse("sign-in")


@pytest.mark.requirement("P11.300")
def test_the_api_says_that_a_second_factor_is_needed(cast: Cast, client: Client) -> None:
    _token, secret = tokens.create(by=cast.investigator)
    lose(cast.investigator)
    client.force_login(cast.investigator)
    address = reverse("api-participants")
    by_token = Client(headers={"Authorization": f"Token {secret}"})
    for answer in (client.get(address), by_token.get(address)):
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_missing")
        assert answer["Content-Type"] == "application/problem+json"


def test_who_does_not_sign_needs_none(cast: Cast, client: Client) -> None:
    for role in ("coordinator", "monitor", "data_manager", "auditor", "administrator"):
        client.force_login(getattr(cast, role))
        assert client.get(reverse("account")).status_code == 200


def test_the_demonstration_needs_none(cast: Cast, client: Client, settings: Settings) -> None:
    settings.DEBUG = True
    lose(cast.investigator)
    alter(cast.investigator, is_demo=True)
    typed(client)
    assert client.get(reverse("home")).status_code == 200


def test_a_role_that_has_ended_needs_none(cast: Cast, client: Client) -> None:
    lose(cast.former)
    client.force_login(cast.former)
    assert client.get(reverse("account")).status_code == 200


# Lock-out


@pytest.mark.requirement("P11.300", "E6.19")
@pytest.mark.parametrize("username", ["investigator", "nobody-of-this-name"])
def test_five_failures_lock_an_account_out_whether_it_exists_or_not(
    cast: Cast, client: Client, username: str
) -> None:
    answers = [typed(client, username, "a guess") for _each in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert "Too many attempts" in answers[-1].content.decode()
    assert "15 minutes" in answers[-1].content.decode()
    assert typed(client, username).status_code == 429
    assert not signed_in(client)


@pytest.mark.requirement("P11.300")
def test_wrong_codes_lock_out_even_who_knows_the_password(cast: Cast, client: Client) -> None:
    typed(client)
    answers = [sent(client, wrong_code()).status_code for _each in range(6)]
    assert answers == [200, 200, 200, 200, 200, 429]
    assert sent(client, code_of(cast.investigator)).status_code == 429
    assert typed(Client()).status_code == 429


def test_nobody_locks_somebody_out_from_another_address(cast: Cast, client: Client) -> None:
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    for _each in range(6):
        typed(elsewhere, "monitor", "a guess")
    typed(client, "monitor")
    assert signed_in(client)


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.BEHIND_PROXY = True
    for claimed in range(5):
        typed(Client(HTTP_X_FORWARDED_FOR=f"10.0.0.{claimed}, 192.0.2.7"), "monitor", "a guess")
    assert typed(Client(HTTP_X_FORWARDED_FOR="192.0.2.7"), "monitor").status_code == 429
    assert typed(Client(HTTP_X_FORWARDED_FOR="192.0.2.7, 192.0.2.8"), "monitor").status_code == 302


def test_without_a_proxy_no_address_is_believed(cast: Cast) -> None:
    for claimed in range(5):
        typed(Client(HTTP_X_FORWARDED_FOR=f"192.0.2.{claimed}"), "monitor", "a guess")
    assert typed(Client(HTTP_X_FORWARDED_FOR="192.0.2.99"), "monitor").status_code == 429


def test_a_lock_out_ends(cast: Cast, client: Client, settings: Settings) -> None:
    for _each in range(5):
        typed(client, "monitor", "a guess")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    typed(client, "monitor")
    assert signed_in(client)


@pytest.mark.requirement("P11.300")
def test_those_who_run_the_server_are_told_once_of_a_lock_out(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.ADMINS = [("Ada", "ada@example.org")]
    for _each in range(8):
        typed(client, "investigator", "a guess")
    (message,) = mail.outbox
    assert message.to == ["ada@example.org"]
    assert "“investigator” from 127.0.0.1" in message.body
    assert "a guess" not in message.body


@pytest.mark.requirement("E6.19")
def test_nothing_that_was_typed_is_kept_of_a_failure(cast: Cast, client: Client) -> None:
    typed(client, "investigator", "a guess", next="/participants/01-001/")
    typed(client)
    sent(client, "AAAA-BBBB")
    kept = [str(row) for model in (AccessAttempt, AccessFailureLog) for row in model.objects.values()]
    assert kept
    assert not re.search("a guess|AAAA|01-001", " ".join(kept))


@pytest.mark.requirement("E6.19")
def test_each_sign_in_is_written_down(cast: Cast, client: Client) -> None:
    typed(client, "monitor")
    client.post(reverse("sign-out"))
    (entry,) = AccessLog.objects.all()
    assert (entry.username, entry.ip_address) == ("monitor", "127.0.0.1")
    assert entry.logout_time is not None


# As before


def test_signing_in_leads_to_the_page_that_was_asked_for(cast: Cast, client: Client) -> None:
    participant = journey.added(cast)
    asked = reverse("participant", args=[participant.code])
    sign_in = client.get(asked).headers["Location"]
    client.post(sign_in, {"username": "investigator", "password": PASSWORD, "next": asked})
    assert sent(client, code_of(cast.investigator)).headers["Location"] == asked


def test_a_wrong_password_is_refused_and_the_name_kept(cast: Cast, client: Client) -> None:
    answer = client.post(reverse("sign-in"), {"username": "investigator", "password": "a guess"})
    shown = answer.content.decode()
    assert "do not belong together" in shown
    assert 'value="investigator"' in shown
    assert "a guess" not in shown


def test_nobody_is_led_to_another_host(cast: Cast, client: Client) -> None:
    typed(client, next="https://elsewhere.example/")
    assert sent(client, code_of(cast.investigator)).headers["Location"] == reverse("home")


def test_signing_out_needs_to_be_sent_and_ends_the_session(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    client.get(reverse("sign-out"))
    assert client.get(reverse("home")).status_code == 200
    client.post(reverse("sign-out"))
    assert client.get(reverse("home")).status_code == 302
