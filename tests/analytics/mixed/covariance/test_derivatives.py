"""First and second derivatives of Sigma against finite differences."""

from collections.abc import Callable

import numpy as np
import pytest

from analytics.mixed.arrays import Floats
from tests.analytics.mixed.covariance.examples import KINDS, SIZES, is_valid, structure, theta

SEEDS = (1, 2, 3)
# Central differences of eighth order.
WEIGHTS = np.array([4 / 5, -1 / 5, 4 / 105, -1 / 280])


def differences(function: Callable[[Floats], Floats], at: Floats) -> Floats:
    """One array for each parameter."""
    return np.array([_difference(function, at, k) for k in range(len(at))])


def _difference(function: Callable[[Floats], Floats], at: Floats, k: int) -> Floats:
    step = np.zeros_like(at)
    step[k] = 1e-2 * max(abs(at[k]), 0.1)
    pairs = [function(at + m * step) - function(at - m * step) for m in range(1, 5)]
    return np.asarray(np.tensordot(WEIGHTS, np.array(pairs), axes=1) / step[k])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_derivatives_are_those_of_sigma(kind: str, size: int) -> None:
    found = structure(kind, size)
    for seed in SEEDS:
        at = theta(kind, size, seed)
        derivatives = found.derivatives(at)
        assert derivatives.shape == (len(at), size, size)
        assert derivatives == pytest.approx(differences(found.sigma, at), rel=1e-9, abs=1e-9)
        assert np.array_equal(derivatives, derivatives.swapaxes(-1, -2))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_second_derivatives_are_those_of_the_derivatives(kind: str, size: int) -> None:
    found = structure(kind, size)
    for seed in SEEDS:
        at = theta(kind, size, seed)
        second, expected = found.second_derivatives(at), differences(found.derivatives, at)
        if second is None:
            assert not expected.any()
            continue
        assert second.shape == (len(at), len(at), size, size)
        assert second == pytest.approx(expected, rel=1e-9, abs=1e-9)
        assert np.array_equal(second, second.swapaxes(-1, -2))
        assert second == pytest.approx(second.swapaxes(0, 1), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("kind", ["ar1", "ar1h", "csh", "toeph", "ad", "adh"])
def test_correlations_of_zero_divide_nothing(kind: str) -> None:
    found = structure(kind)
    at = np.where(found.lower == 0, 2.0, 0.0)
    assert is_valid(found, at)
    assert found.derivatives(at) == pytest.approx(differences(found.sigma, at), rel=1e-9, abs=1e-9)
    assert found.second_derivatives(at) == pytest.approx(
        differences(found.derivatives, at), rel=1e-9, abs=1e-9
    )


@pytest.mark.parametrize("kind", ["un", "cs", "ri", "ris", "toep", "diag", "intercept alone"])
def test_a_structure_that_is_linear_says_so(kind: str) -> None:
    assert structure(kind).second_derivatives(theta(kind, 4, 1)) is None
