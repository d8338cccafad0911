"""Acts on the tokens with which programs use the API in a person's name."""

from datetime import timedelta

from django.utils import timezone

from trial.models import ApiToken, Reach, User
from trial.refusals import Refusal
from trial.services import fields

DAYS = 30
MOST_DAYS = 90
# How long a token that has run out is still shown to its person.
KEPT = timedelta(days=30)
# To know the hour is enough: a write for each request would cost more than it tells.
NOTED = timedelta(hours=1)


def create(
    *, by: User, name: str = "API", scope: Reach = Reach.WRITE, days: int = DAYS
) -> tuple[ApiToken, str]:
    """Make a token for oneself: the row and the token itself, which is not kept and cannot be read again."""
    if not 1 <= days <= MOST_DAYS:
        raise Refusal("token_days", most=MOST_DAYS)
    fields.check(ApiToken(user=by, digest="-", token_key="-", name=name.strip(), scope=scope.value))  # nosec B106
    # Knox takes a span where Django would take a moment.
    token, secret = ApiToken.objects.create(
        user=by,
        name=name.strip(),
        scope=scope.value,
        expiry=timedelta(days=days),  # type: ignore[misc]
    )
    return token, secret


def revoke(*, by: User, key: str) -> None:
    """End one's own token, named by its first characters. It stops working at once."""
    deleted, _ = ApiToken.objects.filter(user=by, token_key=key).delete()
    if not deleted:
        raise Refusal("not_found")


def end_all(user: User) -> None:
    """End whatever tokens somebody has. Part of an act on the account, which has its own right."""
    ApiToken.objects.filter(user=user).delete()


def note_use(token: ApiToken) -> None:
    """Write down that a token was used, once in an hour at most."""
    now = timezone.now()
    if token.used_at is None or now - token.used_at >= NOTED:
        token.used_at = now
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)


def clear_expired() -> None:
    """Delete the tokens that have run out so long ago that nobody looks for them any more."""
    ApiToken.objects.filter(expiry__lt=timezone.now() - KEPT).delete()
