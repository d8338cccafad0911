"""Proving once more who one is: what holds, what does not, and that failures count."""

from typing import Any

import pytest

from tests.cast import PASSWORD, Cast
from tests.second_factor import code_of, lose, wrong_code
from trial.models import User
from trial.refusals import Refusal
from trial.services import second_factors
from trial.services.confirmation import confirm

pytestmark = pytest.mark.django_db


def refused(user: User, **given: Any) -> str:
    with pytest.raises(Refusal) as caught:
        confirm(user=user, **{"needs_code": False, **given})
    return caught.value.code


@pytest.mark.requirement("P11.200")
def test_the_password_alone_does_where_no_code_is_needed(cast: Cast) -> None:
    confirm(user=cast.investigator, password=PASSWORD, needs_code=False)
    assert refused(cast.investigator, password="a guess") == "confirmation_failed"
    assert refused(cast.investigator, password="") == "confirmation_failed"


@pytest.mark.requirement("P11.200")
def test_a_code_is_needed_beside_the_password(cast: Cast) -> None:
    code = code_of(cast.investigator)
    for given in (
        {"password": PASSWORD},
        {"password": PASSWORD, "code": wrong_code()},
        {"password": "a guess", "code": code},
    ):
        assert refused(cast.investigator, needs_code=True, **given) == "confirmation_failed"
    confirm(user=cast.investigator, password=PASSWORD, code=code, needs_code=True)


@pytest.mark.requirement("P11.300")
def test_a_code_serves_once(cast: Cast) -> None:
    code = code_of(cast.investigator)
    confirm(user=cast.investigator, password=PASSWORD, code=code, needs_code=True)
    assert refused(cast.investigator, password=PASSWORD, code=code, needs_code=True) == "confirmation_failed"


def test_a_code_may_be_typed_in_groups(cast: Cast) -> None:
    code = code_of(cast.investigator)
    confirm(user=cast.investigator, password=PASSWORD, code=f" {code[:3]} {code[3:]} ", needs_code=True)


@pytest.mark.requirement("P11.300")
def test_a_recovery_code_serves_once(cast: Cast) -> None:
    first, second, *_others = second_factors.new_recovery_codes(by=cast.investigator)
    given: dict[str, Any] = {"user": cast.investigator, "password": PASSWORD, "needs_code": True}
    confirm(**given, code=first)
    assert refused(**given, code=first) == "confirmation_failed"
    confirm(**given, code=second.lower().replace("-", " "))


@pytest.mark.requirement("P11.200")
def test_the_user_name_is_the_persons_where_it_is_given(cast: Cast) -> None:
    confirm(user=cast.monitor, username="monitor", password=PASSWORD, needs_code=False)
    assert refused(cast.monitor, username="auditor", password=PASSWORD) == "confirmation_failed"
    assert refused(cast.monitor, username="", password=PASSWORD) == "confirmation_failed"


def test_who_needs_no_second_factor_and_has_none_is_asked_for_none(cast: Cast) -> None:
    confirm(user=cast.monitor, password=PASSWORD, needs_code=True)


@pytest.mark.requirement("P11.300")
def test_who_needs_a_second_factor_and_has_none_proves_nothing(cast: Cast) -> None:
    lose(cast.investigator)
    assert refused(cast.investigator, password=PASSWORD, needs_code=True) == "second_factor_missing"


@pytest.mark.requirement("P11.300", "E6.19")
def test_failures_lock_even_the_right_password_out(cast: Cast) -> None:
    for _each in range(5):
        assert refused(cast.investigator, password="a guess") == "confirmation_failed"
    assert refused(cast.investigator, password=PASSWORD) == "locked_out"
    confirm(user=cast.monitor, password=PASSWORD, needs_code=False)


@pytest.mark.requirement("P11.300")
def test_wrong_codes_count_like_wrong_passwords(cast: Cast) -> None:
    for _each in range(5):
        refused(cast.investigator, password=PASSWORD, code=wrong_code(), needs_code=True)
    code = code_of(cast.investigator)
    assert refused(cast.investigator, password=PASSWORD, code=code, needs_code=True) == "locked_out"


def test_a_proof_forgets_earlier_failures(cast: Cast) -> None:
    for _round in range(2):
        for _each in range(4):
            refused(cast.monitor, password="a guess")
        confirm(user=cast.monitor, password=PASSWORD, needs_code=False)
