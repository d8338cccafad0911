import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.description import Share


def test_none_of_the_pilot_leaves_thirteen_percent_open() -> None:
    share = Share(0, 26)
    assert (share.share, share.lower) == (0.0, 0.0)
    assert share.upper == pytest.approx(0.1323, abs=5e-5)
    assert share.upper == pytest.approx(1 - 0.025 ** (1 / 26), rel=1e-12)


def test_all_of_the_pilot_is_the_mirror_of_none() -> None:
    share = Share(26, 26)
    assert (share.share, share.upper) == (1.0, 1.0)
    assert share.lower == pytest.approx(0.025 ** (1 / 26), rel=1e-12)


@given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_bounds_are_those_of_the_exact_test(counts: tuple[int, int]) -> None:
    n, of = counts
    exact = stats.binomtest(n, of).proportion_ci(method="exact")
    share = Share(n, of)
    assert share.lower == pytest.approx(exact.low, rel=1e-8, abs=1e-12)
    assert share.upper == pytest.approx(exact.high, rel=1e-8, abs=1e-12)


def test_nobody_of_nobody_has_no_bounds() -> None:
    share = Share(0, 0)
    assert (share.share, share.lower, share.upper) == (None, None, None)


@pytest.mark.parametrize(("n", "of"), [(3, 2), (-1, 2)])
def test_more_than_all_is_no_share(n: int, of: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        Share(n, of)
