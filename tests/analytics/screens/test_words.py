"""What is said of a run, by the run."""

from math import inf
from typing import Any

import pytest
from django.utils import timezone

from analytics import declared
from analytics.models import Run
from analytics.models.estimate import Estimate
from analytics.screens import changed, fitted, lead, methods, numbers
from analytics.selectors.since import Shift, Since
from trial.protocol import STUDY

PAIN, _, DISABILITY = STUDY.analyses


def run(**changes: Any) -> Run:
    values: dict[str, Any] = {
        "outcome": "pain",
        "status": "ok",
        "fitted_at": timezone.now(),
        "spec": declared.as_json(PAIN),
        "model": declared.in_words(PAIN),
        "code_version": "engine 0",
        "n_participants": 26,
        "n_observations": 99,
        "covariance": "un",
        "covariance_fitted": "un",
        "method": "reml",
        "df_method": "kenward-roger",
        "information": "observed",
        "adjustment": "multivariate-t",
        "level": 0.95,
        "iterations": 5,
        "gradient_norm": 2.1e-9,
        "log_likelihood": -171.6449,
        "covariance_parameters": [["variance at BL", 1.23456], ["covariance of BL and W1", -0.5]],
    }
    return Run(**{**values, **changes})


FELL_BACK = {
    "covariance_fitted": "ar1h",
    "attempts": [
        {"covariance": "un", "reason": "It has 10.5 parameters too many. Wait for more data."},
        {"covariance": "toeph", "reason": "It did not converge."},
    ],
}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (("kenward-roger", "observed"), "second derivatives in natural parameters (SAS DDFM=KR)"),
        (("kenward-roger-linear", "observed"), "no second derivatives (SAS DDFM=KR(LINEAR))"),
        (("kenward-roger", "expected"), "second derivatives in natural parameters (the article of 1997)"),
        (("kenward-roger-linear", "expected"), "no second derivatives (pbkrtest in R)"),
    ],
)
def test_each_of_the_four_kenward_rogers_has_its_own_name(chosen: tuple[str, str], expected: str) -> None:
    df_method, information = chosen
    made = run(df_method=df_method, information=information)
    words = f"freedom by Kenward and Roger, {information} information, {expected}"
    assert dict(fitted.facts(made))["Inference"].endswith(words)
    assert words in methods.paragraph(PAIN, made, looks=1)


def test_other_degrees_of_freedom_have_no_kind() -> None:
    made = run(df_method="satterthwaite")
    assert dict(fitted.facts(made))["Inference"] == "degrees of freedom by Satterthwaite"


def test_the_facts_say_how_the_search_ended() -> None:
    facts = dict(fitted.facts(run()))
    assert facts["Declared"] == declared.in_words(PAIN)
    assert facts["Fitted"] == "unstructured, as declared"
    assert facts["Boundary"] == "no parameter is at its bound"
    assert facts["Parameters"] == "variance at BL 1.235; covariance of BL and W1 −0.500"
    assert facts["Search"] == (
        "converged after 5 iterations, 2.1 × 10⁻⁹ standard errors from the maximum; "
        "restricted log-likelihood −171.645"
    )
    assert "; log-likelihood −171.645" in dict(fitted.facts(run(method="ml")))["Search"]


def test_the_facts_say_what_was_tried_before() -> None:
    facts = dict(fitted.facts(run(**FELL_BACK, at_boundary=["variance", "correlation"])))
    assert facts["Fitted"] == (
        "heterogeneous first-order autoregressive, a declared fall-back. Not fitted: unstructured: It has "
        "10.5 parameters too many. Wait for more data. heterogeneous Toeplitz: It did not converge."
    )
    assert facts["Boundary"] == "at its bound: variance and correlation"


def test_of_a_run_without_a_result_only_what_was_declared_is_said() -> None:
    assert fitted.facts(run(covariance_fitted="")) == (("Declared", declared.in_words(PAIN)),)


