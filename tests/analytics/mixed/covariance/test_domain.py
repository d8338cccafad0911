"""Thetas outside the domain are told from those inside."""

import numpy as np
import pytest

from tests.analytics.mixed.covariance.examples import KINDS, SIZES, is_valid, structure, theta


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_theta_inside_is_valid(kind: str, size: int) -> None:
    assert is_valid(structure(kind, size), theta(kind, size, 1))


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", KINDS)
def test_a_theta_that_is_not_finite_is_not_valid(kind: str, odd: float) -> None:
    for k, _ in enumerate(structure(kind).names):
        at = theta(kind, 4, 1)
        at[k] = odd
        assert not is_valid(structure(kind), at)


@pytest.mark.parametrize("kind", KINDS)
def test_below_a_bound_nothing_is_valid(kind: str) -> None:
    found = structure(kind)
    for k in np.flatnonzero(np.isfinite(found.lower)):
        at = theta(kind, 4, 1)
        at[k] = found.lower[k] - 1e-9
        assert not is_valid(found, at)


@pytest.mark.parametrize("rho", [-1.5, -1.0, 1.0, 1.5])
@pytest.mark.parametrize("kind", ["ar1", "ar1h", "csh", "toeph", "ad", "adh"])
def test_a_correlation_of_one_or_beyond_is_not_valid(kind: str, rho: float) -> None:
    found = structure(kind)
    variances = int((found.lower == 0).sum())
    for k in range(variances, len(found.names)):
        at = np.where(found.lower == 0, 1.0, 0.0)
        at[k] = rho
        assert not is_valid(found, at)


@pytest.mark.parametrize(
    ("kind", "at"),
    [
        ("toep", [1.0, 0.9, 0.0, 0.0]),
        ("toeph", [1.0, 1.0, 1.0, 1.0, 0.9, 0.0, 0.0]),
        ("csh", [1.0, 1.0, 1.0, 1.0, -0.34]),
        ("cs", [-0.34, 1.33]),
        ("un", [1.0, 2.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]),
        ("ris", [1.0, 0.0, -1.0, 1.0]),
        ("diag", [1.0, 0.0, 1.0, 1.0]),
    ],
)
def test_a_sigma_that_is_not_positive_definite_is_not_valid(kind: str, at: list[float]) -> None:
    assert not is_valid(structure(kind), np.array(at))


def test_the_covariance_may_be_negative_in_compound_symmetry_only() -> None:
    at = np.array([-0.2, 1.0])
    assert is_valid(structure("cs"), at)
    assert not is_valid(structure("ri"), at)
