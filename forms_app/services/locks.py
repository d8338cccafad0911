"""Freezing and locking data, and taking that back: a freeze by one person, a lock by two.

Every act holds the rows of the participants that it is about, by code, so a save under way ends before it and
the next one meets the lock. What a lock covers is refused by the database itself.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forms_app.models import Lock
from forms_app.models.lock import FROZEN, LOCKED, RECORD, STUDY
from forms_app.selectors import locks, open_points
from forms_app.selectors.lock_target import LockTarget, of_lock
from trial.access import Right, can, check_right
from trial.audit.context import attributed
from trial.lifecycle import COMPLETE
from trial.models import Participant, Record, Site, User
from trial.refusals import Refusal
from trial.tasks import ask_for_seal


def freeze(*, by: User, target: LockTarget, reason: str) -> Lock:
    """Let the data stand still; questions about them, verification and signatures go on.

    Refused: no right, no reason, something that a freeze or a lock covers already.
    """
    _check_may_lock(by, target)
    _check_reason(reason)
    with attributed(by=by, reason=reason):
        _hold(target)
        _check_uncovered(target, FROZEN)
        return _put(by, target, FROZEN, reason, {})


def lock(*, by: User, target: LockTarget, reason: str, seen: str = "") -> Lock:
    """Let nothing of the data move. What is open then is kept with the lock.

    A form has to be complete. Somebody must have seen what is open: `seen` is the sign of those points
    (`OpenPoints.sign`). Refused: no right, no reason, something that a lock covers already, an incomplete
    form, open points that are not those seen.
    """
    _check_may_lock(by, target)
    _check_reason(reason)
    with attributed(by=by, reason=reason):
        _hold(target)
        _check_uncovered(target, LOCKED)
        found = open_points.read(target)
        if target.scope == RECORD:
            _check_complete(target)
        if found.points and seen != found.sign:
            known = open_points.told(by, found.plain())["counts"]
            raise Refusal(
                "lock_open_points",
                extra={"open": known, "seen": found.sign},
                count=sum(known.values()),
            )
        if target.scope == STUDY:
            transaction.on_commit(ask_for_seal, robust=True)
        return _put(by, target, LOCKED, reason, found.plain())


def release(*, by: User, lock: Lock, reason: str) -> Lock:
    """End a freeze, with the reason. A lock ends by `request_unlock` and `approve` only."""
    _check_may_lock(by, of_lock(lock))
    _check_reason(reason)
    with attributed(by=by, reason=reason):
        held = _held(lock)
        if held.kind != FROZEN:
            raise Refusal("unlock_by_two")
        return _release(by, held)


def request_unlock(*, by: User, lock: Lock, reason: str) -> Lock:
    """Ask for a lock to be taken off, with the reason. It stays until another person agrees."""
    _check_may_lock(by, of_lock(lock))
    _check_reason(reason)
    with attributed(by=by, reason=reason):
        held = _held(lock)
        if held.kind != LOCKED:
            raise Refusal("unlock_of_freeze")
        if held.unlock_requested_by_id is not None:
            raise Refusal("unlock_requested")
        held.unlock_requested_by, held.unlock_requested_at = by, timezone.now()
        held.unlock_reason = reason.strip()
        return _save(held, "unlock_requested_by", "unlock_requested_at", "unlock_reason")


def approve(*, by: User, lock: Lock, reason: str) -> Lock:
    """Agree to what somebody else asked for: the lock is off, and stays as a row."""
    _check_may_approve(by, lock)
    _check_reason(reason)
    with attributed(by=by, reason=reason):
        held = _asked_for(lock)
        if held.unlock_requested_by_id == by.pk:
            raise Refusal("unlock_second_person")
        return _release(by, held)


def decline(*, by: User, lock: Lock, reason: str) -> Lock:
    """Say no to a request, or take back one's own: the lock stays."""
    if lock.unlock_requested_by_id != by.pk:
        _check_may_approve(by, lock)
    _check_reason(reason)
    with attributed(by=by, reason=reason):
        held = _asked_for(lock)
        held.unlock_requested_by, held.unlock_requested_at, held.unlock_reason = None, None, ""
        return _save(held, "unlock_requested_by", "unlock_requested_at", "unlock_reason")


def may_lock(person: User, target: LockTarget) -> bool:
    """Whether somebody may freeze and lock this."""
    right = Right.LOCK_STUDY if target.scope == STUDY else Right.LOCK
    return can(person, right, target.site)


def may_approve(person: User, lock: Lock) -> bool:
    """Whether somebody may agree to unlocking this: for the study at every site that has participants."""
    if lock.scope != STUDY:
        return can(person, Right.APPROVE_UNLOCK, lock.site)
    sites = Site.objects.filter(participants__isnull=False).distinct()
    return can(person, Right.APPROVE_UNLOCK) and all(
        can(person, Right.APPROVE_UNLOCK, site) for site in sites
    )


def _check_may_lock(by: User, target: LockTarget) -> None:
    if not may_lock(by, target):
        right = Right.LOCK_STUDY if target.scope == STUDY else Right.LOCK
        raise Refusal("right", right=_(right.value))


def _check_may_approve(by: User, lock: Lock) -> None:
    if not may_approve(by, lock):
        check_right(by, Right.APPROVE_UNLOCK, lock.site)
        raise Refusal("right", right=_("agree to an unlocking at every site that has participants"))


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal("lock_reason")


def _hold(target: LockTarget) -> None:
    """Wait for what is under way, sites before participants: who adds somebody holds the site."""
    list(target.sites.select_for_update(no_key=True).values_list("pk"))
    people = Participant.objects.filter(pk__in=target.people.order_by().values("pk")).order_by("code")
    list(people.select_for_update(no_key=True).values_list("pk"))


def _check_uncovered(target: LockTarget, kind: str) -> None:
    over = locks.stronger_over(target, kind).first()
    if over is not None:
        raise Refusal("lock_covered", kind=_(over.kind), scope=_(over.scope), extra={"lock": over.pk})


def _check_complete(target: LockTarget) -> None:
    assert target.record is not None
    record = Record.objects.get(pk=target.record.pk)
    if record.state != COMPLETE and not record.removed:
        raise Refusal("lock_incomplete")


def _put(by: User, target: LockTarget, kind: str, reason: str, report: dict[str, Any]) -> Lock:
    return Lock.objects.create(
        kind=kind,
        scope=target.scope,
        site=target.site,
        participant=target.participant,
        visit=target.visit,
        record=target.record,
        set_by=by,
        reason=reason.strip(),
        report=report,
    )


def _held(lock: Lock) -> Lock:
    """The lock as it stands now, kept from changing until the transaction ends."""
    held = Lock.objects.select_for_update(of=("self",)).select_related("site").get(pk=lock.pk)
    if held.released_at is not None:
        raise Refusal("lock_released")
    return held


def _asked_for(lock: Lock) -> Lock:
    held = _held(lock)
    if held.unlock_requested_by_id is None:
        raise Refusal("unlock_not_requested")
    return held


def _release(by: User, held: Lock) -> Lock:
    held.released_by, held.released_at = by, timezone.now()
    return _save(held, "released_by", "released_at")


def _save(held: Lock, *columns: str) -> Lock:
    held.save(update_fields=columns)
    # When it was, the database says.
    held.refresh_from_db(fields=columns)
    return held
