"""Adverse events and immediate complications, each as participants of those treated."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from analytics.description.share import Share
from trial.crf.codelists import COMPLICATION
from trial.models import AdverseEvent, InjectionComplication, Participant
from trial.protocol.marker import N_

RELATED = ("POSSIBLE", "PROBABLE", "RELATED")
SEVERE = 3


@dataclass(frozen=True)
class EventCount:
    """`kind` is marked for translation; `share` counts participants, `events` how often it happened."""

    kind: str
    share: Share
    events: int


@dataclass(frozen=True)
class Safety:
    """Of the treated; `of_others` events belong to participants who were not, and are not in the counts.

    `terms` are of those participants alone whose data the reader may see: what was written can name somebody.
    `terms_hidden` is how many events of others are not among them.
    """

    treated: int
    kinds: tuple[EventCount, ...]
    terms: tuple[EventCount, ...]
    terms_hidden: int
    complications: tuple[EventCount, ...]
    of_others: int


Kind = Callable[[AdverseEvent], bool]

KINDS: tuple[tuple[str, Kind], ...] = (
    (N_("Any adverse event"), lambda event: True),
    (N_("Related to the injected drugs (possible or more)"), lambda event: event.aerel in RELATED),
    (N_("Grade 3 or higher"), lambda event: (event.aetoxgr or 0) >= SEVERE),
    (N_("Serious"), lambda event: event.aeser == "Y"),
    (N_("Serious and related"), lambda event: event.aeser == "Y" and event.aerel in RELATED),
    (N_("Death"), lambda event: event.aesdth == "Y"),
)


def safety(treated: Sequence[Participant], allowed: frozenset[str]) -> Safety:
    """`allowed` are the codes of the participants whose data the reader may see. Two queries.

    A kind that never happened is told with its upper bound, not left out."""
    people = {person.pk for person in treated}
    events = list(AdverseEvent.objects.filter(record__removed=False).select_related("record"))
    ours = [event for event in events if event.record.participant_id in people]
    seen = {person.pk for person in treated if person.code in allowed}
    told = [event for event in ours if event.record.participant_id in seen]
    return Safety(
        treated=len(people),
        kinds=tuple(_count(kind, filter(holds, ours), len(people)) for kind, holds in KINDS),
        terms=tuple(_terms(told, len(seen))),
        terms_hidden=len(ours) - len(told),
        complications=tuple(_complications(people)),
        of_others=len(events) - len(ours),
    )


def _count(kind: str, events: Iterable[AdverseEvent], of: int) -> EventCount:
    found = list(events)
    return EventCount(kind, Share(len({event.record.participant_id for event in found}), of), len(found))


def _terms(events: list[AdverseEvent], of: int) -> Iterable[EventCount]:
    """By what was written, whatever its capitals; the most frequent first."""
    by_term: dict[str, list[AdverseEvent]] = {}
    for event in events:
        by_term.setdefault(" ".join((event.aeterm or "").split()).casefold(), []).append(event)
    counts = [_count((found[0].aeterm or "").strip(), found, of) for found in by_term.values()]
    return sorted(counts, key=lambda count: (-count.share.n, -count.events, count.kind.casefold()))


def _complications(people: set[int]) -> Iterable[EventCount]:
    lines = InjectionComplication.objects.filter(removed=False, record__removed=False)
    occurred: dict[str, set[int]] = {code: set() for code in COMPLICATION.codes}
    asked: dict[str, set[int]] = {code: set() for code in COMPLICATION.codes}
    for key, answer, participant in lines.values_list("key", "cpoccur", "record__participant"):
        if participant in people and answer in ("Y", "N"):
            asked[key].add(participant)
            if answer == "Y":
                occurred[key].add(participant)
    for code in COMPLICATION.codes:
        yield EventCount(
            COMPLICATION.label(code), Share(len(occurred[code]), len(asked[code])), len(occurred[code])
        )
