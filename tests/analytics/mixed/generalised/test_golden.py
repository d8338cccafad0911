"""Agreement with exact maximum likelihood, lme4::glmer, ordinal::clmm and glmmTMB."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from analytics.mixed.generalised import GeneralisedResult, GeneralisedSpec, fitting
from analytics.mixed.generalised.fitting import LOG_SHAPE, SD
from analytics.mixed.generalised.likelihood import GeneralisedLikelihood
from tests.analytics.mixed.generalised.reference import (
    CASES,
    ONE_ARM,
    TWO_ARMS,
    expected,
    fitted,
    responses,
)
from tests.analytics.mixed.reference import relative

# Against numbers that were searched for by brute force: 1e-5 is asked for.
EXACT = 1e-8
# What the packages print is as exact as their own optimisers.
ENGINE = 1e-5


def near(actual: npt.ArrayLike, theirs: npt.ArrayLike) -> float:
    """The largest difference: relative, but absolute for numbers below one."""
    a, e = np.asarray(actual, float), np.asarray(theirs, float)
    assert a.shape == e.shape
    return float(np.max(np.abs(a - e) / np.maximum(np.abs(e), 1.0)))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("family", "nodes"), [("binomial", 1), ("binomial", 11), ("cumulative", 10)])
def test_a_reference_fit_converges_within_ten_iterations(case: str, family: str, nodes: int) -> None:
    result = fitted(case, family, nodes)
    assert result.converged
    assert result.iterations <= 10
    assert result.gradient_norm < 1e-7
    assert result.at_boundary == ()
    assert result.n_participants == expected(case, "n_subjects")
    assert result.n_observations == expected(case, "n_obs")


@pytest.mark.parametrize("case", CASES)
def test_binomial_is_the_exact_maximum(case: str) -> None:
    result, truth = fitted(case, "binomial", 25), expected(case, "binomial10", "exact_ml")
    assert list(result.names) == [*expected(case, "coef_names"), SD]
    assert relative(result.parameters, [*truth["beta"], truth["sd"]]) < EXACT
    assert abs(result.log_likelihood - truth["logLik"]) < 1e-9
    assert near(result.vcov, truth["vcov_beta_sd"]) < 1e-8
    assert relative(np.diag(result.vcov), np.diag(truth["vcov_beta_sd"])) < 1e-6


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("nodes", [1, 5, 11, 25])
def test_glmer_agrees_with_as_many_nodes(case: str, nodes: int) -> None:
    result, theirs = fitted(case, "binomial", nodes), expected(case, "binomial10", f"glmer_nAGQ{nodes}")
    assert relative(result.parameters, [*theirs["beta"], theirs["sd"]]) < ENGINE
    if nodes == 1:  # with more, theirs is on a scale of its own
        assert abs(result.log_likelihood - theirs["logLik_lme4"]) < 1e-8


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("nodes", [1, 10])
def test_clmm_agrees_with_as_many_nodes(case: str, nodes: int) -> None:
    result, theirs = fitted(case, "cumulative", nodes), expected(case, "clmm", f"nAGQ{nodes}")
    levels = expected(case, "clmm", "levels")
    cuts = [f"{low}|{high}" for low, high in pairwise(levels)]
    assert list(result.names) == [*cuts, *theirs["coef_names"], SD]
    estimates = np.array([*theirs["thresholds"], *theirs["beta"], theirs["sd"]])
    assert near(result.parameters, estimates) < 1e-4
    assert -1e-12 < result.log_likelihood - theirs["logLik"] < 2e-7
    # Their search ends where its gradient is still 1e-4. One step of Newton's from there is ours.
    terms = TWO_ARMS if case == "glmm80" else ONE_ARM
    prepared = fitting.prepare(
        responses(case, "nrs"), GeneralisedSpec("cumulative", nodes=nodes, terms=terms)
    )
    function = GeneralisedLikelihood(fitting.kernel(prepared), nodes)
    point = function.at(estimates)
    assert point is not None
    step = np.linalg.solve(function.hessian(point), point.gradient)
    assert near(result.parameters, estimates - step) < 1e-7


@pytest.mark.parametrize("case", CASES)
def test_clmm_has_the_same_covariance(case: str) -> None:
    """Theirs is by the logarithm of the standard deviation, which the delta method turns into ours."""
    result, theirs = fitted(case, "cumulative", 10), expected(case, "clmm", "nAGQ10")
    scale = np.append(np.ones(len(result.names) - 1), result.sd)
    assert near(result.vcov, np.array(theirs["vcov"]) * np.outer(scale, scale)) < 1e-4


def test_glmmtmb_agrees_by_laplace() -> None:
    result: GeneralisedResult = fitted("glmm80", "gamma", 1)
    theirs = expected("glmm80", "gamma_log_odi")
    assert result.converged
    assert result.names[-2:] == (SD, LOG_SHAPE)
    assert relative(result.parameters[:-2], theirs["beta"]) < ENGINE
    assert result.sd == pytest.approx(theirs["sd"], rel=ENGINE)
    assert result.shape is not None
    assert 1.0 / result.shape == pytest.approx(theirs["dispersion_phi"], rel=ENGINE)
    assert result.log_likelihood == pytest.approx(theirs["logLik"], abs=1e-8)
    assert near(result.vcov[:-2, :-2], theirs["vcov"]) < 1e-7
