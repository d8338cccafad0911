"""What was actually fitted, and how the search for it ended, in words."""

from collections.abc import Sequence
from typing import cast

from analytics.declared import METHOD_IN_WORDS, inference_in_words
from analytics.mixed import IN_WORDS, CovarianceName
from analytics.models import Rebuild, Run
from analytics.screens.numbers import decimals, scientific
from analytics.screens.visits import listed


def facts(run: Run) -> tuple[tuple[str, str], ...]:
    """A term and what is to be said of it, for each thing that a statistician asks.

    Of a run without a result only what was declared.
    """
    declared = ("Declared", run.model)
    if not run.covariance_fitted:
        return (declared,)
    return (
        declared,
        ("Fitted", _covariance(run)),
        ("Method", METHOD_IN_WORDS[run.method]),
        ("Inference", inference_in_words(run.df_method, run.information)),
        ("Search", _search(run)),
        ("Boundary", _boundary(run.at_boundary)),
        ("Parameters", _parameters(run)),
    )


def structure(code: str) -> str:
    """A covariance in words."""
    return IN_WORDS[cast(CovarianceName, code)]


def fallbacks(run: Run) -> list[str]:
    """The covariances that were declared for when the first cannot be fitted, in words."""
    return [structure(name) for name in run.spec["fallbacks"]]


def _covariance(run: Run) -> str:
    if not run.attempts:
        return f"{structure(run.covariance_fitted)}, as declared"
    reasons = [f"{structure(each['covariance'])}: {each['reason']}" for each in run.attempts]
    return f"{structure(run.covariance_fitted)}, a declared fall-back. Not fitted: {' '.join(reasons)}"


def _search(run: Run) -> str:
    assert run.gradient_norm is not None
    return (
        f"converged after {run.iterations} iterations, {scientific(run.gradient_norm)} standard errors "
        f"from the maximum; {'restricted ' if run.method == 'reml' else ''}log-likelihood "
        f"{decimals(run.log_likelihood, 3)}"
    )


def _boundary(held: Sequence[str]) -> str:
    return f"at its bound: {listed(held)}" if held else "no parameter is at its bound"


def _parameters(run: Run) -> str:
    return "; ".join(f"{name} {decimals(value, 3)}" for name, value in run.covariance_parameters)


def rebuild_words(rebuild: Rebuild) -> str:
    """What the nightly comparison found."""
    return (
        "the running statistics agree with all records, to the bit"
        if rebuild.agreed
        else "the running statistics disagreed with the records; the rebuilt ones are used"
    )
