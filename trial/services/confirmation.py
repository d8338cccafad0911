"""Making sure, in the middle of a session, that whoever acts is the person who signed in."""

from trial import lock_out
from trial.models import User
from trial.refusals import Refusal
from trial.security_keys import Assertion
from trial.services import second_factors


def confirm(
    *,
    user: User,
    password: str,
    code: str = "",
    needs_code: bool,
    username: str | None = None,
    assertion: Assertion | None = None,
) -> None:
    """Raise Refusal unless the password is the person's, and the second factor where it is asked for.

    `needs_code` asks for it where the account has one; `code` is one of an app or a recovery code,
    `assertion` the answer of a security key. A `username` that is given must be the person's. Failures count
    towards the lock-out, so call it before a transaction begins: what is rolled back is not counted. They are
    forgotten only when all that the account has was proved: a password forgives no wrong codes.
    """
    lock_out.check(user.username)
    if needs_code:
        second_factors.check(user)
    known = user.check_password(password) and (username is None or username.lower() == user.username)
    if not known or (needs_code and not _holds(user, code, assertion)):
        lock_out.count(user.username)
        raise Refusal("confirmation_failed")
    if needs_code or not second_factors.of(user).exists():
        lock_out.forget(user.username)


def prove_second_factor(*, user: User, code: str = "", assertion: Assertion | None = None) -> None:
    """The second step of signing in, after the password. Raise Refusal unless the proof is the person's."""
    lock_out.check(user.username)
    if not second_factors.proves(user, code=code, assertion=assertion):
        lock_out.count(user.username)
        raise Refusal("confirmation_failed")


def _holds(user: User, code: str, assertion: Assertion | None) -> bool:
    if not second_factors.of(user).exists():
        return True
    return second_factors.proves(user, code=code, assertion=assertion)
