"""States and the moves between them, as data. Tests prove that none is missing."""

from trial.refusals import Refusal

# A participant
SCREENING = "screening"
ELIGIBLE = "eligible"
SCREEN_FAILURE = "screen failure"
ENROLLED = "enrolled"
TREATED = "treated"
COMPLETED = "completed"
WITHDRAWN = "withdrawn"

# In the order in which a participant lives through them; the two ends stand last.
PARTICIPANT_STATES = (
    SCREENING,
    ELIGIBLE,
    ENROLLED,
    TREATED,
    COMPLETED,
    WITHDRAWN,
    SCREEN_FAILURE,
)

PARTICIPANT_MOVES: dict[str, tuple[str, ...]] = {
    SCREENING: (ELIGIBLE, SCREEN_FAILURE, WITHDRAWN),
    ELIGIBLE: (ENROLLED, SCREEN_FAILURE, SCREENING, WITHDRAWN),
    SCREEN_FAILURE: (ELIGIBLE, SCREENING),
    ENROLLED: (TREATED, WITHDRAWN),
    # Back to enrolled when a correction says that the injection was not performed.
    TREATED: (COMPLETED, WITHDRAWN, ENROLLED),
    COMPLETED: (),
    WITHDRAWN: (),
}

# A visit opens at a state and stays open in every later one. Who withdrew keeps what was open before
# (`Participant.reached`), because data keep coming in after an end.
OPEN_FROM: dict[str, frozenset[str]] = {
    SCREENING: frozenset(PARTICIPANT_STATES) - {WITHDRAWN},
    ELIGIBLE: frozenset({ELIGIBLE, ENROLLED, TREATED, COMPLETED}),
    ENROLLED: frozenset({ENROLLED, TREATED, COMPLETED}),
    TREATED: frozenset({TREATED, COMPLETED}),
}

# A record
IN_PROGRESS = "in progress"
COMPLETE = "complete"
LOCKED = "locked"

RECORD_STATES = (IN_PROGRESS, COMPLETE, LOCKED)

RECORD_MOVES: dict[str, tuple[str, ...]] = {
    IN_PROGRESS: (COMPLETE,),
    COMPLETE: (IN_PROGRESS, LOCKED),
    LOCKED: (COMPLETE,),
}


def check_participant_move(code: str, state: str, target: str) -> None:
    """Raise Refusal unless a participant in `state` may move to `target`."""
    if target not in PARTICIPANT_MOVES[state]:
        raise Refusal("state_move", participant=code, state=state, target=target)


def check_record_move(state: str, target: str) -> None:
    """Raise Refusal unless a record in `state` may become `target`."""
    if target not in RECORD_MOVES[state]:
        raise Refusal("record_move", state=state, target=target)
