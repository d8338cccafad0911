"""The methods of an analysis as a paper would state them, from what was fitted."""

from django.utils.translation import gettext as _

from analytics.declared import ADJUSTMENT_IN_WORDS, METHOD_IN_WORDS, in_turn, inference_in_words
from analytics.models import Run
from analytics.screens import fitted
from analytics.screens.numbers import percent
from analytics.screens.visits import label, listed
from trial.protocol.analyses import Analysis


def paragraph(analysis: Analysis, run: Run, looks: int) -> str:
    """For a run with a result; plain text, ready to be copied."""
    inference = inference_in_words(run.df_method, run.information)
    said = (
        _model(analysis, run),
        _(
            "Participants with a missing visit are in it with the values that they have, which takes "
            "values to be missing at random."
        ),
        _covariance(run),
        _("Inference rests on {inference}.").format(inference=inference),
        _contrasts(analysis, run),
        _looks(looks),
        _("Calculated by Fascicle ({version}).").format(version=run.code_version),
    )
    return " ".join(filter(None, said))


def _model(analysis: Analysis, run: Run) -> str:
    low, high = analysis.scale
    return _(
        "{title} ({item}, {low} to {high} {unit}) was analysed by a linear mixed model for repeated measures "
        "with visit ({visits}) as a categorical fixed effect, fitted by {method} to {values} values of "
        "{participants} participants."
    ).format(
        title=_(analysis.title),
        item=analysis.item,
        low=low,
        high=high,
        unit=_(analysis.unit),
        visits=listed([label(code).lower() for code in analysis.visits]),
        method=_(METHOD_IN_WORDS[run.method]),
        values=run.n_observations,
        participants=run.n_participants,
    )


def _covariance(run: Run) -> str:
    structure = fitted.structure(run.covariance_fitted)
    others = fitted.fallbacks(run)
    if run.attempts:
        return _(
            "The covariance of the visits within participants was modelled as {covariance}, a fall-back "
            "declared beforehand, because the covariance declared first ({first}) could not be fitted: "
            "{reasons}"
        ).format(
            covariance=structure,
            first=fitted.structure(run.covariance),
            reasons=" ".join(_why(each["reason"]) for each in run.attempts),
        )
    if not others:
        return _(
            "The covariance of the visits within participants was modelled as {covariance}, as declared "
            "beforehand."
        ).format(covariance=structure)
    return _(
        "The covariance of the visits within participants was modelled as {covariance}, as declared "
        "beforehand with fall-backs that were not needed ({others})."
    ).format(covariance=structure, others=in_turn(others))


def _why(reason: str) -> str:
    """Its first sentence: those that follow say what to do about it, which no paper wants to read."""
    return f"{reason.split('. ')[0].removesuffix('.')}."


def _contrasts(analysis: Analysis, run: Run) -> str:
    said = {"reference": label(analysis.reference).lower(), "level": percent(run.level)}
    changes = len(analysis.visits) - 1
    if changes == 1:
        return _(
            "The change from {reference} is a contrast of the estimated means, with a two-sided {level} "
            "confidence interval."
        ).format(**said)
    return _(
        "Changes from {reference} are contrasts of the estimated means, with two-sided {level} confidence "
        "intervals; simultaneous intervals and adjusted p values for the {changes} changes were obtained "
        "{adjustment}."
    ).format(**said, changes=changes, adjustment=_(ADJUSTMENT_IN_WORDS[run.adjustment]))


def _looks(looks: int) -> str:
    """Nothing where it is not known how often, as of a past position."""
    if not looks:
        return ""
    if looks == 1:
        return _("The data were analysed once.")
    return _(
        "The data were analysed {looks} times while they came in; intervals and p values are not adjusted "
        "for that."
    ).format(looks=looks)
