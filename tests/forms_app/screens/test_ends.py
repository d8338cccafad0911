"""The ends of a participation on the page of a participant: offered to whom can come to them."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import journey
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("reached", "offered"),
    [
        ("added", True),
        ("injected", True),
        ("screen_failure", False),
        ("completed", False),
        ("withdrawn", False),
    ],
)
def test_the_withdrawal_is_offered_to_whom_can_withdraw(
    cast: Cast, client: Client, reached: str, offered: bool
) -> None:
    participant = (
        journey.injected(cast) if reached in ("completed", "withdrawn") else getattr(journey, reached)(cast)
    )
    if reached == "completed":
        journey.follow_up_missed(cast, participant)
        journey.complete(cast, participant)
    if reached == "withdrawn":
        journey.withdraw(cast, participant)
    client.force_login(cast.investigator)
    page = client.get(reverse("participant", args=[participant.code])).content.decode()
    new = reverse("log-new", args=[participant.code, "withdrawal"])
    assert (new in page) is offered
    assert (client.get(new).status_code == 200) is offered
