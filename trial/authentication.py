"""Who may sign in: the one rule, for the browser and for tokens."""

from typing import Any

from axes.backends import AxesStandaloneBackend
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef
from django.utils import timezone
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS

from trial.models import Reach, SecondFactor, User
from trial.refusals import Refusal
from trial.services import accounts, second_factors, tokens


def may_sign_in(user: User) -> bool:
    """Active accounts; those of the demonstration only where debugging is on."""
    return user.is_active and (settings.DEBUG or not user.is_demo)


class AccountBackend(AxesStandaloneBackend, ModelBackend):  # type: ignore[misc]
    """Passwords in the browser; also asked about each request of a session."""

    def authenticate(self, request: Any, username: Any = None, password: Any = None, **more: Any) -> Any:
        """Nobody while the account is locked for the address of the request: see `trial.lock_out`."""
        if request is not None:
            AxesStandaloneBackend.authenticate(self, request, username=username)
        user = ModelBackend.authenticate(self, request, username=username, password=password, **more)
        if isinstance(user, User):
            accounts.renew_hash(user=user, password=password)
        return user

    def user_can_authenticate(self, user: Any) -> bool:
        return may_sign_in(user)

    def get_user(self, user_id: Any) -> Any:
        """The person of a session, who brings along whether there is a second factor: in one statement."""
        factors = SecondFactor.objects.filter(user=OuterRef("pk"), removed_at__isnull=True)
        user = User.objects.annotate(has_second_factor=Exists(factors)).filter(pk=user_id).first()
        return user if user is not None and may_sign_in(user) else None


class AccountToken(TokenAuthentication):  # type: ignore[misc]
    """Tokens of the API: hashed at rest, expiring, revocable, and some for reading only."""

    def authenticate(self, request: Any) -> Any:
        found = super().authenticate(request)
        if found and found[1].reach is Reach.READ and request.method not in SAFE_METHODS:
            raise Refusal("token_reads_only")
        return found

    def authenticate_credentials(self, token: Any) -> Any:
        try:
            return super().authenticate_credentials(token)
        except UnicodeDecodeError:
            raise AuthenticationFailed from None

    def validate_user(self, auth_token: Any) -> Any:
        if not may_sign_in(auth_token.user):
            raise AuthenticationFailed
        second_factors.check(auth_token.user)
        tokens.note_use(auth_token)
        return auth_token.user, auth_token

    def _cleanup_token(self, auth_token: Any) -> bool:
        """Whether it has run out. What has is deleted by night, and not by the next request."""
        return auth_token.expiry is None or auth_token.expiry < timezone.now()
