"""The flow: whatever befalls participants, each is in exactly one part of each box."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from forms_app.selectors.flow import FOLLOW_UP, Box, Flow, flow, is_enrolled
from forms_app.selectors.flow_people import Person
from trial.crf.codelists import END_REASON
from trial.lifecycle import (
    ENROLLED,
    PARTICIPANT_MOVES,
    PARTICIPANT_STATES,
    SCREEN_FAILURE,
    TREATED,
    WITHDRAWN,
)
from trial.protocol import STUDY

TODAY = date(2026, 5, 1)
FOLLOW_UP_CODES = [visit.code for visit in FOLLOW_UP]
ENDABLE = [state for state in PARTICIPANT_STATES if WITHDRAWN in PARTICIPANT_MOVES[state]]


def somebody(number: int, seed: int) -> Person:
    """Anybody, but for what cannot be: a withdrawal from an end, a visit both held and missed."""
    chance = Random(seed)
    state = chance.choice(PARTICIPANT_STATES)
    performed = chance.choice([None, "Y", "N"])
    came = {code for code in FOLLOW_UP_CODES if chance.random() < 0.4}
    return Person(
        code=f"01-{number:03}",
        state=state,
        reached=chance.choice(ENDABLE) if state == WITHDRAWN else state,
        today=TODAY,
        state_reason=chance.choice(["", "moved away"]),
        failed=tuple(each.code for each in STUDY.criteria if chance.random() < 0.2),
        performed=performed,
        anchor=TODAY - timedelta(days=chance.randrange(200)) if performed == "Y" else None,
        sides=chance.randrange(3),
        attended=frozenset(came),
        missed={code: "ill" for code in FOLLOW_UP_CODES if code not in came and chance.random() < 0.3},
        left=chance.choice(["", *END_REASON.codes]),
        outcomes=frozenset(outcome for outcome in STUDY.outcomes if chance.random() < 0.6),
    )


people = st.lists(st.integers(0, 2**32), max_size=12).map(
    lambda seeds: tuple(somebody(number, seed) for number, seed in enumerate(seeds, start=1))
)


def codes(*boxes: Box) -> Counter[str]:
    return Counter(each.code for box in boxes for each in box.people)


def partitions(found: Flow) -> list[tuple[Box, tuple[Box, ...]]]:
    """Each box with the boxes that share it out."""
    shares = [
        (found.assessed, (found.not_enrolled, found.enrolled)),
        (found.enrolled, (found.treated, found.untreated)),
    ]
    shares += [(found.treated, (stage.attended, stage.absent)) for stage in found.stages]
    shares += [(found.treated, (each.analysed, each.not_analysed)) for each in found.outcomes]
    return shares + [(box, box.parts) for box in found.boxes() if box.parts]


@given(people)
def test_boxes_share_their_participants_out(everybody: tuple[Person, ...]) -> None:
    found = flow(everybody)
    assert codes(found.assessed) == Counter(each.code for each in everybody)
    for box, parts in partitions(found):
        assert codes(*parts) == codes(box), box.code


@given(people)
def test_reasons_hold_within_their_box_and_are_found_for_each(everybody: tuple[Person, ...]) -> None:
    found = flow(everybody)
    for box in found.boxes():
        for reason in box.reasons:
            assert codes(reason) <= codes(box)
    failures = [each for each in everybody if each.state == SCREEN_FAILURE]
    judged = found.box("not-eligible")
    assert judged is not None
    assert sum(reason.n for reason in judged.reasons) == sum(len(each.failed) for each in failures)


@given(people)
def test_who_counts_in_an_analysis_is_in_a_box_of_it(everybody: tuple[Person, ...]) -> None:
    for analysis, each in zip(STUDY.analyses, flow(everybody).outcomes, strict=True):
        have = Counter(one.code for one in everybody if analysis.outcome in one.outcomes)
        assert codes(each.analysed, each.without) == have


@given(people)
def test_codes_of_boxes_are_given_once(everybody: tuple[Person, ...]) -> None:
    given_codes = [box.code for box in flow(everybody).boxes()]
    assert len(given_codes) == len(set(given_codes))


def treated(**more: object) -> Person:
    facts = {"state": TREATED, "reached": TREATED, "performed": "Y", "anchor": TODAY, "sides": 2, **more}
    return Person(code="01-001", today=TODAY, **facts)  # type: ignore[arg-type]


def place(one: Person, visit: str) -> str:
    """The part of a visit's boxes that a participant is in."""
    stage = next(each for each in flow([one]).stages if each.attended.code == f"{visit}-attended")
    return next((part.code for part in stage.absent.parts if part.n), stage.attended.code)


def test_what_is_recorded_of_a_visit_comes_before_what_became_of_the_participant() -> None:
    gone = {"state": WITHDRAWN, "left": "LOST TO FOLLOW-UP"}
    assert place(treated(**gone, attended=frozenset({"W1"})), "w1") == "w1-attended"
    assert place(treated(**gone, missed={"W1": "ill"}), "w1") == "w1-missed"
    assert place(treated(**gone), "w1") == "w1-lost"
    assert place(treated(state=WITHDRAWN, state_reason="moved away"), "w1") == "w1-left"


def test_a_visit_is_ahead_until_its_window_is_over() -> None:
    assert place(treated(), "w1") == "w1-ahead"
    assert place(treated(anchor=TODAY - timedelta(days=9)), "w1") == "w1-ahead"
    assert place(treated(anchor=TODAY - timedelta(days=10)), "w1") == "w1-unrecorded"


def test_why_somebody_left_is_said() -> None:
    coded = flow([treated(state=WITHDRAWN, left="WITHDRAWAL OF CONSENT")]).box("w1-left")
    typed = flow([treated(state=WITHDRAWN, state_reason="moved away")]).box("w1-left")
    assert coded is not None
    assert typed is not None
    assert str(coded.people[0].why) == "Withdrawal of consent"
    assert typed.people[0].why == "moved away"


def test_a_side_that_was_not_injected_is_told_apart() -> None:
    found = flow([treated(sides=1)])
    assert codes(*(box for box in found.boxes() if box.code == "one-side")) == {"01-001": 1}


def test_everybody_is_either_enrolled_or_stands_in_a_part_before_it() -> None:
    assert is_enrolled(Person("01-001", WITHDRAWN, ENROLLED, TODAY))
    assert not is_enrolled(Person("01-001", WITHDRAWN, "eligible", TODAY))
