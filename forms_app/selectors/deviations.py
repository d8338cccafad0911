"""Deviations from the protocol that the system proposes. A person confirms each, or says why it is none.

Nothing of a proposal is stored: it follows from what stands in the records, and is gone with its cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import OuterRef, Subquery

from forms_app.models import Query
from forms_app.models.query import ANSWERED, OPEN
from forms_app.selectors.casebook import Casebook
from trial.crf import registry
from trial.crf.submission import Submission
from trial.models import AdverseEvent, Deviation, Participant, Record, Visit
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.protocol.schedule import ANCHOR
from trial.selectors.anchors import injection_date
from trial.words import Sentence, sentence

FORM = "deviation"
# Before and after the word that says so, days.
EARLY = N_("{visit}: {days} d before its window")
LATE = N_("{visit}: {days} d after its window")
BEFORE = N_("{visit} took place before {earlier}")


@dataclass(frozen=True)
class Proposal:
    """What may be a deviation. `link` names its cause for good; `visit` and `record` are where it stands;
    `day` is None where a log does not say when it was."""

    link: str
    kind: str
    words: Sentence
    day: date | None
    visit: str | None
    record: Record | None = None


def proposed(participant: Participant) -> list[Proposal]:
    """The proposals about which nobody has judged yet, by day; four statements."""
    judged = set(
        Deviation.objects.filter(record__participant=participant, record__removed=False).values_list(
            "dvlink", flat=True
        )
    )
    return [each for each in causes(participant) if each.link not in judged]


def of_casebook(book: Casebook, stored: Mapping[int, Submission]) -> list[Proposal]:
    """The same of a casebook that was read with its stored answers; one statement."""
    log = [entry.record for entry in book.begun if entry.record and entry.form is Deviation]
    judged = {stored[record.pk].header.items.get("dvlink") for record in log}
    held = [entry.held for entry in book.visits if entry.held]
    found = [*_windows(book.anchor, held), *_order(held), *_questions(book.participant)]
    return [each for each in _by_day(found) if each.link not in judged]


def proposal(participant: Participant, link: str) -> Proposal | None:
    """The proposal with this link, judged or not; None when its cause is gone."""
    return next((each for each in causes(participant) if each.link == link), None)


def causes(participant: Participant) -> list[Proposal]:
    """Everything that deviates now, judged or not, by day; three statements."""
    held = list(Visit.objects.filter(participant=participant))
    found = [*_windows(injection_date(participant), held), *_order(held), *_questions(participant)]
    return _by_day(found)


def _by_day(found: Iterable[Proposal]) -> list[Proposal]:
    return sorted(found, key=lambda each: (each.day or date.max, each.link))


def _windows(anchor: date | None, visits: Iterable[Visit]) -> Iterator[Proposal]:
    """Visits outside their windows. The days belong to the link: by another date it is another deviation."""
    windows = STUDY.schedule.windows(anchor)
    for held in visits:
        if held.visit_date is None or held.code not in windows:
            continue
        days = windows[held.code].days_outside(held.visit_date)
        planned = STUDY.schedule.visit(held.code)
        if days and planned and held.code != ANCHOR:
            said = sentence(LATE if days > 0 else EARLY, visit=sentence(planned.label), days=abs(days))
            yield Proposal(f"{held.code}.window.{days}", "VISIT WINDOW", said, held.visit_date, held.code)


def _order(visits: Iterable[Visit]) -> Iterator[Proposal]:
    """Planned visits that took place before one that the schedule has before them."""
    dated = [held for held in visits if held.visit_date and not STUDY.schedule.is_unscheduled(held.code)]
    for earlier, later in pairwise(sorted(dated, key=lambda held: STUDY.schedule.position(held.code))):
        if later.visit_date and earlier.visit_date and later.visit_date < earlier.visit_date:
            said = sentence(BEFORE, visit=_label(later), earlier=_label(earlier))
            yield Proposal(f"{later.code}.order.{earlier.code}", "ORDER", said, later.visit_date, later.code)


def _label(held: Visit) -> Sentence:
    planned = STUDY.schedule.declared(held.code)
    return sentence(planned.label if planned else held.code)


def _questions(participant: Participant) -> Iterator[Proposal]:
    """Standing questions of checks that speak of a deviation, explained or not."""
    # Of the logs only the one of events has checks that speak of a deviation: a report that came late.
    reported = AdverseEvent.objects.filter(record=OuterRef("record")).values("aerptdat")
    queries = (
        Query.objects.filter(
            record__participant=participant, record__removed=False, state__in=(OPEN, ANSWERED)
        )
        .exclude(deviation="")
        .select_related("record__visit")
        .annotate(reported=Subquery(reported))
    )
    for query in queries:
        held = query.record.visit
        yield Proposal(
            link=f"{_place(query.record)}.{query.code}",
            kind=query.deviation,
            words=sentence(N_("{form}: {question}"), form=_title(query.record), question=query.words),
            day=held.visit_date if held else query.reported,
            visit=held.code if held else None,
            record=query.record,
        )


def _place(record: Record) -> str:
    return f"{record.visit.code}.{record.form}" if record.visit else f"{record.form}.{record.repeat}"


def _title(record: Record) -> Sentence:
    form = registry.form(record.form)
    assert form is not None
    return sentence(form.title)
