"""Ending sessions: a browser that is signed in is signed out with its next request."""

from trial.models import Session, User
from trial.refusals import Refusal
from trial.selectors import sessions


def end(*, by: User, sign: str) -> None:
    """End one of one's own sessions, named by its sign."""
    found = next((each for each in sessions.own(by) if each.sign == sign), None)
    if found is None:
        raise Refusal("not_found")
    found.delete()


def end_others(*, by: User, but: str | None) -> int:
    """End one's own sessions but the one with this key; how many there were."""
    return _delete(by, but)


def end_all(user: User) -> None:
    """End whatever somebody has open. Part of an act on the account, which has its own right."""
    _delete(user, None)


def _delete(user: User, but: str | None) -> int:
    ended, _ = Session.objects.filter(user=user).exclude(session_key=but or "").delete()
    return ended
