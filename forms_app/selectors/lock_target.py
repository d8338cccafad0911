"""What a lock is put over: a form, a visit, a participant, a site or the study."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from forms_app.models import Lock
from forms_app.models.lock import PARTICIPANT, RECORD, SITE, STUDY, VISIT
from forms_app.selectors.records import find
from trial.access import Right, sites_with
from trial.models import Participant, Record, Site, User, Visit
from trial.refusals import Refusal
from trial.selectors import participants


@dataclass(frozen=True)
class LockTarget:
    """One thing that can be locked; what is larger is set along with it, as on a `Lock`."""

    scope: str
    site: Site | None = None
    participant: Participant | None = None
    visit: Visit | None = None
    record: Record | None = None

    @property
    def people(self) -> QuerySet[Participant]:
        """The participants whose data it holds, by code."""
        everybody = Participant.objects.select_related("site").order_by("code")
        if self.participant is not None:
            return everybody.filter(pk=self.participant.pk)
        return everybody if self.site is None else everybody.filter(site=self.site)

    @property
    def sites(self) -> QuerySet[Site]:
        """The sites that it takes whole, by code."""
        if self.scope == STUDY:
            return Site.objects.order_by("code")
        if self.scope == SITE and self.site is not None:
            return Site.objects.filter(pk=self.site.pk)
        return Site.objects.none()

    def over(self) -> Q:
        """The locks that cover all of it."""
        found = Q(scope=STUDY)
        if self.site is not None:
            found |= Q(scope=SITE, site=self.site)
        if self.participant is not None:
            found |= Q(scope=PARTICIPANT, participant=self.participant)
        if self.visit is not None:
            found |= Q(scope=VISIT, visit=self.visit)
        if self.record is not None:
            found |= Q(scope=RECORD, record=self.record)
        return found


STUDY_TARGET = LockTarget(STUDY)


def of_lock(lock: Lock) -> LockTarget:
    """What a lock is put over."""
    return LockTarget(lock.scope, lock.site, lock.participant, lock.visit, lock.record)


def of_site(site: Site) -> LockTarget:
    return LockTarget(SITE, site)


def of_participant(participant: Participant) -> LockTarget:
    return LockTarget(PARTICIPANT, participant.site, participant)


def of_visit(participant: Participant, visit: Visit) -> LockTarget:
    return LockTarget(VISIT, participant.site, participant, visit)


def of_record(participant: Participant, record: Record) -> LockTarget:
    return LockTarget(RECORD, participant.site, participant, record.visit, record)


@dataclass(frozen=True)
class Named:
    """What somebody wants to lock, by its codes; an empty one names nothing."""

    scope: str
    site: str = ""
    participant: str = ""
    visit: str = ""
    form: str = ""
    repeat: int = 1


def find_target(person: User, named: Named) -> LockTarget:
    """What these codes name, of what the person may see; or the refusal that it is not there."""
    if named.scope == STUDY:
        return STUDY_TARGET
    if named.scope == SITE:
        return of_site(_site(person, named.site))
    if named.scope not in (PARTICIPANT, VISIT, RECORD):
        known = ", ".join((RECORD, VISIT, PARTICIPANT, SITE, STUDY))
        raise Refusal("malformed", problem=_("What is to be locked is one of: {known}.").format(known=known))
    participant = participants.get(person, named.participant)
    if named.scope == PARTICIPANT:
        return of_participant(participant)
    if named.scope == VISIT:
        return of_visit(participant, _visit(participant, named.visit))
    record = find(participant, named.form, named.visit or None, named.repeat)
    if record is None:
        raise Refusal("not_found")
    return of_record(participant, record)


def _site(person: User, code: str) -> Site:
    site = next((each for each in sites_with(person, Right.VIEW_DATA) if each.code == code), None)
    if site is None:
        raise Refusal("not_found")
    return site


def _visit(participant: Participant, code: str) -> Visit:
    visit = Visit.objects.filter(participant=participant, code=code).first()
    if visit is None:
        raise Refusal("not_found")
    return visit
