"""States and the moves between them, as data. Tests prove that none is missing."""

from django.utils.translation import gettext as _

from trial.protocol.marker import N_
from trial.refusals import Refusal

# A participant
SCREENING = N_("screening")
ELIGIBLE = N_("eligible")
SCREEN_FAILURE = N_("screen failure")
ENROLLED = N_("enrolled")
TREATED = N_("treated")
COMPLETED = N_("completed")
WITHDRAWN = N_("withdrawn")

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
    # Back when the form that ended the participation is corrected or taken out of use.
    COMPLETED: (TREATED,),
    WITHDRAWN: (SCREENING, ELIGIBLE, ENROLLED, TREATED),
}

# A visit opens at a state and stays open in every later one. Who withdrew keeps what was open before
# (`Participant.reached`), because data keep coming in after an end.
OPEN_FROM: dict[str, frozenset[str]] = {
    SCREENING: frozenset(PARTICIPANT_STATES) - {WITHDRAWN},
    ELIGIBLE: frozenset({ELIGIBLE, ENROLLED, TREATED, COMPLETED}),
    ENROLLED: frozenset({ENROLLED, TREATED, COMPLETED}),
    TREATED: frozenset({TREATED, COMPLETED}),
}

# The state to which the form of a log moves a participant: it is not open to whom cannot go there.
MOVED_BY: dict[str, str] = {"withdrawal": WITHDRAWN}

# A record. Whether it is frozen or locked is no state of its own: a lock may cover a whole site.
IN_PROGRESS = N_("in progress")
COMPLETE = N_("complete")

RECORD_STATES = (IN_PROGRESS, COMPLETE)

RECORD_MOVES: dict[str, tuple[str, ...]] = {
    IN_PROGRESS: (COMPLETE,),
    COMPLETE: (IN_PROGRESS,),
}


def check_participant_move(code: str, state: str, target: str) -> None:
    """Raise Refusal unless a participant in `state` may move to `target`."""
    if target not in PARTICIPANT_MOVES[state]:
        raise Refusal("state_move", participant=code, state=_(state), target=_(target))


def check_record_move(state: str, target: str) -> None:
    """Raise Refusal unless a record in `state` may become `target`."""
    if target not in RECORD_MOVES[state]:
        raise Refusal("record_move", state=_(state), target=_(target))
