"""A random slope whose covariance matrix would not be one: the best on the boundary is fitted, and said."""

from decimal import Decimal

import numpy as np
import pytest
from scipy.optimize import minimize

from analytics.mixed import ModelSpec, Result, Statistics, Term, fit
from analytics.mixed.arrays import Floats

TIMES = (0.0, 1.0, 2.0, 4.0)
SPEC = ModelSpec(terms=(Term(), Term(by="time")), covariance="ris", times=TIMES)


def outcomes(seed: int, size: int, spread: float, slopes: float) -> Floats:
    rng = np.random.default_rng(seed)
    lines = spread * rng.normal(size=(size, 1)) + slopes * rng.normal(size=(size, 1)) * np.array(TIMES)
    return np.array(np.round(6 - 0.5 * np.array(TIMES) + lines + rng.normal(size=(size, 4)), 1))


def fitted(values: Floats) -> Result:
    statistics = Statistics.from_arrays(
        visits=("a", "b", "c", "d"), precision=Decimal("0.1"), outcomes=values
    )
    return fit(statistics, SPEC)


def best_by_brute_force(values: Floats) -> float:
    """-2 log restricted likelihood over all positive semidefinite G, by explicit matrices."""
    size, times = len(values), np.array(TIMES)
    design = np.column_stack([np.ones(4), times])

    def value(parameters: Floats) -> float:
        a, b, c, log_residual = parameters
        root = np.array([[a, 0.0], [b, c]])
        sigma = design @ root @ root.T @ design.T + np.exp(log_residual) * np.eye(4)
        inverse = np.linalg.inv(sigma)
        information = size * design.T @ inverse @ design
        beta = np.linalg.solve(information, design.T @ inverse @ values.sum(axis=0))
        residual = values - design @ beta
        return float(
            size * np.linalg.slogdet(sigma)[1]
            + np.linalg.slogdet(information)[1]
            + np.einsum("is,st,it->", residual, inverse, residual)
            + (values.size - 2) * np.log(2 * np.pi)
        )

    starts = [(1.0, 0.1, 0.5, 0.0), (0.5, -0.3, 0.01, 0.0), (0.01, 0.3, 0.01, 0.0), (1.0, 0.0, 0.0, 0.5)]
    options = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 6000, "maxfev": 6000}
    found = (minimize(value, start, method="Nelder-Mead", options=options).fun for start in starts)
    return float(min(found))


@pytest.mark.parametrize("seed", [1, 2, 3, 5])
@pytest.mark.parametrize(("spread", "slopes"), [(1.5, 0.0), (0.0, 0.4), (0.8, 0.1)])
def test_no_covariance_of_intercept_and_slope_is_more_likely(seed: int, spread: float, slopes: float) -> None:
    values = outcomes(seed, 20, spread, slopes)
    result = fitted(values)
    assert result.converged
    assert -2 * result.log_likelihood == pytest.approx(best_by_brute_force(values), abs=1e-5)


def test_what_is_held_at_its_bound_is_flagged_and_said() -> None:
    flags = {fitted(outcomes(seed, 20, 1.0, 0.1)).at_boundary for seed in range(12)}
    assert ("correlation of intercept and slope",) in flags
    flagged = next(
        result for seed in range(12) if (result := fitted(outcomes(seed, 20, 1.0, 0.1))).at_boundary
    )
    assert any("treat that as known" in warning for warning in flagged.warnings)
    assert len(flagged.theta) == 4


def test_without_any_difference_between_participants_the_simplest_boundary_is_fitted() -> None:
    """All boundaries are as likely there; none may be refused for rounding."""
    found = [fitted(outcomes(seed, 12, 0.0, 0.0)) for seed in range(40)]
    nothing = [result for result in found if np.allclose(result.theta[:3], 0, atol=1e-9)]
    assert nothing
    assert all(result.converged for result in found)
    for result in nothing:
        assert result.at_boundary == ("variance of the slope", "variance between participants")
