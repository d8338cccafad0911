"""The quadrature against plain integration, and its gradient against differences."""

from decimal import Decimal

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom, gamma, norm

from analytics.mixed import Column, Term
from analytics.mixed.arrays import Floats
from analytics.mixed.generalised import FamilyName, GeneralisedSpec, Responses, fitting
from analytics.mixed.generalised.likelihood import GeneralisedLikelihood

VISITS = ("BL", "W1", "W12")
VECTORS = [(41, 7, 4, 2), (55, 6, None, 3), (63, 9, 8, 8), (37, 3, 1, 1), (70, 10, 6, None), (41, 7, 4, 2)]
TERMS = (Term(), Term(by="visit"), Term("age"))
PARAMETERS: dict[FamilyName, Floats] = {
    "binomial": np.array([0.9, -0.7, -1.2, -0.01, 0.8]),
    "cumulative": np.array([-4.2, -3.1, -2.2, -1.4, -0.3, 0.6, 1.9, 2.6, -1.1, -2.0, 0.015, 1.3]),
    "gamma": np.array([1.8, -0.4, -0.8, 0.003, 0.45, 1.7]),
}
FAMILIES = sorted(PARAMETERS)


def responses() -> Responses:
    return Responses.build(visits=VISITS, precision=Decimal(1), vectors=VECTORS, columns=[Column("age")])


def likelihood(family: FamilyName, nodes: int) -> GeneralisedLikelihood:
    spec = GeneralisedSpec(family, terms=TERMS)
    return GeneralisedLikelihood(fitting.kernel(fitting.prepare(responses(), spec)), nodes)


def density(family: FamilyName, value: float, fixed: float, u: float, sigma: float, rest: Floats) -> float:
    """Of one value, from a library of distributions or from the definition."""
    if family == "binomial":
        return float(binom.pmf(value, 10, 1 / (1 + np.exp(-fixed - sigma * u))))
    if family == "gamma":
        shape = float(np.exp(rest[-1]))
        return float(gamma.pdf(value, shape, scale=np.exp(fixed + sigma * u) / shape))
    cuts = np.concatenate([[-np.inf], rest, [np.inf]])
    levels = sorted({value for vector in VECTORS for value in vector[1:] if value is not None})
    place = levels.index(int(value))
    below = 1 / (1 + np.exp(-(cuts - fixed - sigma * u)))
    return float(below[place + 1] - below[place])


def by_integration(family: FamilyName) -> float:
    parameters = PARAMETERS[family]
    cuts = 8 if family == "cumulative" else 0
    sigma = parameters[-2] if family == "gamma" else parameters[-1]
    effects = parameters[cuts:]
    rest = parameters[:cuts] if family == "cumulative" else parameters
    total = 0.0
    for age, *values in VECTORS:
        intercept, later = (0.0, effects[:3]) if cuts else (effects[0], effects[1:4])
        fixed = intercept + np.array([0.0, later[0], later[1]]) + later[2] * float(age or 0)

        def joint(u: float, values: list[int | None] = values, fixed: Floats = fixed) -> float:
            parts = [
                density(family, value, float(mean), u, float(sigma), rest)
                for value, mean in zip(values, fixed, strict=True)
                if value is not None
            ]
            return float(norm.pdf(u) * np.prod(parts))

        total += np.log(quad(joint, -10, 10, points=[-2, 0, 2], epsabs=1e-15, epsrel=1e-11, limit=400)[0])
    return -2.0 * total


@pytest.mark.parametrize("family", FAMILIES)
def test_many_nodes_give_the_integral(family: FamilyName) -> None:
    point = likelihood(family, 41).at(PARAMETERS[family])
    assert point is not None
    assert point.value == pytest.approx(by_integration(family), abs=1e-8)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("nodes", [1, 2, 7])
def test_the_gradient_is_that_of_the_quadrature(family: FamilyName, nodes: int) -> None:
    function, at = likelihood(family, nodes), PARAMETERS[family]
    point = function.at(at)
    assert point is not None
    sizes = 1e-3 / np.sqrt(np.abs(np.diag(function.hessian(point))))
    for place, size in enumerate(sizes):
        step = np.zeros(len(at))
        step[place] = size
        above, below = function.at(at + step), function.at(at - step)
        assert above is not None
        assert below is not None
        difference = (above.value - below.value) / 2.0
        assert size * point.gradient[place] == pytest.approx(difference, abs=1e-9, rel=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_louis_is_the_hessian_when_the_nodes_are_many(family: FamilyName) -> None:
    function = likelihood(family, 31)
    point = function.at(PARAMETERS[family])
    assert point is not None
    scale = np.abs(np.diag(function.hessian(point)))
    difference = function.curvature(point) - function.hessian(point)
    assert np.max(np.abs(difference) / np.sqrt(np.outer(scale, scale))) < 1e-6


@pytest.mark.parametrize("family", FAMILIES)
def test_it_is_even_in_the_standard_deviation(family: FamilyName) -> None:
    at = PARAMETERS[family].copy()
    function = likelihood(family, 15)
    turned = at.copy()
    turned[-2 if family == "gamma" else -1] *= -1
    one, other = function.at(at), function.at(turned)
    assert one is not None
    assert other is not None
    assert one.value == pytest.approx(other.value, rel=1e-13)


def test_thresholds_out_of_order_are_no_model() -> None:
    at = PARAMETERS["cumulative"].copy()
    at[[0, 1]] = at[[1, 0]]
    assert likelihood("cumulative", 7).at(at) is None
