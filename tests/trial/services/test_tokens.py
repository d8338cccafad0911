"""Tokens of the API: what for, for how long, used when, and whose."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from tests import journey
from tests.cast import Cast
from tests.client import problem
from trial.models import ApiToken, Reach, User
from trial.refusals import Refusal
from trial.services import accounts, tokens
from trial.tasks import clear_sessions

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P11.300")]

ADDRESS = "/api/v1/participants/"


def client(secret: str) -> APIClient:
    return APIClient(headers={"Authorization": f"Token {secret}"})


def reading(user: User) -> APIClient:
    return client(tokens.create(by=user, name="Reports", scope=Reach.READ)[1])


def test_a_token_has_a_name_a_purpose_and_an_end(cast: Cast) -> None:
    token, secret = tokens.create(by=cast.coordinator, name=" Reports ", scope=Reach.READ, days=90)
    assert (token.name, token.reach, token.used_at) == ("Reports", Reach.READ, None)
    assert token.expiry is not None
    assert timedelta(days=89) < token.expiry - timezone.now() <= timedelta(days=90)
    assert secret not in str(ApiToken.objects.values().get())


@pytest.mark.parametrize("days", [0, -1, 91, 10_000])
def test_a_token_is_valid_for_90_days_at_most(cast: Cast, days: int) -> None:
    with pytest.raises(Refusal, match="1 to 90 days"):
        tokens.create(by=cast.coordinator, name="Reports", days=days)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_token_needs_a_name_that_can_be_stored(cast: Cast, name: str) -> None:
    with pytest.raises(Refusal, match="name"):
        tokens.create(by=cast.coordinator, name=name)
    assert not ApiToken.objects.exists()


def test_a_token_without_a_known_purpose_cannot_be_stored(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="api_token_scope_code"), transaction.atomic():
        ApiToken.objects.create(user=cast.coordinator, scope="everything")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_token_that_reads_changes_nothing(cast: Cast, method: str) -> None:
    participant = journey.added(cast)
    address = ADDRESS if method == "post" else f"{ADDRESS}{participant.code}/visits/SCR/"
    answer = getattr(reading(cast.coordinator), method)(address, {"site": "01"}, format="json")
    assert "read and write" in problem(answer, 403, "token_reads_only")["detail"]


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_token_that_reads_reads(cast: Cast, method: str) -> None:
    assert getattr(reading(cast.coordinator), method)(ADDRESS).status_code == 200


def test_a_token_that_writes_writes(cast: Cast) -> None:
    secret = tokens.create(by=cast.coordinator, name="Import", scope=Reach.WRITE)[1]
    assert client(secret).post(ADDRESS, {"site": "01"}, format="json").status_code == 201


def test_its_use_is_noted_once_an_hour_at_most(cast: Cast) -> None:
    token, secret = tokens.create(by=cast.coordinator)

    def writes() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client(secret).get(ADDRESS).status_code == 200
        return sum('UPDATE "trial_apitoken"' in query["sql"] for query in captured.captured_queries)

    assert [writes(), writes()] == [1, 0]
    ApiToken.objects.filter(pk=token.pk).update(used_at=timezone.now() - timedelta(hours=2))
    assert writes() == 1


def test_who_has_no_role_any_more_reads_nothing(cast: Cast) -> None:
    secret = tokens.create(by=cast.stranger)[1]
    problem(client(secret).get(ADDRESS), 403, "right")


def test_the_token_of_a_closed_account_is_gone(cast: Cast) -> None:
    secret = tokens.create(by=cast.coordinator)[1]
    accounts.close(by=cast.administrator, user=cast.coordinator, reason="left")
    problem(client(secret).get(ADDRESS), 401, "not_signed_in")
    accounts.reopen(by=cast.administrator, user=cast.coordinator, reason="back")
    problem(client(secret).get(ADDRESS), 401, "not_signed_in")


def test_a_token_without_an_end_is_none(cast: Cast) -> None:
    secret = ApiToken.objects.create(user=cast.coordinator, expiry=None)[1]
    problem(client(secret).get(ADDRESS), 401, "not_signed_in")


def test_expired_tokens_are_shown_for_a_while_and_then_deleted(cast: Cast) -> None:
    kept, gone = tokens.create(by=cast.monitor)[0], tokens.create(by=cast.monitor)[0]
    ApiToken.objects.filter(pk=kept.pk).update(expiry=timezone.now() - timedelta(days=1))
    ApiToken.objects.filter(pk=gone.pk).update(expiry=timezone.now() - timedelta(days=31))
    clear_sessions()
    assert list(ApiToken.objects.all()) == [kept]
