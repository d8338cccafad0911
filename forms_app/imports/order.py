"""The order in which what a file says can be saved: as it happens, because one act opens the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from forms_app.imports.content import Content, SaidOfRecord, SaidOfVisit
from trial.crf import registry
from trial.lifecycle import COMPLETED, ENROLLED, TREATED
from trial.protocol import STUDY
from trial.protocol.criteria import verdict
from trial.protocol.schedule import ANCHOR

SCREENING_VISIT: Final = "SCR"
# What began, or may have begun, before a follow-up visit asks for it.
EARLY_LOGS: Final = ("adverse_event", "medication")
FAILED: Final = "N"


@dataclass(frozen=True)
class Enrolment:
    """The participant is enrolled now, unless that was done before."""


Act = SaidOfVisit | SaidOfRecord | Enrolment


def acts(content: Content) -> Iterator[Act]:
    """Everything the content asks for, each act after those that it needs."""
    left = dict(content.records)
    visits = _in_turn(content)
    before = [visit for visit in visits if visit.code == SCREENING_VISIT]
    after = [visit for visit in visits if visit.code != SCREENING_VISIT]
    enrols = needs_enrolment(content)
    for visit in before:
        yield visit
        yield from _screening(content, left, leaves_early=not enrols and not after)
    if enrols:
        yield Enrolment()
    for visit in after:
        yield visit
        yield from _taken(left, visit=visit.code)
        if visit.code == ANCHOR:
            for form in EARLY_LOGS:
                yield from _taken(left, form=form)
    yield from _taken(left)


def needs_enrolment(content: Content) -> bool:
    """Whether the file says, or what it holds needs, that the participant was enrolled."""
    if content.state in (ENROLLED, TREATED, COMPLETED):
        return True
    opened = {visit.opens for code in content.visits if (visit := STUDY.schedule.declared(code))}
    opened |= {log.opens for each in content.records.values() if (log := STUDY.schedule.log(each.form))}
    return bool(opened & {ENROLLED, TREATED})


def _screening(content: Content, left: dict[str, SaidOfRecord], *, leaves_early: bool) -> Iterator[Act]:
    """The forms of screening. Who left before anybody judged can leave no more after a failed judgement."""
    yield from _taken(left, visit=SCREENING_VISIT, form="consent")
    if leaves_early and _is_judged_failed(content):
        yield from _taken(left, form="withdrawal")
    yield from _taken(left, visit=SCREENING_VISIT)


def _is_judged_failed(content: Content) -> bool:
    for record in content.records.values():
        if record.form == "eligibility":
            return verdict({item: value or None for item, value in record.values.items()}).code == FAILED
    return False


def _taken(
    left: dict[str, SaidOfRecord], *, visit: str | None = None, form: str | None = None
) -> Iterator[SaidOfRecord]:
    """The records of a visit or a form that nobody took yet, in the order of the casebook."""
    codes = registry.codes()
    found = [
        (key, each)
        for key, each in left.items()
        if (visit is None or each.visit == visit) and (form is None or each.form == form)
    ]
    for key, each in sorted(found, key=lambda pair: (codes.index(pair[1].form), pair[1].repeat)):
        del left[key]
        yield each


def _in_turn(content: Content) -> list[SaidOfVisit]:
    """Planned visits as scheduled; unscheduled ones by number, each behind the last planned one before it."""
    planned = [each for each in content.visits.values() if not STUDY.schedule.is_unscheduled(each.code)]
    planned.sort(key=lambda each: STUDY.schedule.position(each.code))
    unscheduled = [each for each in content.visits.values() if STUDY.schedule.is_unscheduled(each.code)]
    unscheduled.sort(key=lambda each: STUDY.schedule.position(each.code))
    turn = list(planned)
    first = next((place for place, each in enumerate(turn, start=1) if each.code == ANCHOR), len(turn))
    for each in unscheduled:
        day = each.columns.get("visit_date", "")
        earlier = [place for place, other in enumerate(turn, start=1) if other.columns.get("visit_date", "")]
        behind = [place for place in earlier if turn[place - 1].columns["visit_date"] <= day]
        first = max(first, max(behind, default=first))
        turn.insert(first, each)
        first += 1
    return turn
