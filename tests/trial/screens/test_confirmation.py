"""What the first signing of a session takes, and those that follow (21 CFR 11.200(a)(1))."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from tests.cast import PASSWORD, Cast
from tests.races import at_once
from tests.second_factor import SoftKey, code_of, wrong_code
from trial import security_keys
from trial.models import Challenge, User
from trial.models.challenge import Purpose
from trial.refusals import Refusal
from trial.screens import confirmation
from trial.screens.confirmation import Asked, asked_for_change, asked_for_signing, confirm_signing
from trial.security_keys import Credential, Place
from trial.services import challenges, second_factors

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P11.200")]

PASSWORD_ALONE = Asked(Purpose.SIGNING, username=False, code=False, key=False)


class Session(dict[str, object]):
    """A session that is kept nowhere."""


def request_of(user: User, session: Session | None = None, **fields: str) -> HttpRequest:
    request = RequestFactory().post("/", fields)
    request.user = user
    request.session = session if session is not None else Session()  # type: ignore[assignment]
    return request


def everything(user: User) -> dict[str, Any]:
    return {"username": user.username, "password": PASSWORD, "code": code_of(user)}


def refused(request: HttpRequest) -> str:
    with pytest.raises(Refusal) as caught:
        confirm_signing(request)
    return caught.value.code


def test_the_first_signing_takes_user_name_password_and_code(cast: Cast) -> None:
    asked = asked_for_signing(request_of(cast.investigator))
    assert asked == Asked(Purpose.SIGNING, username=True, code=True, key=False)
    confirm_signing(request_of(cast.investigator, **everything(cast.investigator)))


@pytest.mark.parametrize("left_out", ["username", "password", "code"])
def test_nothing_of_it_can_be_left_out(cast: Cast, left_out: str) -> None:
    given = {**everything(cast.investigator), left_out: ""}
    session = Session()
    assert refused(request_of(cast.investigator, session, **given)) == "confirmation_failed"
    assert asked_for_signing(request_of(cast.investigator, session)).username


def test_those_that_follow_take_the_password_alone(cast: Cast) -> None:
    session = Session()
    confirm_signing(request_of(cast.investigator, session, **everything(cast.investigator)))
    assert asked_for_signing(request_of(cast.investigator, session)) == PASSWORD_ALONE
    confirm_signing(request_of(cast.investigator, session, password=PASSWORD))
    assert refused(request_of(cast.investigator, session, password="a guess")) == "confirmation_failed"
    assert refused(request_of(cast.investigator, session)) == "confirmation_failed"


def test_another_session_takes_everything_again(cast: Cast) -> None:
    confirm_signing(request_of(cast.investigator, **everything(cast.investigator)))
    assert refused(request_of(cast.investigator, password=PASSWORD)) == "asked_again"


def test_after_a_quarter_of_an_hour_without_signing_everything_is_asked_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session()
    confirm_signing(request_of(cast.investigator, session, **everything(cast.investigator)))
    signed = session[confirmation.SIGNED]
    assert isinstance(signed, float)
    session[confirmation.SIGNED] = signed - timedelta(minutes=14).total_seconds()
    confirm_signing(request_of(cast.investigator, session, password=PASSWORD))
    session[confirmation.SIGNED] = signed - timedelta(minutes=15).total_seconds()
    assert refused(request_of(cast.investigator, session, password=PASSWORD)) == "asked_again"


def test_who_read_for_long_is_asked_again_and_has_failed_at_nothing(cast: Cast) -> None:
    for _each in range(6):
        assert refused(request_of(cast.investigator, password=PASSWORD)) == "asked_again"
        assert refused(request_of(cast.investigator, username="x", password=PASSWORD)) == "asked_again"
    confirm_signing(request_of(cast.investigator, **everything(cast.investigator)))


def test_a_signature_by_password_forgets_no_wrong_codes(cast: Cast) -> None:
    session = Session()
    confirm_signing(request_of(cast.investigator, session, **everything(cast.investigator)))
    wrong = {**everything(cast.investigator), "code": wrong_code()}
    assert [refused(request_of(cast.investigator, **wrong)) for _each in range(4)] == [
        "confirmation_failed"
    ] * 4
    confirm_signing(request_of(cast.investigator, session, password=PASSWORD))
    assert refused(request_of(cast.investigator, **wrong)) == "confirmation_failed"
    assert refused(request_of(cast.investigator, **wrong)) == "locked_out"


def test_a_change_of_the_account_takes_the_code_however_lately_one_signed(cast: Cast) -> None:
    session = Session()
    confirm_signing(request_of(cast.investigator, session, **everything(cast.investigator)))
    asked = asked_for_change(request_of(cast.investigator, session))
    assert asked == Asked(Purpose.CHANGE, username=False, code=True, key=False)


# Security keys


@dataclass(frozen=True)
class Holder:
    """Somebody with a security key, and what the key says to a question of this purpose."""

    person: User
    key: SoftKey

    def asked(self, purpose: Purpose) -> tuple[int, str]:
        """The number of the question, and the answer."""
        place = Place.of(request_of(self.person))
        options, state = security_keys.asked(place, [self.key.public])
        number = challenges.keep(user=self.person, purpose=purpose, state=state)
        return number, self.key.answer(place, options)

    def request(self, number: int, answer: str) -> HttpRequest:
        """A signing with the answer of the key in the place of a code."""
        fields = {"username": self.person.username, "password": PASSWORD, "code": "", "assertion": answer}
        return request_of(self.person, Session({confirmation.CHALLENGE: number}), **fields)


@pytest.fixture(params=[True, False], ids=["counting", "always 0"])
def holder(cast: Cast, request: pytest.FixtureRequest) -> Holder:
    key = SoftKey("testserver", counts=request.param)
    second_factors.add_key(by=cast.investigator, name="Key", credential=Credential(key.public, 0))
    return Holder(cast.investigator, key)


@pytest.mark.requirement("P11.300")
def test_a_security_key_answers_in_the_place_of_a_code_once(holder: Holder) -> None:
    number, answer = holder.asked(Purpose.SIGNING)
    confirm_signing(holder.request(number, answer))
    assert refused(holder.request(number, answer)) == "confirmation_failed"


@pytest.mark.requirement("P11.300")
@pytest.mark.parametrize("counts", [True, False], ids=["goes back", "says 0"])
def test_a_key_that_counted_and_does_not_go_on_signs_nothing(cast: Cast, *, counts: bool) -> None:
    key = SoftKey("testserver", counts=counts)
    factor = second_factors.add_key(by=cast.investigator, name="Key", credential=Credential(key.public, 5))
    holder = Holder(cast.investigator, key)
    assert refused(holder.request(*holder.asked(Purpose.SIGNING))) == "confirmation_failed"
    factor.refresh_from_db()
    assert factor.counter == 5


@pytest.mark.requirement("P11.300")
def test_what_a_key_was_asked_for_something_else_signs_nothing(holder: Holder) -> None:
    for purpose in (Purpose.CHANGE, Purpose.SIGN_IN, Purpose.CREATION):
        assert refused(holder.request(*holder.asked(purpose))) == "confirmation_failed"


@pytest.mark.requirement("P11.300")
def test_what_a_key_was_asked_long_ago_or_of_somebody_else_signs_nothing(cast: Cast, holder: Holder) -> None:
    number, answer = holder.asked(Purpose.SIGNING)
    Challenge.objects.filter(pk=number).update(created_at=timezone.now() - challenges.AGE)
    assert refused(holder.request(number, answer)) == "confirmation_failed"
    challenges.clear()
    assert not Challenge.objects.exists()
    number, answer = holder.asked(Purpose.SIGNING)
    Challenge.objects.filter(pk=number).update(user=cast.monitor)
    assert refused(holder.request(number, answer)) == "confirmation_failed"


@pytest.mark.requirement("P11.300")
def test_another_key_signs_nothing(holder: Holder) -> None:
    stranger = Holder(holder.person, SoftKey("testserver", counts=True))
    assert refused(holder.request(*stranger.asked(Purpose.SIGNING))) == "confirmation_failed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("P11.300")
def test_of_two_who_send_the_same_answer_at_once_one_signs(holder: Holder) -> None:
    number, _answer = holder.asked(Purpose.SIGNING)
    take = partial(challenges.take, user=holder.person, purpose=Purpose.SIGNING, number=number)
    assert [bool(state) for state in at_once(*[take] * 4)].count(True) == 1


def test_wrong_codes_at_a_signing_count(cast: Cast) -> None:
    given = {**everything(cast.investigator), "code": wrong_code()}
    codes = [refused(request_of(cast.investigator, **given)) for _each in range(6)]
    assert codes == ["confirmation_failed"] * 5 + ["locked_out"]
