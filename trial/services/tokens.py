"""Acts on the tokens with which programs use the API in a person's name."""

from knox.models import AuthToken

from trial.models import User
from trial.refusals import Refusal


def create(*, by: User) -> tuple[AuthToken, str]:
    """Make a token for oneself: the row and the token itself, which is not kept and cannot be read again."""
    token, secret = AuthToken.objects.create(user=by)
    return token, secret


def revoke(*, by: User, key: str) -> None:
    """End one's own token, named by its first characters. It stops working at once."""
    deleted, _ = AuthToken.objects.filter(user=by, token_key=key).delete()
    if not deleted:
        raise Refusal("not_found")
