"""The flow of participants through the trial, as STROBE and CONSORT 2025 ask for it, from the data.

A box is a set of participants; its parts share them out, so that each is in exactly one part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from forms_app.selectors.flow_people import Person
from trial.crf.codelists import END_REASON, LATERALITY
from trial.lifecycle import (
    COMPLETED,
    ELIGIBLE,
    ENROLLED,
    SCREEN_FAILURE,
    SCREENING,
    TREATED,
    WITHDRAWN,
)
from trial.models.disposition import LOST
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.protocol.schedule import Visit
from trial.words import Sentence, sentence

ENROLLED_ON = frozenset({ENROLLED, TREATED, COMPLETED})
FOLLOW_UP = tuple(visit for visit in STUDY.schedule.planned if visit.opens == TREATED)

Why = Callable[[Person], str | Sentence]


@dataclass(frozen=True)
class Placed:
    """A participant in a box, and why there, where somebody wrote it down."""

    code: str
    state: str
    why: str | Sentence


@dataclass(frozen=True)
class Box:
    """`parts` share the participants out; of `reasons` several may hold for the same participant."""

    code: str
    title: Sentence
    people: tuple[Placed, ...]
    parts: tuple[Box, ...] = ()
    reasons: tuple[Box, ...] = ()

    @property
    def n(self) -> int:
        return len(self.people)

    def walk(self) -> Iterator[Box]:
        """The box, its parts and reasons, and theirs."""
        yield self
        for each in (*self.parts, *self.reasons):
            yield from each.walk()


@dataclass(frozen=True)
class Stage:
    """A visit after the injection: who came, and who did not."""

    attended: Box
    absent: Box


@dataclass(frozen=True)
class Analysed:
    """An outcome. `without` are those who count in its analysis and were given no injection."""

    analysed: Box
    not_analysed: Box
    without: Box


@dataclass(frozen=True)
class Flow:
    """The boxes from the first to the last."""

    assessed: Box
    not_enrolled: Box
    enrolled: Box
    untreated: Box
    treated: Box
    stages: tuple[Stage, ...]
    outcomes: tuple[Analysed, ...]

    def boxes(self) -> Iterator[Box]:
        """Every box once, in the order in which they are read."""
        first = (self.assessed, self.not_enrolled, self.enrolled, self.untreated, self.treated)
        stages = (box for stage in self.stages for box in (stage.attended, stage.absent))
        last = (box for each in self.outcomes for box in (each.analysed, each.not_analysed, each.without))
        for box in (*first, *stages, *last):
            yield from box.walk()

    def box(self, code: str) -> Box | None:
        return next((box for box in self.boxes() if box.code == code), None)


@dataclass(frozen=True)
class Kinds:
    """The kinds of a partition: their titles in order, and what to say of somebody in one of them."""

    titles: Mapping[str, str | Sentence]
    why: Mapping[str, Why] = field(default_factory=dict)
    prefix: str = ""

    def share(self, people: Iterable[Person], kind: Callable[[Person], str]) -> tuple[Box, ...]:
        """A box for each kind, empty or not."""
        found: dict[str, list[Person]] = {code: [] for code in self.titles}
        for person in people:
            found[kind(person)].append(person)
        return tuple(
            _box(self.prefix + code, self.titles[code], found[code], self.why.get(code)) for code in found
        )


def _failed(person: Person) -> str:
    return ", ".join(person.failed)


def _left(person: Person) -> str | Sentence:
    """The reason of the withdrawal form, or what was typed where there is none."""
    return sentence(END_REASON.label(person.left)) if person.left else person.state_reason


SCREENED = Kinds(
    {
        "not-eligible": N_("Not eligible"),
        "declined": N_("Withdrew before enrolment"),
        "undecided": N_("Not yet judged"),
        "eligible": N_("Eligible, not yet enrolled"),
    },
    {"not-eligible": _failed, "declined": _left},
)
SCREENED_BY_STATE = {
    SCREEN_FAILURE: "not-eligible",
    WITHDRAWN: "declined",
    SCREENING: "undecided",
    ELIGIBLE: "eligible",
}
UNTREATED = Kinds(
    {
        "not-given": N_("Injection not performed"),
        "ended-before": N_("Left before the injection"),
        "injection-ahead": N_("Injection still ahead"),
    },
    {"not-given": lambda person: person.not_given, "ended-before": _left},
)
TREATED_KINDS = Kinds(
    {
        "both-sides": N_("Both sides"),
        "one-side": N_("One side only"),
        "sides-open": N_("Sides not recorded yet"),
    }
)
ABSENT = {
    "missed": N_("Did not take place"),
    "lost": N_("Lost to follow-up"),
    "left": N_("Left the study"),
    "ahead": N_("Still ahead"),
    "unrecorded": N_("Nothing recorded"),
}


def flow(people: Iterable[Person]) -> Flow:
    """The flow of these participants. Pure."""
    everybody = list(people)
    enrolled = [person for person in everybody if is_enrolled(person)]
    treated = [person for person in enrolled if person.performed == "Y"]
    return Flow(
        assessed=_box("assessed", N_("Assessed for eligibility"), everybody),
        not_enrolled=_not_enrolled([person for person in everybody if not is_enrolled(person)]),
        enrolled=_box("enrolled", N_("Enrolled"), enrolled),
        untreated=_untreated([person for person in enrolled if person.performed != "Y"]),
        treated=_treated(treated),
        stages=tuple(_stage(visit, treated) for visit in FOLLOW_UP),
        outcomes=tuple(
            _analysed(analysis.outcome, analysis.title, everybody, treated) for analysis in STUDY.analyses
        ),
    )


def is_enrolled(person: Person) -> bool:
    return person.reached in ENROLLED_ON


def _box(
    code: str,
    title: str | Sentence,
    people: Iterable[Person],
    why: Why | None = None,
    parts: tuple[Box, ...] = (),
) -> Box:
    placed = tuple(Placed(person.code, person.state, why(person) if why else "") for person in people)
    return Box(code, title if isinstance(title, Sentence) else sentence(title), placed, parts)


def _not_enrolled(people: list[Person]) -> Box:
    parts = SCREENED.share(people, _screened)
    failed = [person for person in people if _screened(person) == "not-eligible"]
    reasons = tuple(
        _box(
            f"criterion-{criterion.code.lower()}",
            sentence(N_("{code}: {label}"), code=criterion.code, label=sentence(criterion.label)),
            [person for person in failed if criterion.code in person.failed],
        )
        for criterion in STUDY.criteria
    )
    first, *others = parts
    judged = Box(first.code, first.title, first.people, reasons=tuple(each for each in reasons if each.n))
    return _box("not-enrolled", N_("Not enrolled"), people, parts=(judged, *others))


def _screened(person: Person) -> str:
    return SCREENED_BY_STATE[person.state]


def _untreated(people: list[Person]) -> Box:
    parts = UNTREATED.share(people, _why_untreated)
    return _box("untreated", N_("Did not receive the injection"), people, parts=parts)


def _why_untreated(person: Person) -> str:
    if person.performed == "N":
        return "not-given"
    return "ended-before" if person.state in (WITHDRAWN, COMPLETED) else "injection-ahead"


def _treated(people: list[Person]) -> Box:
    parts = TREATED_KINDS.share(people, _sides)
    return _box("treated", N_("Received the injection"), people, parts=parts)


def _sides(person: Person) -> str:
    if person.sides == len(LATERALITY.codes):
        return "both-sides"
    return "one-side" if person.sides else "sides-open"


def _stage(visit: Visit, treated: list[Person]) -> Stage:
    code, label = visit.code.lower(), sentence(visit.label)
    came = [person for person in treated if presence(person, visit) == "attended"]
    stayed_away = [person for person in treated if presence(person, visit) != "attended"]
    kinds = Kinds(
        ABSENT,
        {"missed": lambda person: person.missed.get(visit.code, ""), "left": _left, "lost": _left},
        prefix=f"{code}-",
    )
    parts = kinds.share(stayed_away, lambda person: presence(person, visit))
    return Stage(
        attended=_box(f"{code}-attended", sentence(N_("{visit}: attended"), visit=label), came),
        absent=_box(
            f"{code}-absent", sentence(N_("{visit}: not attended"), visit=label), stayed_away, parts=parts
        ),
    )


def presence(person: Person, visit: Visit) -> str:
    """How a treated participant stands to a visit: what is recorded of it says most."""
    if visit.code in person.attended:
        return "attended"
    if visit.code in person.missed:
        return "missed"
    if person.state == WITHDRAWN:
        return "lost" if person.left == LOST else "left"
    window = visit.window(person.anchor)
    is_open = person.state != COMPLETED and (window is None or window.last >= person.today)
    return "ahead" if is_open else "unrecorded"


def _analysed(outcome: str, title: str, everybody: list[Person], treated: list[Person]) -> Analysed:
    label = sentence(title)
    given = {person.code for person in treated}
    have = [person for person in everybody if outcome in person.outcomes]
    return Analysed(
        analysed=_box(
            f"{outcome}-analysed",
            sentence(N_("{outcome}: analysed"), outcome=label),
            [person for person in have if person.code in given],
        ),
        not_analysed=_box(
            f"{outcome}-not-analysed",
            sentence(N_("{outcome}: no value, not analysed"), outcome=label),
            [person for person in treated if outcome not in person.outcomes],
        ),
        without=_box(
            f"{outcome}-without",
            sentence(N_("{outcome}: analysed, without the injection"), outcome=label),
            [person for person in have if person.code not in given],
        ),
    )
