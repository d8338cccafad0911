"""Locks in words: what is covered, by whom and why, what was open, and what somebody may do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.models import Lock
from forms_app.models.lock import FROZEN, LOCKED, PARTICIPANT, RECORD, SITE, STUDY, VISIT
from forms_app.screens.presenters.status import Sign
from forms_app.selectors.lock_target import LockTarget, of_lock
from forms_app.selectors.open_points import OPEN_KINDS
from forms_app.services import locks as service
from trial.crf import paths, registry
from trial.models import User
from trial.protocol.marker import N_
from trial.visit_name import visit_name

KIND_SIGNS = {
    FROZEN: Sign("lock", "partial", N_("Frozen"), N_("The data stand still; questions about them go on")),
    LOCKED: Sign("lock", "due", N_("Locked"), N_("Nothing moves")),
}
RELEASED = Sign("slash", "quiet", N_("Released"), N_("Not in force any more"))

RELEASE, REQUEST, APPROVE, DECLINE = "release", "request", "approve", "decline"


@dataclass(frozen=True)
class Banner:
    """What a page says above locked data: that they are, by whom and why, and how that ends."""

    title: str
    said: str
    way: str
    address: str


@dataclass(frozen=True)
class LockView:
    """A lock as a line of a list. `moves` are what the person may do about it."""

    lock: Lock
    what: str
    address: str
    sign: Sign
    moves: tuple[str, ...]

    @property
    def waits(self) -> bool:
        """Whether its unlocking waits for a second person."""
        return self.lock.unlock_requested_by_id is not None and self.lock.released_at is None


@dataclass(frozen=True)
class PointLine:
    """One thing that is open, in words, and where it is."""

    said: str
    address: str


@dataclass(frozen=True)
class PointsOfKind:
    """What is open of one kind."""

    title: str
    lines: tuple[PointLine, ...]


def banner(lock: Lock | None) -> Banner | None:
    """What is said above data that a lock covers; None without one."""
    if lock is None:
        return None
    templates = {
        FROZEN: _("The {scope} is frozen: the data stand still, questions about them go on."),
        LOCKED: _("The {scope} is locked: nothing of it changes."),
    }
    said = _("By {who}, {when}: “{reason}”")
    return Banner(
        title=templates[lock.kind].format(scope=_(lock.scope)),
        said=said.format(who=lock.set_by.full_name, when=moment(lock.set_at), reason=lock.reason),
        way=_way_out(lock),
        address=reverse("lock", args=[lock.pk]),
    )


def _way_out(lock: Lock) -> str:
    if lock.kind == FROZEN:
        return _("A data manager releases it.")
    if lock.unlock_requested_by_id is not None:
        return _("The unlocking is asked for; a second person has to agree.")
    return _("A data manager asks for the unlocking, and a second person agrees.")


def moment(at: datetime) -> str:
    """A moment in UTC, as the reader's language writes it."""
    return f"{date_format(at, 'DATETIME_FORMAT')} UTC"


def view(person: User, lock: Lock) -> LockView:
    """A lock in words, with what the person may do about it."""
    target = of_lock(lock)
    return LockView(
        lock=lock,
        what=name(target),
        address=address(target),
        sign=RELEASED if lock.released_at else KIND_SIGNS[lock.kind],
        moves=_moves(person, lock, target),
    )


def _moves(person: User, lock: Lock, target: LockTarget) -> tuple[str, ...]:
    if lock.released_at is not None:
        return ()
    if lock.unlock_requested_by_id is None:
        asks = RELEASE if lock.kind == FROZEN else REQUEST
        return (asks,) if service.may_lock(person, target) else ()
    if lock.unlock_requested_by_id == person.pk:
        return (DECLINE,)
    return (APPROVE, DECLINE) if service.may_approve(person, lock) else ()


def name(target: LockTarget) -> str:
    """What is locked, in words."""
    if target.scope == STUDY:
        return _("The study")
    if target.scope == SITE:
        return str(target.site)
    assert target.participant is not None
    parts = [target.participant.code]
    if target.visit is not None:
        parts.append(visit_name(target.visit.code))
    if target.record is not None:
        parts.append(_form(target.record.form))
        if target.visit is None:
            parts.append(str(target.record.repeat))
    return ", ".join(parts)


def address(target: LockTarget) -> str:
    """The page of what is locked; empty for a site and the study."""
    if target.participant is None:
        return ""
    code = target.participant.code
    if target.scope == PARTICIPANT:
        return reverse("participant", args=[code])
    if target.scope == VISIT and target.visit is not None:
        return reverse("visit", args=[code, target.visit.code])
    assert target.record is not None
    return _of_form(code, target.visit.code if target.visit else "", target.record.form, target.record.repeat)


def way_to_lock(person: User, target: LockTarget, lock: Lock | None) -> str:
    """The address at which the person freezes or locks this; empty where it is locked, or not for them."""
    if (lock and lock.kind == LOCKED) or not service.may_lock(person, target):
        return ""
    return f"{reverse('lock-new')}?{urlencode(codes(target))}"


def codes(target: LockTarget) -> dict[str, str]:
    """The codes that name the target, as a page sends them."""
    named = {"scope": target.scope}
    if target.participant is not None:
        named["participant"] = target.participant.code
    elif target.site is not None:
        named["site"] = target.site.code
    if target.visit is not None:
        named["visit"] = target.visit.code
    if target.scope == RECORD and target.record is not None:
        named |= {"form": target.record.form, "repeat": str(target.record.repeat)}
    return named


def points(report: Mapping[str, Any]) -> list[PointsOfKind]:
    """What is open, or was when a lock was put on, by kind and in words."""
    by_kind: dict[str, list[PointLine]] = {}
    for each in report.get("points", ()):
        by_kind.setdefault(each["kind"], []).append(_point(each))
    ordered = [kind for kind in OPEN_KINDS if kind in by_kind]
    return [PointsOfKind(_(kind), tuple(by_kind[kind])) for kind in ordered]


def elsewhere(report: Mapping[str, Any]) -> int:
    """How many points of a report lie at sites that are not the reader's."""
    return sum(report["counts"].values()) - len(report["points"]) if report else 0


def _point(plain: dict[str, Any]) -> PointLine:
    participant, visit, form = plain["participant"], plain["visit"], plain["form"]
    parts = [participant]
    if visit:
        parts.append(visit_name(visit))
    if form:
        parts.append(_form(form) if visit else f"{_form(form)} {plain['repeat']}")
    if plain["item"]:
        parts.append(_item(form, plain["item"]))
    where = (
        _of_form(participant, visit, form, plain["repeat"])
        if form
        else reverse("visit", args=[participant, visit])
    )
    return PointLine(", ".join(parts), where)


def _of_form(participant: str, visit: str, form: str, repeat: int) -> str:
    if visit:
        return reverse("record", args=[participant, visit, form])
    return reverse("log", args=[participant, form, repeat])


def _form(code: str) -> str:
    form = registry.form(code)
    return _(form.title) if form else code


def _item(form: str, path: str) -> str:
    declared = registry.form(form)
    place = paths.find(declared, path) if declared else None
    return place.label if place else path
