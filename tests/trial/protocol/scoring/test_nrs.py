"""Where three ratings of one day contradict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.protocol.scoring import nrs

RATING = st.one_of(st.none(), st.integers(nrs.LOWEST, nrs.HIGHEST))


@pytest.mark.parametrize(
    ("average", "worst", "least", "found"),
    [
        (5, 7, 3, ()),
        (5, 5, 5, ()),
        (5, 4, 3, ("worst_below_average",)),
        (5, 7, 6, ("average_below_least",)),
        (5, 4, 6, ("worst_below_average", "average_below_least")),
        (None, 3, 4, ("worst_below_least",)),
        (None, 4, 3, ()),
        (5, None, 6, ("average_below_least",)),
        (5, 4, None, ("worst_below_average",)),
        (0, None, 1, ("average_below_least",)),
        (None, None, None, ()),
    ],
)
def test_contradictions_are_found(
    average: int | None, worst: int | None, least: int | None, found: tuple[str, ...]
) -> None:
    assert nrs.contradictions(average, worst, least) == found


@given(RATING, RATING, RATING)
def test_ratings_in_order_never_contradict(first: int | None, second: int | None, third: int | None) -> None:
    ratings = [rating for rating in (first, second, third) if rating is not None]
    if len(ratings) == 3:
        least, average, worst = sorted(ratings)
        assert nrs.contradictions(average, worst, least) == ()
