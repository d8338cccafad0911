"""The random slope at and beyond the boundary of its model."""

import numpy as np
import pytest

from analytics.mixed.arrays import Floats
from tests.analytics.mixed.covariance.examples import TIMES, is_valid, structure

INSIDE = np.array([2.0, 0.1, 0.05, 1.0])
# valid, because Sigma is positive definite, but no covariance of intercept and slope
OUTSIDE = (
    np.array([2.0, 0.4, 0.05, 1.0]),
    np.array([2.0, 0.01, -0.0005, 1.0]),
    np.array([-0.1, 0.01, 0.05, 1.0]),
)


def test_inside_its_model_nothing_is_fitted_instead() -> None:
    assert structure("ris").beyond(INSIDE) == ()


@pytest.mark.parametrize("theta", OUTSIDE)
def test_beyond_its_model_are_the_structures_of_the_boundary(theta: Floats) -> None:
    found = structure("ris")
    assert is_valid(found, theta)
    beyond = found.beyond(theta)
    moments = found.sigma(theta)
    assert [is_valid(candidate, candidate.start(moments)) for candidate in beyond] == [True] * 3
    assert all(candidate.boundary.endswith("treat that as known.") for candidate in beyond)


@pytest.mark.parametrize("kind", ["fanning out", "fanning in", "intercept alone"])
def test_the_boundary_is_reported_in_the_parameters_of_the_random_slope(kind: str) -> None:
    slope, boundary = structure("ris"), structure(kind)
    theta = boundary.start(slope.sigma(INSIDE))
    names, reported = boundary.reported(theta)
    assert names == slope.names
    assert slope.sigma(reported) == pytest.approx(boundary.sigma(theta), rel=1e-12)
    g11, g12, g22, _ = reported
    assert g12**2 == pytest.approx(g11 * g22, abs=1e-12)


def test_the_two_searches_begin_on_both_sides() -> None:
    moments = structure("ris").sigma(INSIDE)
    middle = np.mean(TIMES[:4])
    for kind, sign in (("fanning out", 1), ("fanning in", -1)):
        a, b, _ = structure(kind).start(moments)
        assert np.sign((a + b * middle) * b) == sign


@pytest.mark.parametrize(
    "kind", ["un", "cs", "csh", "ri", "ar1", "ar1h", "toep", "toeph", "ad", "adh", "diag"]
)
def test_no_other_structure_has_anything_beyond(kind: str) -> None:
    found = structure(kind)
    theta = found.start(np.eye(4))
    assert found.beyond(theta) == ()
    assert found.reported(theta) == (found.names, theta)
