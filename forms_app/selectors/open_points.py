"""What is open of what is to be locked: what somebody should know before nothing changes any more."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from forms_app.models import Query
from forms_app.models.query import ANSWERED, CANDIDATE, MANUAL, OPEN
from forms_app.models.signature import CASEBOOK
from forms_app.models.signature import RECORD as SIGNED_RECORD
from forms_app.models.signature import VISIT as SIGNED_VISIT
from forms_app.selectors import casebook, signatures, stored, verifications
from forms_app.selectors.casebook import Casebook, FormEntry, VisitEntry
from forms_app.selectors.lock_target import LockTarget
from forms_app.selectors.queries import sees_all
from forms_app.selectors.status import Status
from forms_app.selectors.verifications import NOTHING, Standing
from trial.access import Right, sites_with
from trial.models import Participant, Record, User
from trial.protocol.marker import N_
from trial.selectors.anchors import injection_dates

OVERDUE = N_("visits overdue")
EMPTY = N_("forms not begun")
INCOMPLETE = N_("forms in progress")
ASKED = N_("questions open")
PROPOSED = N_("questions proposed")
UNSETTLED = N_("questions answered and not settled")
UNSIGNED = N_("forms without a signature")
BROKEN = N_("forms with a signature that a change broke")
UNVERIFIED = N_("forms not verified")
CHANGED_SINCE = N_("forms changed since they were verified")

# In the order in which a report lists them.
OPEN_KINDS = (
    *(OVERDUE, EMPTY, INCOMPLETE, ASKED, PROPOSED, UNSETTLED, UNSIGNED, BROKEN, UNVERIFIED, CHANGED_SINCE),
)
KIND_OF_STATE = {OPEN: ASKED, CANDIDATE: PROPOSED, ANSWERED: UNSETTLED}


@dataclass(frozen=True, order=True)
class OpenPoint:
    """One thing that is open, by its codes: a visit without a form is the visit itself, `item` is where a
    question stands."""

    participant: str
    visit: str
    form: str
    repeat: int
    kind: str
    item: str = ""
    site: str = ""

    def plain(self) -> dict[str, Any]:
        """The point in JSON's types."""
        return dict(vars(self))


