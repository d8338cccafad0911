"""What the first signing of a session takes, and those that follow (21 CFR 11.200(a)(1))."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from tests.cast import PASSWORD, Cast
from tests.second_factor import code_of, wrong_code
from trial.models import User
from trial.refusals import Refusal
from trial.screens import confirmation
from trial.screens.confirmation import Asked, asked_for_change, asked_for_signing, confirm_signing

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P11.200")]

PASSWORD_ALONE = Asked(username=False, code=False, key=False)


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
    assert asked == Asked(username=True, code=True, key=False)
    confirm_signing(request_of(cast.investigator, **everything(cast.investigator)))


@pytest.mark.parametrize("left_out", ["username", "password", "code"])
def test_nothing_of_it_can_be_left_out(cast: Cast, left_out: str) -> None:
    given = {name: value for name, value in everything(cast.investigator).items() if name != left_out}
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
    assert refused(request_of(cast.investigator, password=PASSWORD)) == "confirmation_failed"


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
    assert refused(request_of(cast.investigator, session, password=PASSWORD)) == "confirmation_failed"


def test_a_change_of_the_account_takes_the_code_however_lately_one_signed(cast: Cast) -> None:
    session = Session()
    confirm_signing(request_of(cast.investigator, session, **everything(cast.investigator)))
    asked = asked_for_change(request_of(cast.investigator, session))
    assert asked == Asked(username=False, code=True, key=False)


def test_an_answer_to_no_challenge_is_none(cast: Cast) -> None:
    request = request_of(cast.investigator, username="investigator", password=PASSWORD, assertion="{}")
    assert refused(request) == "confirmation_failed"
    session = Session({confirmation.CHALLENGE: {"challenge": "AAAA", "user_verification": None}})
    request = request_of(cast.investigator, session, **everything(cast.investigator), assertion="{}")
    assert refused(request) == "confirmation_failed"
    assert confirmation.CHALLENGE not in session


def test_wrong_codes_at_a_signing_count(cast: Cast) -> None:
    given = {**everything(cast.investigator), "code": wrong_code()}
    codes = [refused(request_of(cast.investigator, **given)) for _each in range(6)]
    assert codes == ["confirmation_failed"] * 5 + ["locked_out"]
