"""What was actually fitted, and how the search for it ended, in words."""

from typing import cast

from django.utils.translation import gettext as _

from analytics.declared import METHOD_IN_WORDS, in_english, in_words, inference_in_words
from analytics.mixed import IN_WORDS, CovarianceName
from analytics.models import Rebuild, Run
from analytics.screens.numbers import decimals, scientific
from analytics.screens.parameters import at_bound, parameter
from trial.protocol import STUDY


def facts(run: Run) -> tuple[tuple[str, str], ...]:
    """A term and what is to be said of it, for each thing that a statistician asks.

    Of a run without a result only what was declared.
    """
    declared = (_("Declared"), _declared(run))
    if not run.covariance_fitted:
        return (declared,)
    return (
        declared,
        (_("Fitted"), _covariance(run)),
        (_("Method"), _(METHOD_IN_WORDS[run.method])),
        (_("Inference"), str(inference_in_words(run.df_method, run.information))),
        (_("Search"), _search(run)),
        (_("Boundary"), at_bound(run.at_boundary)),
        (_("Parameters"), _parameters(run)),
    )


def _declared(run: Run) -> str:
    """In the language of the reader while the protocol still declares it, else as it was kept."""
    analysis = STUDY.analysis(run.outcome)
    if analysis is None:
        return run.model
    return in_words(analysis) if run.model == in_english(analysis) else run.model


def structure(code: str) -> str:
    """A covariance in words."""
    return _(IN_WORDS[cast(CovarianceName, code)])


def fallbacks(run: Run) -> list[str]:
    """The covariances that were declared for when the first cannot be fitted, in words."""
    return [structure(name) for name in run.spec["fallbacks"]]


def _covariance(run: Run) -> str:
    if not run.attempts:
        return _("{covariance}, as declared").format(covariance=structure(run.covariance_fitted))
    reasons = [f"{structure(each['covariance'])}: {each['reason']}" for each in run.attempts]
    return _("{covariance}, a declared fall-back. Not fitted: {reasons}").format(
        covariance=structure(run.covariance_fitted), reasons=" ".join(reasons)
    )


def _search(run: Run) -> str:
    assert run.gradient_norm is not None
    likelihood = _("restricted log-likelihood") if run.method == "reml" else _("log-likelihood")
    return _(
        "converged after {iterations} iterations, {distance} standard errors from the maximum; "
        "{likelihood} {value}"
    ).format(
        iterations=run.iterations,
        distance=scientific(run.gradient_norm),
        likelihood=likelihood,
        value=decimals(run.log_likelihood, 3),
    )


def _parameters(run: Run) -> str:
    return "; ".join(f"{parameter(name)} {decimals(value, 3)}" for name, value in run.covariance_parameters)


def rebuild_words(rebuild: Rebuild) -> str:
    """What the nightly comparison found."""
    return (
        _("the running statistics agree with all records, to the bit")
        if rebuild.agreed
        else _("the running statistics disagreed with the records; the rebuilt ones are used")
    )
