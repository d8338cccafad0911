"""A program that uses the API with a real token, and what it is answered with."""

from typing import Any

from rest_framework.test import APIClient

from trial.models import User
from trial.services import tokens

ROOT = "/api/v1/participants/"


def client(user: User) -> APIClient:
    _, secret = tokens.create(by=user)
    return APIClient(headers={"Authorization": f"Token {secret}"})


def create(user: User, address: str, body: Any) -> Any:
    """A PUT that means to create."""
    return put(user, address, body, **{"If-None-Match": "*"})


def change(user: User, address: str, body: Any, version: int) -> Any:
    """A PUT that means to change the version that was read."""
    return put(user, address, body, **{"If-Match": f'"{version}"'})


def put(user: User, address: str, body: Any, **headers: str) -> Any:
    return client(user).put(ROOT + address, body, headers=headers)


def get(user: User, address: str = "", **query: str) -> Any:
    return client(user).get(ROOT + address, query)


def post(user: User, address: str, body: Any, **headers: str) -> Any:
    return client(user).post(ROOT + address, body, headers=headers)


def delete(user: User, address: str, body: Any, **headers: str) -> Any:
    return client(user).delete(ROOT + address, body, headers=headers)


# What two answers to the same question do not share.
OF_ONE_CALL = {"x-request-id", "ratelimit-remaining", "ratelimit-reset"}


def headers(response: Any) -> dict[str, str]:
    """The headers that say something of what was asked."""
    return {name: value for name, value in response.headers.items() if name.lower() not in OF_ONE_CALL}


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The body of an answer, after making sure that it is this problem in its whole shape."""
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["code"]) == (status, code), body
    assert response["Content-Type"] == "application/problem+json"
    assert body["status"] == status
    assert body["type"].startswith("/api/v1/docs/#problem-")
    assert body["title"]
    assert body["detail"]
    return body
