"""Who may sign in: also with a session or a token that was begun before."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from tests.cast import PASSWORD, Cast
from trial.models import ApiToken, Event, User
from trial.services import tokens

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/participants/"
PBKDF2 = "django.contrib.auth.hashers.PBKDF2PasswordHasher"


def by_token(user: User) -> APIClient:
    _, secret = tokens.create(by=user)
    return with_secret(secret)


def with_secret(secret: str) -> APIClient:
    return APIClient(headers={"Authorization": f"Token {secret}"})


def by_session(user: User) -> Client:
    client = Client()
    assert client.login(username=user.username, password=PASSWORD)
    return client


def make_demo(user: User) -> User:
    User.objects.filter(pk=user.pk).update(is_demo=True)
    return user


def without_debug(settings: Settings) -> None:
    settings.DEBUG = False
    settings.SECURE_SSL_REDIRECT = False


def test_a_password_a_session_and_a_token_open_the_door(cast: Cast) -> None:
    assert authenticate(username="monitor", password=PASSWORD) == cast.monitor
    assert by_session(cast.monitor).get(ADDRESS).status_code == 200
    assert by_token(cast.monitor).get(ADDRESS).status_code == 200


def test_nobody_enters_without(cast: Cast) -> None:
    assert Client().get(ADDRESS).status_code == 401


def test_a_demo_account_signs_in_where_debugging_is_on(cast: Cast, settings: Settings) -> None:
    user = make_demo(cast.monitor)
    settings.DEBUG = True
    assert authenticate(username="monitor", password=PASSWORD) == user
    assert by_token(user).get(ADDRESS).status_code == 200


def test_a_demo_account_cannot_sign_in_where_debugging_is_off(cast: Cast, settings: Settings) -> None:
    make_demo(cast.monitor)
    without_debug(settings)
    assert authenticate(username="monitor", password=PASSWORD) is None
    assert authenticate(username="investigator", password=PASSWORD) == cast.investigator


def test_a_demo_account_keeps_no_session_and_no_token_where_debugging_is_off(
    cast: Cast, settings: Settings
) -> None:
    settings.DEBUG = True
    user = make_demo(cast.monitor)
    session, token = by_session(user), by_token(user)
    without_debug(settings)
    assert session.get(ADDRESS, secure=True).status_code == 401
    assert token.get(ADDRESS, secure=True).status_code == 401


def test_an_account_that_was_switched_off_keeps_nothing(cast: Cast) -> None:
    session, token = by_session(cast.monitor), by_token(cast.monitor)
    User.objects.filter(pk=cast.monitor.pk).update(is_active=False)
    assert authenticate(username="monitor", password=PASSWORD) is None
    assert session.get(ADDRESS).status_code == 401
    assert token.get(ADDRESS).status_code == 401


def test_an_expired_token_is_none(cast: Cast) -> None:
    client = by_token(cast.monitor)
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert client.get(ADDRESS).status_code == 401


def test_a_revoked_token_is_none(cast: Cast) -> None:
    token, secret = tokens.create(by=cast.monitor)
    client = with_secret(secret)
    assert client.get(ADDRESS).status_code == 200
    tokens.revoke(by=cast.monitor, key=token.token_key)
    assert client.get(ADDRESS).status_code == 401


@pytest.mark.parametrize("secret", ["", "x", "a b", "0" * 64, "é", "\udcff", "Bearer x"])
def test_what_is_no_token_is_refused(cast: Cast, secret: str) -> None:
    tokens.create(by=cast.monitor)
    header = f"Token {secret}".encode(errors="surrogateescape").decode("latin-1")
    response = APIClient().get(ADDRESS, headers={"Authorization": header})
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"] == "Token"


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_that_renews_the_hash_is_recorded_as_the_persons_act(
    cast: Cast, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = [PBKDF2, *settings.PASSWORD_HASHERS]
    before = Event.objects.count()
    by_session(cast.monitor)
    assert User.objects.get(pk=cast.monitor.pk).password.startswith("pbkdf2_sha256$")
    (event,) = Event.objects.order_by("id")[before:]
    assert (event.actor_id, event.reason) == (cast.monitor.pk, "password rehashed")
    by_session(cast.monitor)
    assert Event.objects.count() == before + 1


def test_a_new_password_ends_the_sessions(cast: Cast) -> None:
    session = by_session(cast.monitor)
    cast.monitor.set_password("another long phrase")
    User.objects.filter(pk=cast.monitor.pk).update(password=cast.monitor.password)
    assert session.get(ADDRESS).status_code == 401
