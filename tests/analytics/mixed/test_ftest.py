"""F tests at the edge of their formulas; elsewhere test_oracle.py and test_dense.py check them."""

from math import inf

import numpy as np
import pytest

from analytics.mixed.ftest import f_test, kenward_roger_scale


@pytest.mark.parametrize("q", [1, 2])
def test_contrasts_that_depend_on_no_free_parameter_have_infinite_degrees_of_freedom(q: int) -> None:
    """As where every parameter was held at its bound: the variance counts as known."""
    weights, phi = np.eye(3)[:q], np.diag([1.0, 2.0, 3.0])
    of_nothing = kenward_roger_scale(weights, phi, np.zeros((2, 3, 3)), np.eye(2))
    of_nothing_free = kenward_roger_scale(weights, phi, np.ones((2, 3, 3)), np.zeros((2, 2)))
    assert of_nothing == of_nothing_free == (1.0, inf)


def test_infinite_degrees_of_freedom_give_the_chi_squared_test() -> None:
    assert f_test(1.96**2, 1, inf).p == pytest.approx(0.05, abs=1e-4)
