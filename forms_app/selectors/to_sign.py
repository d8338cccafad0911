"""What waits for a signature: complete and not signed, or signed and broken since."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from forms_app.models import Lock, Signature
from forms_app.models.lock import FROZEN, LOCKED, PARTICIPANT, SITE, STUDY
from forms_app.models.lock import RECORD as LOCKED_RECORD
from forms_app.models.lock import VISIT as LOCKED_VISIT
from forms_app.models.signature import CASEBOOK, RECORD, VISIT
from forms_app.selectors import signatures
from trial.access import Right, sites_with
from trial.lifecycle import COMPLETE, COMPLETED, SCREEN_FAILURE, WITHDRAWN
from trial.models import Participant, Record, Site, User, Visit
from trial.protocol import STUDY as TRIAL
from trial.protocol.marker import N_

# The visit at which the protocol has the primary outcome; the investigator endorses what led to it.
MILESTONE = "W12"
ENDED = (COMPLETED, WITHDRAWN, SCREEN_FAILURE)

FROZEN_NOW = N_("the data are frozen for an analysis or for the lock")
HAS_ENDED = N_("the participation has ended")
REACHED = N_("week 12 is recorded")


@dataclass(frozen=True)
class Waiting:
    """A visit whose forms are all complete, or without a visit's completeness one form, or an entry of a log.

    `form` is empty for a whole visit, `forms` is how many of its forms are not signed.
    """

    participant: str
    visit: str
    form: str
    repeat: int
    forms: int
    broken: bool


@dataclass(frozen=True)
class DueCasebook:
    """A casebook that the investigator should endorse now, and at which milestone (E6(R3) 4.1 o)."""

    participant: str
    milestone: str
    broken: bool


@dataclass(frozen=True)
class ToSign:
    waiting: list[Waiting]
    casebooks: list[DueCasebook]

    @property
    def count(self) -> int:
        return len(self.waiting) + len(self.casebooks)


def read(user: User) -> ToSign:
    """What the person may sign and should, at their sites; four statements.

    A signature that does not match what is stored counts as broken.
    """
    signing = sites_with(user, Right.SIGN)
    endorsing = sites_with(user, Right.SIGN_CASEBOOK)
    if not signing and not endorsing:
        return ToSign([], [])
    standing = signatures.at_sites({*signing, *endorsing})
    void = [each.signature.pk for each in standing if not each.is_broken and not each.matches]
    return ToSign(_waiting(_unsigned(signing, void)), _casebooks(endorsing, void))


def count(user: User) -> int:
    """How many lines `read` would have, by what the database knows as broken; two statements at most."""
    found = 0
    if signing := sites_with(user, Right.SIGN):
        numbers = _unsigned(signing).aggregate(
            visits=Count("visit", distinct=True, filter=Q(ready=True)),
            forms=Count("pk", filter=Q(ready=False)),
        )
        found += numbers["visits"] + numbers["forms"]
    if endorsing := sites_with(user, Right.SIGN_CASEBOOK):
        found += _due(endorsing).count()
    return found


def milestone_of(participant: Participant) -> str:
    """Why the casebook of a participant should be endorsed now; "" when it need not, or is. One statement."""
    due = _due([participant.site]).filter(pk=participant.pk).first()
    return _milestone(due) if due else ""


def _waiting(records: QuerySet[Any]) -> list[Waiting]:
    found: dict[tuple[str, str, str, int], list[bool]] = {}
    rows = records.order_by("participant__code", "visit__id", "form", "repeat").values_list(
        "participant__code", "visit__code", "form", "repeat", "ready", "broken"
    )
    for participant, visit, form, repeat, ready, broken in rows:
        key = (participant, visit, "", 1) if ready else (participant, visit or "", form, repeat)
        found.setdefault(key, []).append(broken)
    waiting = [Waiting(*key, forms=len(each), broken=any(each)) for key, each in found.items()]
    return sorted(waiting, key=_place)


def _place(waiting: Waiting) -> tuple[str, int, str, int]:
    position = TRIAL.schedule.position(waiting.visit) if waiting.visit else 10_000
    return waiting.participant, position, waiting.form, waiting.repeat


def _unsigned(sites: Iterable[Site], void: Collection[int] = ()) -> QuerySet[Any]:
    """The complete records in use that no standing signature covers; `ready` says that their whole visit is
    complete, `broken` that a signature of them broke."""
    over = (
        Q(scope=CASEBOOK, participant=OuterRef("participant"))
        | Q(scope=VISIT, visit=OuterRef("visit"))
        | Q(scope=RECORD, record=OuterRef("pk"))
    )
    standing = Signature.objects.filter(over, broken_at=None).exclude(pk__in=void)
    broken = Signature.objects.filter(over).filter(Q(broken_at__isnull=False) | Q(pk__in=void))
    complete = (
        Record.objects.filter(visit=OuterRef("visit"), state=COMPLETE, removed=False)
        .values("visit")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        Record.objects.filter(state=COMPLETE, removed=False, participant__site__in=list(sites))
        .exclude(Exists(standing))
        .exclude(Exists(_locks(LOCKED, "participant__site", "participant", smaller=True)))
        .annotate(
            complete=Coalesce(Subquery(complete), Value(0)),
            broken=Exists(broken),
            ready=Case(
                When(visit=None, then=Value(False)),
                When(complete=_expected(), then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
        )
    )


def _expected() -> Case:
    """How many forms the visit of a record has."""
    declared = [When(visit__code=visit.code, then=Value(len(visit.forms))) for visit in TRIAL.schedule.visits]
    return Case(*declared, default=Value(len(TRIAL.schedule.unscheduled_forms)), output_field=IntegerField())


def _casebooks(sites: Iterable[Site], void: Collection[int]) -> list[DueCasebook]:
    return [
        DueCasebook(each.code, _milestone(each), each.broken) for each in _due(sites, void).order_by("code")
    ]


def _due(sites: Iterable[Site], void: Collection[int] = ()) -> QuerySet[Any]:
    """The participants at a milestone whose casebook nobody's standing signature covers."""
    of_casebook = Signature.objects.filter(scope=CASEBOOK, participant=OuterRef("pk"))
    return (
        Participant.objects.filter(site__in=list(sites))
        .annotate(
            frozen=Exists(_locks(FROZEN, "site", "pk")),
            at_week=Exists(Visit.objects.filter(participant=OuterRef("pk"), code=MILESTONE)),
            ended=Case(When(state__in=ENDED, then=Value(True)), default=Value(False)),
            broken=Exists(of_casebook.filter(Q(broken_at__isnull=False) | Q(pk__in=void))),
        )
        .filter(Q(frozen=True) | Q(at_week=True) | Q(ended=True), records__isnull=False)
        .exclude(Exists(of_casebook.filter(broken_at=None).exclude(pk__in=void)))
        .exclude(Exists(_locks(LOCKED, "site", "pk")))
        .distinct()
    )


def _locks(kind: str, site: str, participant: str, *, smaller: bool = False) -> QuerySet[Lock]:
    """The locks of a kind over an outer row, by its paths; with `smaller` those over a record's visit and
    the record too."""
    over = (
        Q(scope=STUDY)
        | Q(scope=SITE, site=OuterRef(site))
        | Q(scope=PARTICIPANT, participant=OuterRef(participant))
    )
    if smaller:
        over |= Q(scope=LOCKED_VISIT, visit=OuterRef("visit")) | Q(scope=LOCKED_RECORD, record=OuterRef("pk"))
    return Lock.objects.filter(over, kind=kind, released_at=None)


def _milestone(due: Any) -> str:
    if due.frozen:
        return FROZEN_NOW
    return HAS_ENDED if due.ended else REACHED
