import pytest

from analytics.description import Share, summary
from tests import answers, journey
from tests.analytics.measured import everybody
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def injected(cast: Cast, **left: object) -> None:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    form = answers.injection(journey.day_of(participant, "INJ"), left=left)
    journey.save(cast.investigator, participant, "INJ", "injection", form)


def test_each_side_has_its_own_spread(cast: Cast) -> None:
    injected(cast, dispcrn="L3", dispcau="L4", disppat="FEATHER")
    injected(cast, dispcrn="L1", dispcau="L5", disppat="PATCHY")
    injected(cast, dispcrn="L1", dispcau="L5")
    left, right = summary(everybody()).dispersion
    assert (left.side, left.injected) == ("Left", 3)
    assert (left.segments.n, left.segments.mean, left.segments.low, left.segments.high) == (3, 4.0, 2.0, 5.0)
    assert [share for _, share in left.patterns] == [Share(1, 2), Share(1, 2)]
    assert (right.side, right.injected, right.segments.n, right.patterns) == ("Right", 3, 0, ())
