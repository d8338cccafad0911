"""The methods of an analysis as a paper would state them, from what was fitted."""

from analytics.declared import ADJUSTMENT_IN_WORDS, METHOD_IN_WORDS, inference_in_words
from analytics.models import Run
from analytics.screens import fitted
from analytics.screens.numbers import percent
from analytics.screens.visits import label, listed
from trial.protocol.analyses import Analysis


def paragraph(analysis: Analysis, run: Run, looks: int) -> str:
    """For a run with a result; plain text, ready to be copied."""
    return " ".join(
        (
            _model(analysis, run),
            "Participants with a missing visit are in it with the values that they have, which takes values "
            "to be missing at random.",
            _covariance(run),
            f"Inference rests on {inference_in_words(run.df_method, run.information)}.",
            _contrasts(analysis, run),
            _looks(looks),
            f"Calculated by Fascicle ({run.code_version}).",
        )
    )


def _model(analysis: Analysis, run: Run) -> str:
    low, high = analysis.scale
    visits = listed([label(code).lower() for code in analysis.visits])
    return (
        f"{analysis.title} ({analysis.item}, {low} to {high} {analysis.unit}) was analysed by a linear mixed "
        f"model for repeated measures with visit ({visits}) as a categorical fixed effect, fitted by "
        f"{METHOD_IN_WORDS[run.method]} to {run.n_observations} values of {run.n_participants} participants."
    )


def _covariance(run: Run) -> str:
    structure = fitted.structure(run.covariance_fitted)
    used = f"The covariance of the visits within participants was modelled as {structure}"
    others = fitted.fallbacks(run)
    if run.attempts:
        reasons = " ".join(_why(each["reason"]) for each in run.attempts)
        return (
            f"{used}, a fall-back declared beforehand, because the covariance declared first "
            f"({fitted.structure(run.covariance)}) could not be fitted: {reasons}"
        )
    if not others:
        return f"{used}, as declared beforehand."
    return f"{used}, as declared beforehand with fall-backs that were not needed ({', then '.join(others)})."


def _why(reason: str) -> str:
    """Its first sentence: those that follow say what to do about it, which no paper wants to read."""
    return f"{reason.split('. ')[0].removesuffix('.')}."


def _contrasts(analysis: Analysis, run: Run) -> str:
    level = percent(run.level)
    reference = label(analysis.reference).lower()
    changes = len(analysis.visits) - 1
    if changes == 1:
        return (
            f"The change from {reference} is a contrast of the estimated means, with a two-sided {level} "
            "confidence interval."
        )
    return (
        f"Changes from {reference} are contrasts of the estimated means, with two-sided {level} confidence "
        f"intervals; simultaneous intervals and adjusted p values for the {changes} changes were obtained "
        f"{ADJUSTMENT_IN_WORDS[run.adjustment]}."
    )


def _looks(looks: int) -> str:
    if looks == 1:
        return "The data were analysed once."
    return (
        f"The data were analysed {looks} times while they came in; intervals and p values are not adjusted "
        "for that."
    )
