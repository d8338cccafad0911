"""Who may sign in: the one rule, for the browser and for tokens."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from trial.models import User
from trial.services import accounts


def may_sign_in(user: User) -> bool:
    """Active accounts; those of the demonstration only where debugging is on."""
    return user.is_active and (settings.DEBUG or not user.is_demo)


class AccountBackend(ModelBackend):
    """Passwords in the browser; also asked about each request of a session."""

    def authenticate(self, request: Any, username: Any = None, password: Any = None, **more: Any) -> Any:
        user = super().authenticate(request, username=username, password=password, **more)
        if isinstance(user, User):
            accounts.renew_hash(user=user, password=password)
        return user

    def user_can_authenticate(self, user: Any) -> bool:
        return may_sign_in(user)


class AccountToken(TokenAuthentication):  # type: ignore[misc]
    """Tokens of the API: hashed at rest, expiring, revocable."""

    def authenticate_credentials(self, token: Any) -> Any:
        try:
            return super().authenticate_credentials(token)
        except UnicodeDecodeError:
            raise AuthenticationFailed from None

    def validate_user(self, auth_token: Any) -> Any:
        if not may_sign_in(auth_token.user):
            raise AuthenticationFailed
        return auth_token.user, auth_token