@dataclass(frozen=True)
class OpenPoints:
    """All that is open, how many people and forms it is of, and the sign by which somebody says to have seen
    exactly this."""

    points: tuple[OpenPoint, ...]
    people: int
    records: int
    complete: int

    @property
    def counts(self) -> dict[str, int]:
        """How many points there are of each kind, in the order of a report; what is not open is left out."""
        return _counts(point.kind for point in self.points)

    @property
    def sign(self) -> str:
        said = json.dumps([point.plain() for point in self.points], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def plain(self) -> dict[str, Any]:
        """The report in JSON's types, as a lock keeps it."""
        return {
            "people": self.people,
            "records": self.records,
            "complete": self.complete,
            "counts": self.counts,
            "points": [point.plain() for point in self.points],
        }


@dataclass(frozen=True)
class _Vouched:
    """What people vouched for: the keys of records with a signature, and how far each is verified."""

    signed: Collection[int]
    broken: Collection[int]
    verified: Mapping[int, Standing]


def told(person: User, report: Mapping[str, Any]) -> dict[str, Any]:
    """A report in JSON's types as somebody may know it: the points of their sites, and how many there are
    anywhere; a proposed question only where they see what is not put to the site."""
    if not report:
        return {}
    sites = sites_with(person, Right.VIEW_DATA)
    own, whole = {site.code for site in sites}, {site.code for site in sites if sees_all(person, site)}
    known = [point for point in report["points"] if point["kind"] != PROPOSED or point["site"] in whole]
    return {
        **report,
        "counts": _counts(point["kind"] for point in known),
        "points": [point for point in known if point["site"] in own],
    }


def _counts(kinds: Iterable[str]) -> dict[str, int]:
    found = Counter(kinds)
    return {kind: found[kind] for kind in OPEN_KINDS if found[kind]}


def read(target: LockTarget) -> OpenPoints:
    """What is open within the target; nine statements, whatever its size."""
    people = list(target.people)
    anchors = injection_dates({each.site_id for each in people})
    books = casebook.read_all({each: anchors.get(each.pk) for each in people})
    shown = [(book, visit) for book in books for visit in book.visits if _is_within(target, visit)]
    logs = [(book, entry) for book in books for log in book.logs for entry in log.entries]
    forms = [
        *((book, visit, entry) for book, visit in shown for entry in visit.forms),
        *((book, None, entry) for book, entry in logs if target.scope != "visit"),
    ]
    forms = [each for each in forms if target.record is None or _key(each[2]) == target.record.pk]
    vouched = _vouched(target, people, forms)
    points = [
        *(_visits(shown) if target.record is None else ()),
        *(point for each in forms for point in _form(*each, vouched)),
        *_questions(people, {_key(entry): (book, visit, entry) for book, visit, entry in forms}),
    ]
    used = [entry for _book, _visit, entry in forms if entry.record and entry.state != "removed"]
    return OpenPoints(
        points=tuple(sorted(points)),
        people=len(people),
        records=len(used),
        complete=sum(entry.is_complete for entry in used),
    )


def _is_within(target: LockTarget, visit: VisitEntry) -> bool:
    return target.visit is None or (visit.held is not None and visit.held.pk == target.visit.pk)


def _key(entry: FormEntry) -> int | None:
    return entry.record.pk if entry.record else None


def _visits(shown: Collection[tuple[Casebook, VisitEntry]]) -> Iterator[OpenPoint]:
    for book, visit in shown:
        if visit.status is Status.OVERDUE:
            yield _point(OVERDUE, book, visit)


def _form(
    book: Casebook, visit: VisitEntry | None, entry: FormEntry, vouched: _Vouched
) -> Iterator[OpenPoint]:
    if entry.state == "removed":
        return
    if entry.record is None:
        if visit is not None and visit.held is not None and visit.held.occurred == "Y":
            yield _point(EMPTY, book, visit, entry)
        return
    key = entry.record.pk
    if not entry.is_complete:
        yield _point(INCOMPLETE, book, visit, entry)
    if key not in vouched.signed:
        yield _point(BROKEN if key in vouched.broken else UNSIGNED, book, visit, entry)
    standing = vouched.verified.get(key, NOTHING)
    if standing.changed:
        yield _point(CHANGED_SINCE, book, visit, entry)
    if standing.open:
        yield _point(UNVERIFIED, book, visit, entry)


def _questions(
    people: list[Participant],
    forms: Mapping[int | None, tuple[Casebook, VisitEntry | None, FormEntry]],
) -> Iterator[OpenPoint]:
    """The questions that still want somebody. What explains a check is settled by that."""
    waiting = Q(state__in=(OPEN, CANDIDATE)) | Q(state=ANSWERED, check_code__startswith=MANUAL)
    asked = Query.objects.filter(waiting, record__participant__in=people, record__removed=False)
    for record, item, state in asked.values_list("record_id", "item", "state"):
        if record in forms:
            book, visit, entry = forms[record]
            yield _point(KIND_OF_STATE[state], book, visit, entry, item)


def _point(
    kind: str, book: Casebook, visit: VisitEntry | None, entry: FormEntry | None = None, item: str = ""
) -> OpenPoint:
    participant = book.participant
    return OpenPoint(
        participant=participant.code,
        visit=visit.planned.code if visit else "",
        form=entry.form.code if entry else "",
        repeat=entry.record.repeat if entry and entry.record else 1,
        kind=kind,
        item=item,
        site=participant.site.code,
    )


def _vouched(
    target: LockTarget,
    people: list[Participant],
    forms: Iterable[tuple[Casebook, VisitEntry | None, FormEntry]],
) -> _Vouched:
    """Which records are signed and verified; a signature of a visit or a casebook is one of its forms."""
    found = dict(_signatures(target, people))
    used = [
        (book, entry, entry.record)
        for book, _visit, entry in forms
        if entry.record is not None and entry.state != "removed"
    ]
    answers = stored.read(record for _book, _entry, record in used)
    marked = verifications.marks_of(record.pk for _book, _entry, record in used)
    return _Vouched(
        signed={key for key, intact in found.items() if intact},
        broken={key for key, intact in found.items() if not intact},
        verified={
            record.pk: verifications.standing(
                book.participant.code, entry.form, answers[record.pk], marked[record.pk]
            )
            for book, entry, record in used
            if record.pk in answers
        },
    )


def _signatures(target: LockTarget, people: list[Participant]) -> Iterator[tuple[int, bool]]:
    """Each record with a signature over it, and whether one of those is intact."""
    if target.participant is not None:
        given = signatures.of_participant(target.participant)
    else:
        given = signatures.at_sites({each.site_id: each.site for each in people}.values())
    by_key: dict[tuple[str, int], bool] = {}
    for each in given:
        key = each.signature.scope, signatures.signed_key(each.signature)
        by_key[key] = by_key.get(key, False) or each.is_intact
    rows = Record.objects.filter(participant__in=people).values_list("pk", "visit_id", "participant_id")
    for pk, visit, person in rows if by_key else ():
        keys = ((SIGNED_RECORD, pk), (SIGNED_VISIT, visit), (CASEBOOK, person))
        held = [by_key[key] for key in keys if key in by_key]
        if held:
            yield pk, any(held)
