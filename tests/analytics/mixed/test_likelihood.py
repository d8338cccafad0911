"""Gradient and Hessian of the likelihood against finite differences."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from analytics.mixed import ModelSpec, Statistics, fit
from analytics.mixed.arrays import Floats
from analytics.mixed.conditioning import condition
from analytics.mixed.covariance import STRUCTURES, GroupedCovariance
from analytics.mixed.design import design
from analytics.mixed.likelihood import Likelihood, Point
from tests.analytics.mixed.reference import model
from tests.analytics.mixed.test_dense import SITUATIONS, statistics_of

REFERENCE_CASES = (
    "nrs26_un",
    "orthodont_ris",
    "pilot26_nrs_adh",
    "pilot26_nrs_ar1",
    "pilot26_nrs_cs",
    "pilot26_nrs_csh",
    "pilot26_nrs_ri_agesex",
    "pilot26_nrs_toep",
    "pilot26_nrs_toeph",
    "pilot26_nrs_un_ml",
    "twoarm200_ar1h",
)


# A covariance for each arm, and a random site: of both, the data of test_dense.py.
ARMS_AND_SITES = {
    str(situation): situation
    for situation in SITUATIONS
    if (situation.by_arm or situation.random_site) and not situation.at_zero
}
CASES = (*REFERENCE_CASES, *ARMS_AND_SITES)


def declared(case: str) -> tuple[Statistics, ModelSpec]:
    if case in ARMS_AND_SITES:
        situation = ARMS_AND_SITES[case]
        return statistics_of(situation.seed), situation.spec()
    return model(case)


@cache
def likelihood(case: str) -> Likelihood:
    statistics, spec = declared(case)
    pooled = statistics.pooled(by_arm=spec.by_arm, by_site=spec.random_site)
    covariance = GroupedCovariance.of(
        STRUCTURES[spec.covariance],
        statistics.visits,
        spec.times,
        statistics.arms if spec.covariance_by_arm else (),
    )
    data = condition(
        pooled, design(spec, pooled.shape), group_by_arm=spec.covariance_by_arm, by_site=spec.random_site
    )
    return Likelihood(data, covariance, restricted=spec.method == "REML")


def point(surface: Likelihood, theta: Floats) -> Point:
    profile = surface.profile(theta)
    assert profile is not None
    return surface.at(profile)


def differences(function: Callable[[Floats], Floats], theta: Floats) -> Floats:
    """Central differences of fourth order, one row for each parameter."""
    rows = []
    for k in range(len(theta)):
        step = np.zeros_like(theta)
        step[k] = 5e-4 * abs(theta[k])
        near = function(theta + step) - function(theta - step)
        far = function(theta + 2 * step) - function(theta - 2 * step)
        rows.append((8 * near - far) / (12 * step[k]))
    return np.array(rows)


@pytest.mark.parametrize("case", CASES)
def test_the_gradient_is_that_of_the_value(case: str) -> None:
    surface, theta = likelihood(case), _away(case)
    expected = differences(lambda at: np.array(point(surface, at).value), theta)
    assert point(surface, theta).gradient == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_the_hessian_is_that_of_the_gradient_and_symmetric(case: str) -> None:
    surface, theta = likelihood(case), _away(case)
    hessian = point(surface, theta).hessian
    expected = differences(lambda at: point(surface, at).gradient, theta)
    assert hessian == pytest.approx(expected, rel=1e-6, abs=1e-7 * np.abs(expected).max())
    assert hessian == pytest.approx(hessian.T, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("case", CASES)
def test_the_derivatives_of_the_information_of_the_coefficients_are_right(case: str) -> None:
    surface, theta = likelihood(case), _away(case)
    expected = differences(lambda at: np.array(np.linalg.inv(point(surface, at).profile.phi)), theta)
    assert point(surface, theta).p_k == pytest.approx(expected, rel=1e-6, abs=1e-6 * np.abs(expected).max())


@pytest.mark.parametrize("case", CASES)
def test_outside_its_domain_the_likelihood_has_no_profile(case: str) -> None:
    assert likelihood(case).profile(-_away(case)) is None


@cache
def _away(case: str) -> Floats:
    """A valid theta at some distance from the maximum."""
    theta = fit(*declared(case)).theta
    return np.array(theta * np.linspace(0.99, 1.02, len(theta)))
