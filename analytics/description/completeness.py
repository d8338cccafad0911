"""How many outcomes are there, and why the others are not."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Value

from analytics.datasets import awaited
from analytics.datasets.awaited import AwaitedVisits
from analytics.datasets.vectors import form_of
from trial.crf.codelists import END_REASON, MISSING
from trial.models import Participant, Visit
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis
from trial.protocol.marker import N_

NOT_DUE = N_("not yet due")
NO_VISIT = N_("no visit recorded")
NOT_DONE = N_("visit not done")
NO_FORM = N_("form not entered")
NOT_MEASURED = N_("not measured")
NO_VALUE = N_("no value, and no reason")
ORDER = {visit.code: place for place, visit in enumerate(STUDY.schedule.visits)}

# Stands among the codes of visits.
WITHDRAWAL = ""


@dataclass(frozen=True)
class VisitCompleteness:
    """Of the treated at one visit: how many have a value, and the others by reason, most frequent first."""

    visit: str
    of: int
    present: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Attendance:
    """By primary key of the participants: whether each visit occurred, the place of the last visit that
    anything was said of, and why they withdrew; and which visits are still awaited.
    """

    occurred: Mapping[tuple[int, str], str]
    last: Mapping[int, int]
    left: Mapping[int, str]
    awaited: AwaitedVisits

    def no_visit(self, person: int, code: str, visit: str) -> str:
        """Why nothing was said of a visit: only after the last that was can who left be missed."""
        if self.awaited.holds(code, visit):
            return NOT_DUE
        return self.left.get(person, NO_VISIT) if ORDER[visit] > self.last.get(person, -1) else NO_VISIT


def completeness(
    treated: Sequence[Participant],
) -> tuple[tuple[Analysis, tuple[VisitCompleteness, ...]], ...]:
    """Three queries, and one for each outcome. Every treated participant is counted at every visit."""
    people = {person.pk: person.code for person in treated}
    attendance = _attendance(people)
    return tuple((analysis, _of(analysis, people, attendance)) for analysis in STUDY.analyses)


def _attendance(people: Iterable[int]) -> Attendance:
    """Three queries."""
    withdrawn = awaited.withdrawn().filter(record__participant__in=list(people))
    reasons = withdrawn.values_list("record__participant", Value(WITHDRAWAL), "wddecod")
    visits = Visit.objects.filter(participant__in=list(people))
    occurred: dict[tuple[int, str], str] = {}
    last: dict[int, int] = {}
    left: dict[int, str] = {}
    for participant, code, answer in visits.values_list("participant", "code", "occurred").union(reasons):
        if code == WITHDRAWAL:
            left[participant] = END_REASON.label(answer)
            continue
        occurred[participant, code] = answer
        last[participant] = max(last.get(participant, -1), ORDER.get(code, -1))
    return Attendance(occurred, last, left, awaited.read())


def _of(
    analysis: Analysis, people: Mapping[int, str], attendance: Attendance
) -> tuple[VisitCompleteness, ...]:
    wanted = Q(record__removed=False, record__participant__in=list(people))
    wanted &= Q(record__visit__code__in=analysis.visits)
    found = form_of(analysis)._default_manager.filter(wanted).select_related("record__visit")
    rows = {
        (row.record.participant_id, str(row.record.visit and row.record.visit.code)): row for row in found
    }

    def reason(person: int, code: str, visit: str) -> str:
        row, occurred = rows.get((person, visit)), attendance.occurred.get((person, visit))
        return _reason(analysis, row, occurred, attendance.no_visit(person, code, visit))

    return tuple(
        _at(visit, [reason(person, code, visit) for person, code in people.items()])
        for visit in analysis.visits
    )


def _at(visit: str, reasons: list[str]) -> VisitCompleteness:
    """A reason that is empty is a value."""
    missing = Counter(reason for reason in reasons if reason)
    ordered = sorted(missing.items(), key=lambda item: (-item[1], item[0]))
    return VisitCompleteness(visit, len(reasons), len(reasons) - missing.total(), tuple(ordered))


def _reason(analysis: Analysis, row: Any, occurred: str | None, no_visit: str) -> str:
    if row is None:
        if occurred is None:
            return no_visit
        return NOT_DONE if occurred == "N" else NO_FORM
    if getattr(row, analysis.item) is not None:
        return ""
    return _code_of(row) or (NOT_MEASURED if _has_words(row) else NO_VALUE)


def _code_of(row: Any) -> str:
    """The first code that says why something of the form has no value."""
    for item in type(row).items():
        code = getattr(row, item.missing_name, None)
        if code is not None and not item.derived:
            return MISSING.label(code)
    return ""


def _has_words(row: Any) -> bool:
    """Whether the form says in words why nothing was measured, in CDISC's --REASND."""
    return any(item.cdisc.endswith("REASND") and getattr(row, item.name) for item in type(row).items())
