"""Gradient and Hessian of the likelihood against finite differences."""

from collections.abc import Callable

import numpy as np
import pytest

from analytics.mixed.arrays import Floats
from analytics.mixed.conditioning import condition
from analytics.mixed.covariance import STRUCTURES
from analytics.mixed.design import design
from analytics.mixed.likelihood import Likelihood
from tests.analytics.mixed.reference import fitted, model

CASES = ("nrs26_un", "pilot26_nrs_cs", "pilot26_nrs_ri_agesex", "pilot26_nrs_un_ml", "orthodont_un")


def likelihood(case: str) -> Likelihood:
    statistics, spec = model(case)
    mean = design(spec, statistics.visits, tuple(column.name for column in statistics.columns))
    structure = STRUCTURES[spec.covariance](statistics.visits)
    return Likelihood(condition(statistics, mean), structure, restricted=spec.method == "REML")


def differences(function: Callable[[Floats], Floats], theta: Floats) -> Floats:
    """Central differences of fourth order, one row for each parameter."""
    rows = []
    for k in range(len(theta)):
        step = np.zeros_like(theta)
        step[k] = 1e-3
        near = function(theta + step) - function(theta - step)
        far = function(theta + 2 * step) - function(theta - 2 * step)
        rows.append((8 * near - far) / 12e-3)
    return np.array(rows)


@pytest.mark.parametrize("case", CASES)
def test_the_gradient_is_that_of_the_value(case: str) -> None:
    surface, theta = likelihood(case), _away(case)
    expected = differences(lambda at: np.array(surface.value(at)), theta)
    assert surface.at(theta).gradient == pytest.approx(expected, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("case", CASES)
def test_the_hessian_is_that_of_the_gradient_and_symmetric(case: str) -> None:
    surface, theta = likelihood(case), _away(case)
    hessian = surface.at(theta).hessian
    expected = differences(lambda at: surface.at(at).gradient, theta)
    assert hessian == pytest.approx(expected, rel=1e-7, abs=1e-7)
    assert hessian == pytest.approx(hessian.T, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("case", CASES)
def test_the_derivatives_of_the_covariance_of_the_coefficients_are_right(case: str) -> None:
    surface, theta = likelihood(case), _away(case)
    expected = differences(lambda at: surface.at(at).phi, theta)
    assert surface.at(theta).phi_derivatives == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_outside_its_domain_the_likelihood_is_refused_by_an_infinite_value(case: str) -> None:
    surface = likelihood(case)
    assert surface.value(-_away(case)) == float("inf")


def _away(case: str) -> Floats:
    """A valid theta at some distance from the maximum."""
    theta = fitted(case).theta
    return np.array(theta * np.linspace(1.05, 1.2, len(theta)))
