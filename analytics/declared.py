"""A declared analysis in the three forms in which a run keeps or uses it: JSON, model, words."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from analytics.mixed import IN_WORDS, KENWARD_ROGER, ModelSpec
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis
from trial.protocol.marker import N_
from trial.protocol.supplements import Supplement
from trial.words import Sentence, sentence

METHOD_IN_WORDS = {"reml": N_("restricted maximum likelihood (REML)"), "ml": N_("maximum likelihood (ML)")}
_DF_IN_WORDS = {
    "satterthwaite": N_("degrees of freedom by Satterthwaite"),
    "residual": N_("residual degrees of freedom"),
    "z": N_("the normal distribution"),
}
ADJUSTMENT_IN_WORDS = {
    "multivariate-t": N_("by the multivariate t distribution (single step)"),
    "holm": N_("by Holm"),
    "bonferroni": N_("by Bonferroni"),
    "fixed-sequence": N_("in a fixed sequence"),
}


def as_json(declared: Analysis | Supplement) -> dict[str, Any]:
    """Everything that was declared, in plain JSON types."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(declared), default=str))
    return plain


def as_model(analysis: Analysis) -> ModelSpec:
    """The model of the engine: visit as a category."""
    return ModelSpec(
        covariance=analysis.covariance,
        fallbacks=analysis.fallbacks,
        method="REML" if analysis.method == "reml" else "ML",
        df_method=analysis.df_method,
        information=analysis.information,
        level=analysis.level,
        times=planned_days(analysis.visits),
    )


def planned_days(codes: Sequence[str]) -> tuple[float, ...]:
    """The planned day of each of these visits; none at all where a visit has none."""
    visits = [STUDY.schedule.declared(code) for code in codes]
    days = [visit.offset for visit in visits if visit and visit.offset is not None]
    return tuple(map(float, days)) if len(days) == len(visits) else ()


def inference_in_words(df_method: str, information: str) -> Sentence:
    """How standard errors and degrees of freedom are found: which of the four that Kenward–Roger can be."""
    named = KENWARD_ROGER.get((df_method, information))
    if named is None:
        return sentence(_DF_IN_WORDS[df_method])
    said = N_("standard errors and degrees of freedom by Kenward and Roger, {named}")
    return sentence(said, named=sentence(named))


def in_words(analysis: Analysis) -> str:
    """What was declared, as a protocol would put it."""
    return _(
        "Linear mixed model for repeated measures of {title} ({item}): visit as a category ({visits}); "
        "covariance of the visits: {covariance}; fitted by {method}; {inference}; {level} % intervals. "
        "Intervals and p values of the changes from {reference} are also given adjusted {adjustment}."
    ).format(
        title=_(analysis.title).lower(),
        item=analysis.item,
        visits=", ".join(analysis.visits),
        covariance=_covariance(analysis),
        method=_(METHOD_IN_WORDS[analysis.method]),
        inference=inference_in_words(analysis.df_method, analysis.information),
        level=f"{100 * analysis.level:g}",
        reference=analysis.reference,
        adjustment=_(ADJUSTMENT_IN_WORDS[analysis.adjustment]),
    )


def in_english(analysis: Analysis) -> str:
    """The same as it is kept with a run, whatever the language of whoever asks."""
    with override(settings.LANGUAGE_CODE):
        return in_words(analysis)


def _covariance(analysis: Analysis) -> str:
    declared = _(IN_WORDS[analysis.covariance])
    if not analysis.fallbacks:
        return declared
    return _("{declared} (where it cannot be fitted: {fallbacks})").format(
        declared=declared, fallbacks=in_turn([_(IN_WORDS[name]) for name in analysis.fallbacks])
    )


def in_turn(words: Sequence[str]) -> str:
    """Those that are tried one after the other."""
    return _(", then ").join(words)
