"""Imports: a person's own, what became of them, and how the data stood that they were judged against."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet, Sum

from forms_app.models import Import, ImportUnit
from forms_app.models.imports import RUNNING, UNIT_JUDGED, WAITING
from trial.access import Right, can
from trial.models import Participant, Record, Site, User, Visit
from trial.refusals import Refusal

COUNTS = """
select outcome ->> 'what', outcome ->> 'result', count(*)
from forms_app_importunit u, jsonb_array_elements(u.outcomes) as outcome
where u.of_id = %s
group by 1, 2
"""


@dataclass(frozen=True)
class Progress:
    """How many participants of the file there are, are done with, and have something that is refused."""

    units: int
    done: int
    refused: int

    @property
    def percent(self) -> int:
        return 100 * self.done // self.units if self.units else 0


@dataclass(frozen=True)
class Line:
    """One problem as the report lists it: of which participant, where it stands, what is wrong."""

    participant: str
    visit: str
    form: str
    file: str
    row: int
    column: str
    value: str
    sentence: str


def own(person: User) -> QuerySet[Import]:
    """The imports of a person, the newest first, without the files themselves."""
    return Import.objects.filter(owner=person).defer("content")


def get(person: User, number: int) -> Import:
    """One of them, or the refusal that there is none: also to who may bring in nothing."""
    found = own(person).filter(pk=number).first()
    if found is None or not can(person, Right.IMPORT):
        raise Refusal("not_found")
    return found


def progress(found: Import) -> Progress:
    """How far it is: one statement."""
    waits = UNIT_JUDGED if found.is_saving else WAITING
    units = found.units.values("state").annotate(number=Count("id"), wrong=Sum("refused"))
    rows = [(each["state"], each["number"], each["wrong"]) for each in units]
    total = sum(number for _, number, _ in rows)
    return Progress(
        total,
        total - sum(number for state, number, _ in rows if state == waits),
        sum(wrong for *_, wrong in rows),
    )


def counts(found: Import) -> dict[str, Counter[str]]:
    """How many participants, enrolments, visits and records are new, changed, unchanged and refused."""
    told: dict[str, Counter[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [found.pk])
        for what, result, number in cursor.fetchall():
            told.setdefault(what, Counter())[result] = number
    return told


def lines(found: Import) -> Iterator[Line]:
    """Every problem, in the order of the participants."""
    units = found.units.filter(refused__gt=0).order_by("place")
    for unit in units.defer("content").iterator(chunk_size=100):
        yield from _lines(unit)


def numbered_lines(found: Import, at: int | None, back: bool, most: int) -> list[tuple[int, Line]]:
    """So many problems beyond the one with a number, or before it when turned `back`, with their numbers."""
    limit = -1 if at is None else at
    numbered = enumerate(lines(found))
    if back:
        return [each for each in numbered if each[0] < limit][::-1][:most]
    return list(islice((each for each in numbered if each[0] > limit), most))


def _lines(unit: ImportUnit) -> Iterator[Line]:
    for outcome in unit.outcomes:
        for problem in outcome["problems"]:
            yield Line(unit.participant, outcome["visit"], outcome["form"], **problem)


def remembered(person: User, fingerprint: str) -> dict[str, Any] | None:
    """What the person last decided of the same columns, or None."""
    earlier = own(person).filter(fingerprint=fingerprint).exclude(choices={})
    return earlier.order_by("-id").values_list("choices", flat=True).first()


def expired(moment: Any) -> QuerySet[Import]:
    """Those whose content must go."""
    return Import.objects.filter(expires_at__lt=moment).exclude(content=None, units=None).defer("content")


def under_way() -> list[int]:
    """Those that are to be judged or saved, whether a task works on them or not."""
    return list(Import.objects.filter(state__in=RUNNING).values_list("pk", flat=True))


def position(codes: Collection[str]) -> str:
    """A sum of the versions of everything that the participants have; another one when anything moved."""
    told = sha256()
    for rows in _standing(codes):
        for row in rows:
            told.update(repr(row).encode())
    return told.hexdigest()


def _standing(codes: Collection[str]) -> Iterator[QuerySet[Any, Any]]:
    there = Participant.objects.filter(code__in=codes)
    yield there.order_by("code").values_list("code", "state")
    of_visits = Visit.objects.filter(participant__in=there)
    yield of_visits.order_by("participant__code", "code").values_list("participant__code", "code", "version")
    of_records = Record.objects.filter(participant__in=there).order_by("id")
    yield of_records.values_list("id", "version", "removed")
    sites = {code.partition("-")[0] for code in codes}
    yield Site.objects.filter(code__in=sites).order_by("code").values_list("code", "last_number")
