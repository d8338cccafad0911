"""A declared analysis in the three forms in which a run keeps or uses it: JSON, model, words."""

import json
from dataclasses import asdict
from typing import Any

from analytics.mixed import ModelSpec
from trial.protocol.analyses import Analysis

COVARIANCE_IN_WORDS = {
    "un": "unstructured covariance of the visits",
    "cs": "compound symmetry",
    "ri": "a random intercept for each participant",
}
METHOD_IN_WORDS = {"reml": "restricted maximum likelihood (REML)", "ml": "maximum likelihood (ML)"}


def as_json(analysis: Analysis) -> dict[str, Any]:
    """Everything that was declared, in plain JSON types."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(analysis), default=str))
    return plain


def as_model(analysis: Analysis) -> ModelSpec:
    """The model of the engine: visit as a category."""
    return ModelSpec(
        covariance=analysis.covariance,
        method="REML" if analysis.method == "reml" else "ML",
        degrees_of_freedom=analysis.df_method,
        level=analysis.level,
    )


def in_words(analysis: Analysis) -> str:
    """The model as the methods section of a paper would put it."""
    return (
        f"Linear mixed model for repeated measures of {analysis.title.lower()} ({analysis.item}): "
        f"visit as a category ({', '.join(analysis.visits)}), {COVARIANCE_IN_WORDS[analysis.covariance]}, "
        f"fitted by {METHOD_IN_WORDS[analysis.method]}. Degrees of freedom by "
        f"{analysis.df_method.capitalize()}; {100 * analysis.level:g} % intervals, unadjusted; p values of "
        f"the changes from {analysis.reference} adjusted by {analysis.adjustment.capitalize()}."
    )
