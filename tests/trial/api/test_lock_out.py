"""The lock-out of the API: whoever signs by it proves who they are, and failures count."""

import pytest

from tests import client, journey
from tests.cast import PASSWORD, Cast
from tests.second_factor import code_of

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P11.300")]

SIGNATURES = "01-001/visits/W1/forms/pain/signatures/"


def test_wrong_passwords_at_a_signing_lock_out_with_a_problem(cast: Cast) -> None:
    journey.with_outcomes(cast)
    who = cast.investigator
    shown = client.get(who, SIGNATURES).json()["content_hash"]
    signing = {"meaning": "approval", "content_hash": shown, "username": who.username}
    for _each in range(5):
        answer = client.post(who, SIGNATURES, {**signing, "password": "a guess", "code": ""})
        client.problem(answer, 403, "confirmation_failed")
    right = {**signing, "password": PASSWORD, "code": code_of(who)}
    locked = client.post(who, SIGNATURES, right)
    client.problem(locked, 429, "locked_out")
    assert 0 < int(locked["Retry-After"]) <= 15 * 60