def test_the_methods_say_everything_that_a_reviewer_asks() -> None:
    assert methods.paragraph(PAIN, run(), looks=7) == (
        "Pain intensity (nrs_avg24, 0 to 10 points) was analysed by a linear mixed model for repeated "
        "measures with visit (baseline, week 1, week 2 and week 12) as a categorical fixed effect, fitted "
        "by restricted maximum likelihood (REML) to 99 values of 26 participants. Participants with a "
        "missing visit are in it with the values that they have, which takes values to be missing at "
        "random. The covariance of the visits within participants was modelled as unstructured, as "
        "declared beforehand with fall-backs that were not needed (heterogeneous Toeplitz, then "
        "heterogeneous first-order autoregressive, then compound symmetry). Inference rests on standard "
        "errors and degrees of freedom by Kenward and Roger, observed information, second derivatives in "
        "natural parameters (SAS DDFM=KR). Changes from baseline are contrasts of the estimated means, "
        "with two-sided 95 % confidence intervals; simultaneous intervals and adjusted p values for the 3"
        " changes were obtained by the multivariate t distribution (single step). The data were analysed "
        "7 times while they came in; intervals and p values are not adjusted for that. Calculated by "
        "Fascicle (engine 0)."
    )


def test_the_methods_name_the_fall_back_and_why() -> None:
    said = methods.paragraph(PAIN, run(**FELL_BACK), looks=1)
    assert (
        "was modelled as heterogeneous first-order autoregressive, a fall-back declared beforehand, because "
        "the covariance declared first (unstructured) could not be fitted: It has 10.5 parameters too "
        "many. It did not converge. Inference rests" in said
    )
    assert "The data were analysed once." in said


def test_a_single_change_needs_no_adjustment() -> None:
    said = methods.paragraph(DISABILITY, run(outcome="disability"), looks=1)
    assert "The change from baseline is a contrast of the estimated means" in said
    assert "adjusted p" not in said


def estimate(kind: str, visit: str, value: float) -> Estimate:
    return Estimate(kind=kind, visit=visit, estimate=value, lower=value - 1, upper=value + 1)


@pytest.mark.parametrize(("change", "word"), [(-3.5, "fell"), (0.0, "stayed"), (1.25, "rose")])
def test_the_lead_says_where_the_mean_went(change: float, word: str) -> None:
    estimates = [estimate("mean", "BL", 6.0), estimate("mean", "W12", 6.0 + change)]
    said = lead.sentence(PAIN, [*estimates, estimate("change", "W12", change)], 0.9)
    assert said.startswith(f"From Baseline to Week 12 the estimated mean {word} from 6.00 to ")
    assert "(90 % interval " in said
    assert lead.sentence(PAIN, [], 0.9) == ""


@pytest.mark.parametrize(
    ("before", "now", "moved"),
    [
        (1.0, 1.0, "= unchanged"),
        (1.0, 1.004, "▲ less than 0.01 higher"),
        (1.0, 0.5, "▼ 0.50 lower"),
        (None, 1.0, "–"),
        (1.0, None, "–"),
    ],
)
def test_how_an_estimate_moved_is_said_with_an_arrow_and_a_word(
    before: float | None, now: float | None, moved: str
) -> None:
    (row,) = changed.words(PAIN, Since(run(pk=1), run(pk=2), 0, 0, (Shift("mean", "W1", before, now),))).rows
    assert (row.visit, row.what, row.moved) == ("Week 1", "Mean", moved)


@pytest.mark.parametrize(
    ("values", "participants", "said"),
    [
        (0, 0, "as many values, as many participants"),
        (1, 2, "1 value more, 2 participants more"),
        (-2, -1, "2 values fewer, 1 participant fewer"),
    ],
)
def test_what_came_and_went_is_counted(values: int, participants: int, said: str) -> None:
    assert changed.words(PAIN, Since(run(pk=1), run(pk=2), values, participants, ())).summary == said


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("un", ""),
        ("", ""),
        (
            "ar1h",
            "; another covariance was fitted: unstructured, before heterogeneous first-order autoregressive",
        ),
    ],
)
def test_another_covariance_than_before_is_said(before: str, said: str) -> None:
    since = Since(run(pk=1, covariance_fitted=before), run(pk=2), 0, 0, ())
    assert changed.words(PAIN, since).summary == f"as many values, as many participants{said}"


def test_infinite_degrees_of_freedom_are_said_to_be_so() -> None:
    assert numbers.decimals(inf, 1) == "∞"
