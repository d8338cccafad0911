"""Second factors: who needs one, and what an administrator may take away."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.core.signing import BadSignature, Signer
from knox.models import get_token_model
from pytest_django.fixtures import Settings

from tests.cast import SECRET, Cast
from tests.second_factor import code_of
from trial import authenticator_app
from trial.access import Role
from trial.audit.context import COMMAND_LINE, attributed
from trial.concealment import InvalidToken, conceal, reveal
from trial.models import Event, SecondFactor
from trial.refusals import Refusal
from trial.services import accounts, second_factors, tokens

pytestmark = pytest.mark.django_db

SIGNS = {Role.INVESTIGATOR, Role.SUB_INVESTIGATOR}


@pytest.mark.requirement("P11.300")
@pytest.mark.parametrize("role", Role)
def test_who_signs_needs_one(cast: Cast, role: Role) -> None:
    assert second_factors.required(cast.with_role(role)) is (role in SIGNS)


def test_a_role_of_tomorrow_or_yesterday_asks_for_none(cast: Cast) -> None:
    accounts.give_role(
        by=COMMAND_LINE,
        user=cast.stranger,
        site=cast.north,
        role=Role.INVESTIGATOR,
        valid_from=cast.north.today() + timedelta(days=1),
    )
    assert not second_factors.required(cast.stranger)
    assert not second_factors.required(cast.former)


def test_one_is_missing_until_it_is_set_up_and_again_when_it_is_removed(cast: Cast) -> None:
    assert not second_factors.missing(cast.investigator)
    (factor,) = second_factors.of(cast.investigator)
    second_factors.remove(by=cast.investigator, factor=factor.pk)
    assert second_factors.missing(cast.investigator)
    with pytest.raises(Refusal, match="needs a sign-in app or key"):
        second_factors.check(cast.investigator)
    assert not second_factors.missing(cast.monitor)


# Reset by an administrator


def reset(cast: Cast, **changes: Any) -> None:
    given = {"by": cast.administrator, "user": cast.investigator, "reason": "a lost telephone", **changes}
    accounts.reset_second_factor(**given)


@pytest.mark.requirement("P11.300")
@pytest.mark.django_db(transaction=True)
def test_an_administrator_takes_lost_factors_and_codes_and_tokens_away(cast: Cast) -> None:
    (recovery, *_others) = second_factors.new_recovery_codes(by=cast.investigator)
    tokens.create(by=cast.investigator)
    before = Event.objects.count()
    reset(cast)
    assert not second_factors.of(cast.investigator).exists()
    assert not second_factors.proves(cast.investigator, code=recovery)
    assert not get_token_model().objects.filter(user=cast.investigator).exists()
    events = Event.objects.order_by("id")[before:]
    assert {event.actor_id for event in events} == {cast.administrator.pk}
    assert {event.reason for event in events} == {"a lost telephone"}
    assert mail.outbox[-1].to == ["investigator@example.org"]
    assert "Your administrator removed the sign-in apps and keys" in mail.outbox[-1].body


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_takes_them_away(cast: Cast, role: Role) -> None:
    with pytest.raises(Refusal, match="manage accounts and memberships"):
        reset(cast, by=cast.with_role(role))
    assert second_factors.of(cast.investigator).exists()


def test_an_administrator_does_not_reset_the_own_ones(cast: Cast) -> None:
    with pytest.raises(Refusal, match="own account"):
        reset(cast, user=cast.administrator)


# What is stored


@pytest.mark.requirement("P11.300")
def test_the_key_of_an_app_cannot_be_read_from_the_database(cast: Cast) -> None:
    (factor,) = second_factors.of(cast.investigator)
    assert SECRET not in factor.secret
    assert reveal(factor.secret) == SECRET


def test_a_former_secret_of_the_server_still_opens_and_another_does_not(
    cast: Cast, settings: Settings
) -> None:
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another one"
    assert not second_factors.proves(cast.investigator, code=code_of(cast.investigator))
    settings.FORMER_SECRET_KEY = former
    assert second_factors.proves(cast.investigator, code=code_of(cast.investigator))


@pytest.mark.requirement("P11.300")
def test_concealed_anew_nothing_is_opened_by_the_former_secret(cast: Cast, settings: Settings) -> None:
    (removed,) = second_factors.of(cast.former)
    second_factors.remove(by=cast.former, factor=removed.pk)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another one"
    with pytest.raises(CommandError, match="neither"):
        call_command("reconceal")
    settings.FORMER_SECRET_KEY = former
    call_command("reconceal")
    settings.FORMER_SECRET_KEY = ""
    assert second_factors.proves(cast.investigator, code=code_of(cast.investigator))
    settings.SECRET_KEY = former
    assert not second_factors.proves(cast.investigator, code=code_of(cast.investigator))
    event = Event.objects.filter(table_name="trial_secondfactor").latest("id")
    assert event.reason == "concealed anew"


def test_a_former_secret_signs_nothing(settings: Settings) -> None:
    settings.FORMER_SECRET_KEY = "leaked"
    with pytest.raises(BadSignature):
        Signer().unsign(Signer(key="leaked").sign("session"))


def test_what_was_changed_is_not_revealed() -> None:
    sealed = conceal("JBSWY3DPEHPK3PXP")
    with pytest.raises(InvalidToken):
        reveal(sealed[:40] + ("B" if sealed[40] == "A" else "A") + sealed[41:])


@pytest.mark.requirement("P11.300")
def test_the_database_keeps_no_secret_of_what_was_removed(cast: Cast) -> None:
    with pytest.raises(Refusal), attributed(by=COMMAND_LINE):
        SecondFactor.objects.filter(user=cast.investigator).update(secret="")


# Codes, as RFC 6238 has them: appendix B, the last six of the eight digits


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    secret = b32encode(b"12345678901234567890").decode()
    now = datetime.fromtimestamp(seconds, UTC)
    period = seconds // 30
    assert authenticator_app.step_of(secret, code, now=now, after=0) == period
    assert authenticator_app.step_of(secret, code, now=now, after=period) is None
    later = now + timedelta(seconds=30)
    assert authenticator_app.step_of(secret, code, now=later, after=0) == period
    assert authenticator_app.step_of(secret, code, now=later + timedelta(seconds=30), after=0) is None
