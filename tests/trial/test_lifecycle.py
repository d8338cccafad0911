"""States and moves: the tables are complete, and every pair is either allowed or refused."""

import itertools

import pytest

from forms_app.models.query import QUERY_MOVES, QUERY_STATES
from trial.lifecycle import (
    OPEN_FROM,
    PARTICIPANT_MOVES,
    PARTICIPANT_STATES,
    RECORD_MOVES,
    RECORD_STATES,
    check_participant_move,
)
from trial.refusals import Refusal

ALLOWED = {
    ("screening", "eligible"),
    ("screening", "screen failure"),
    ("screening", "withdrawn"),
    ("eligible", "enrolled"),
    ("eligible", "screen failure"),
    ("eligible", "screening"),
    ("eligible", "withdrawn"),
    ("screen failure", "eligible"),
    ("screen failure", "screening"),
    ("enrolled", "treated"),
    ("enrolled", "withdrawn"),
    ("treated", "completed"),
    ("treated", "withdrawn"),
    ("completed", "treated"),
    ("withdrawn", "screening"),
    ("withdrawn", "eligible"),
    ("withdrawn", "enrolled"),
    ("withdrawn", "treated"),
    ("treated", "enrolled"),
}
PAIRS = list(itertools.product(PARTICIPANT_STATES, repeat=2))


@pytest.mark.parametrize(
    ("moves", "states"),
    [(PARTICIPANT_MOVES, PARTICIPANT_STATES), (RECORD_MOVES, RECORD_STATES), (QUERY_MOVES, QUERY_STATES)],
)
def test_every_state_says_where_it_leads(moves: dict[str, tuple[str, ...]], states: tuple[str, ...]) -> None:
    assert set(moves) == set(states)
    assert {target for targets in moves.values() for target in targets} <= set(states)


@pytest.mark.parametrize(("state", "target"), sorted(ALLOWED))
def test_an_allowed_move_is_let_pass(state: str, target: str) -> None:
    check_participant_move("01-001", state, target)


@pytest.mark.parametrize(("state", "target"), [pair for pair in PAIRS if pair not in ALLOWED])
def test_every_other_move_is_refused(state: str, target: str) -> None:
    with pytest.raises(
        Refusal, match=f"01-001 is in state “{state}” and cannot become “{target}”"
    ) as refused:
        check_participant_move("01-001", state, target)
    assert refused.value.code == "state_move"


def test_every_move_to_an_end_can_be_taken_back() -> None:
    for end in ("completed", "withdrawn"):
        ways = {state for state, targets in PARTICIPANT_MOVES.items() if end in targets}
        assert ways == set(PARTICIPANT_MOVES[end])


def test_a_visit_opens_only_for_states_that_there_are() -> None:
    assert set(OPEN_FROM) <= set(PARTICIPANT_STATES)
    for states in OPEN_FROM.values():
        assert states <= set(PARTICIPANT_STATES)


def test_what_is_open_stays_open_in_every_later_state() -> None:
    way = ("screening", "eligible", "enrolled", "treated")
    assert tuple(OPEN_FROM) == way
    for place, opens in enumerate(way):
        assert OPEN_FROM[opens] >= {*way[place:], "completed"}
        assert not OPEN_FROM[opens] & set(way[:place])
