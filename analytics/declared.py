"""A declared analysis in the three forms in which a run keeps or uses it: JSON, model, words."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from analytics.mixed import IN_WORDS, KENWARD_ROGER, ModelSpec
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis

METHOD_IN_WORDS = {"reml": "restricted maximum likelihood (REML)", "ml": "maximum likelihood (ML)"}
_DF_IN_WORDS = {
    "satterthwaite": "degrees of freedom by Satterthwaite",
    "residual": "residual degrees of freedom",
    "z": "the normal distribution",
}
ADJUSTMENT_IN_WORDS = {
    "multivariate-t": "by the multivariate t distribution (single step)",
    "holm": "by Holm",
    "bonferroni": "by Bonferroni",
    "fixed-sequence": "in a fixed sequence",
}


def as_json(analysis: Analysis) -> dict[str, Any]:
    """Everything that was declared, in plain JSON types."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(analysis), default=str))
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


def inference_in_words(df_method: str, information: str) -> str:
    """How standard errors and degrees of freedom are found: which of the four that Kenward–Roger can be."""
    named = KENWARD_ROGER.get((df_method, information))
    if named is None:
        return _DF_IN_WORDS[df_method]
    return f"standard errors and degrees of freedom by Kenward and Roger, {named}"


def in_words(analysis: Analysis) -> str:
    """What was declared, as a protocol would put it."""
    fallbacks = ", then ".join(IN_WORDS[name] for name in analysis.fallbacks)
    instead = f" (where it cannot be fitted: {fallbacks})" if fallbacks else ""
    return (
        f"Linear mixed model for repeated measures of {analysis.title.lower()} ({analysis.item}): "
        f"visit as a category ({', '.join(analysis.visits)}); covariance of the visits: "
        f"{IN_WORDS[analysis.covariance]}{instead}; "
        f"fitted by {METHOD_IN_WORDS[analysis.method]}; "
        f"{inference_in_words(analysis.df_method, analysis.information)}; "
        f"{100 * analysis.level:g} % intervals. Intervals and p values of the changes from "
        f"{analysis.reference} are also given adjusted {ADJUSTMENT_IN_WORDS[analysis.adjustment]}."
    )
