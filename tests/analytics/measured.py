"""Participants with outcomes, for what is fitted to them."""

from collections.abc import Iterable

from tests import answers, journey
from tests.cast import Cast
from trial.models import Participant, Record

PAIN_VISITS = ("BL", "W1", "W2", "W12")

# Enough variation for an unstructured covariance of four visits; None is a visit without a value.
PAIN: tuple[tuple[int | None, ...], ...] = (
    (7, 5, 4, 2),
    (8, 6, 6, 4),
    (6, 3, 4, 1),
    (5, 5, 3, 3),
    (9, 4, 5, 5),
    (7, 7, 4, 2),
    (6, 4, None, 3),
)


def pain(cast: Cast, rows: Iterable[tuple[int | None, ...]] = PAIN) -> list[Participant]:
    """One participant at the north for each row of values at BL, W1, W2 and W12."""
    return [_participant(cast, row) for row in rows]


def baseline_pain(cast: Cast, value: int) -> Participant:
    """An eligible participant with pain at baseline and nothing after."""
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(value))
    return participant


def correct_pain(cast: Cast, participant: Participant, value: int, visit: str = "BL") -> None:
    """Change the saved value, as the investigator would."""
    version = Record.objects.get(participant=participant, visit__code=visit, form="pain").version
    form = answers.pain(value)
    journey.save(cast.investigator, participant, visit, "pain", form, version, reason="Read again")


def with_motion(cast: Cast, participant: Participant) -> None:
    """Lumbar flexion at baseline, which has taken place."""
    journey.save(cast.investigator, participant, "BL", "motion", answers.motion())


def _participant(cast: Cast, row: tuple[int | None, ...]) -> Participant:
    participant = journey.injected(cast)
    for visit, value in zip(PAIN_VISITS, row, strict=True):
        if value is not None:
            journey.attend(cast.investigator, participant, visit)
            journey.save(cast.investigator, participant, visit, "pain", answers.pain(value))
    return participant


def everybody() -> frozenset[str]:
    """The codes of all participants, as of those whose data somebody may see."""
    return frozenset(Participant.objects.values_list("code", flat=True))
