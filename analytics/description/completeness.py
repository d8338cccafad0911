"""How many outcomes are there, and why the others are not."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Value

from analytics.datasets import awaited
from analytics.datasets.awaited import AwaitedVisits
from analytics.datasets.vectors import form_of
from trial.crf.codelists import END_REASON, MISSING
from trial.models import Participant, Visit, Withdrawal
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis
from trial.protocol.marker import N_

NOT_DUE = N_("not yet due")
NO_VISIT = N_("no visit recorded")
LEFT = N_("withdrawn")
NOT_DONE = N_("visit not done")
NO_FORM = N_("form not entered")
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


def completeness(
    treated: Sequence[Participant],
) -> tuple[tuple[Analysis, tuple[VisitCompleteness, ...]], ...]:
    """Three queries, and one for each outcome. Every treated participant is counted at every visit."""
    people = {person.pk: person.code for person in treated}
    visits, left = _visits_and_withdrawals(people)
    ahead = awaited.read()
    return tuple((analysis, _of(analysis, people, visits, ahead, left)) for analysis in STUDY.analyses)


def _visits_and_withdrawals(people: Iterable[int]) -> tuple[dict[tuple[int, str], str], dict[int, str]]:
    """Whether each visit occurred, and why participants withdrew. One query."""
    withdrawn = Withdrawal.objects.filter(record__removed=False, record__participant__in=list(people))
    reasons = withdrawn.values_list("record__participant", Value(WITHDRAWAL), "wddecod")
    visits = Visit.objects.filter(participant__in=list(people))
    found = list(visits.values_list("participant", "code", "occurred").union(reasons))
    occurred = {(participant, code): answer for participant, code, answer in found if code != WITHDRAWAL}
    left = {
        participant: END_REASON.label(reason) if reason else LEFT
        for participant, code, reason in found
        if code == WITHDRAWAL
    }
    return occurred, left


def _of(
    analysis: Analysis,
    people: dict[int, str],
    visits: dict[tuple[int, str], str],
    ahead: AwaitedVisits,
    left: dict[int, str],
) -> tuple[VisitCompleteness, ...]:
    wanted = Q(record__removed=False, record__participant__in=list(people))
    wanted &= Q(record__visit__code__in=analysis.visits)
    found = form_of(analysis)._default_manager.filter(wanted).select_related("record__visit")
    rows = {
        (row.record.participant_id, str(row.record.visit and row.record.visit.code)): row for row in found
    }

    # The last visit of each participant that anything was said of: only after it can who left be missed.
    seen: dict[int, int] = {}
    for participant, code in visits:
        seen[participant] = max(seen.get(participant, -1), ORDER.get(code, -1))

    def reason(person: int, visit: str) -> str:
        place = (person, visit)
        after = ORDER[visit] > seen.get(person, -1)
        no_visit = left.get(person, NO_VISIT) if after else NO_VISIT
        if ahead.holds(people[person], visit):
            no_visit = NOT_DUE
        return _reason(analysis, rows.get(place), visits.get(place), no_visit)

    return tuple(_at(visit, [reason(person, visit) for person in people]) for visit in analysis.visits)


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
    return _code_of(row) or NO_VALUE


def _code_of(row: Any) -> str:
    """The first code that says why something of the form has no value."""
    for item in type(row).items():
        code = getattr(row, item.missing_name, None)
        if code is not None and not item.derived:
            return MISSING.label(code)
    return ""
