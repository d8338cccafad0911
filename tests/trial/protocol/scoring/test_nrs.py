"""Where the ratings of one day contradict, and what relief is."""

from decimal import Decimal
from fractions import Fraction

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


@pytest.mark.parametrize(
    ("now", "found"),
    [(3, ()), (7, ()), (8, ("worst_below_now",)), (2, ("now_below_least",)), (None, ())],
)
def test_the_pain_now_lies_between_the_least_and_the_worst(now: int | None, found: tuple[str, ...]) -> None:
    assert nrs.contradictions(5, 7, 3, now) == found


@given(RATING, RATING, RATING)
def test_ratings_in_order_never_contradict(first: int | None, second: int | None, third: int | None) -> None:
    ratings = [rating for rating in (first, second, third) if rating is not None]
    if len(ratings) == 3:
        least, average, worst = sorted(ratings)
        assert nrs.contradictions(average, worst, least) == ()


@given(st.integers(1, nrs.HIGHEST), st.integers(nrs.LOWEST, nrs.HIGHEST))
def test_relief_is_the_change_in_per_cent_of_the_pain_before(before: int, after: int) -> None:
    relief = nrs.relief(before=before, after=after)
    assert relief is not None
    assert abs(Fraction(relief) - Fraction(100 * (before - after), before)) <= Fraction(1, 20)
    assert (relief < 0) == (after > before)
    assert -1000 <= relief <= 100


@given(RATING)
def test_without_pain_before_there_is_no_relief(after: int | None) -> None:
    assert nrs.relief(before=0, after=after) is None
    assert nrs.relief(before=None, after=after) is None


def test_relief_that_ends_in_a_half_is_rounded_away_from_zero() -> None:
    assert nrs.relief(before=8, after=7) == Decimal("12.5")
    assert nrs.relief(before=3, after=4) == Decimal("-33.3")
