"""Any residual covariance gives a valid start, however odd; without a residual there is a sentence."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.mixed import NotEstimable
from analytics.mixed.arrays import Floats
from tests.analytics.mixed.covariance.examples import KINDS, NAMES, SIZES, is_valid, structure, theta

ONE_VARIANCE = ("cs", "ri", "ris", "ar1", "toep", "ad", "intercept alone", "fanning out", "fanning in")
ONE_FOR_EACH = ("un", "csh", "ar1h", "toeph", "adh", "diag")


def moments(size: int, off: float) -> Floats:
    """The covariance `off` times the geometric mean of the variances."""
    deviations = np.linspace(1.0, 2.0, size)
    shares = np.full((size, size), off) + (1 - off) * np.eye(size)
    return shares * np.outer(deviations, deviations)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_start_is_valid_for_odd_moments(kind: str, size: int) -> None:
    found = structure(kind, size)
    for scale, off in product((1e-12, 1.0, 1e12), (-1.5, -1.0, -0.3, 0.0, 0.5, 0.999, 1.0, 1.5)):
        assert is_valid(found, found.start(scale * moments(size, off)))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30)
@given(entries=st.lists(st.floats(-2, 2), min_size=6, max_size=6))
def test_the_start_is_valid_for_moments_that_are_no_covariance(kind: str, entries: list[float]) -> None:
    found = structure(kind)
    odd = np.eye(4)
    odd[np.triu_indices(4, 1)] = entries
    odd = np.triu(odd) + np.triu(odd, 1).T
    assert is_valid(found, found.start(odd))


@pytest.mark.parametrize("kind", KINDS)
def test_the_start_is_valid_when_one_variance_is_tiny(kind: str) -> None:
    found = structure(kind)
    deviations = np.array([1.0, 1e-4, 1.0, 1.0])
    start = found.start(moments(4, 0.5) * np.outer(deviations, deviations))
    assert is_valid(found, start)


@pytest.mark.parametrize("kind", NAMES)
def test_the_start_is_the_answer_where_the_moments_have_the_structure(kind: str) -> None:
    found, at = structure(kind), theta(kind, 4, 3)
    assert found.start(found.sigma(at)) == pytest.approx(at, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("kind", ONE_VARIANCE)
def test_no_residual_at_one_visit_is_no_obstacle_to_a_common_variance(kind: str) -> None:
    found = structure(kind)
    assert is_valid(found, found.start(np.diag([1.0, 0.0, 1.0, 1.0])))


@pytest.mark.parametrize("kind", ONE_FOR_EACH)
def test_no_residual_at_one_visit_names_the_visit(kind: str) -> None:
    with pytest.raises(NotEstimable, match="reproduce every value at W1, so the variance at W1 is zero"):
        structure(kind).start(np.diag([1.0, 0.0, 1.0, 1.0]))


@pytest.mark.parametrize("kind", KINDS)
def test_no_residual_at_all_is_a_sentence(kind: str) -> None:
    with pytest.raises(NotEstimable, match="reproduce every value"):
        structure(kind).start(np.zeros((4, 4)))
