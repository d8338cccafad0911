"""One estimate as an object of the JSON."""

from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.estimate import Estimate


def row(e: Estimate) -> Answer:
    """What it is called, and its numbers."""
    return label(e) | {
        "estimate": e.estimate,
        "se": e.se,
        "df": e.df,
        "t": e.statistic,
        "p": e.p,
        "lower": e.lower,
        "upper": e.upper,
    }


def label(e: Estimate) -> Answer:
    """What it is called: `name`, or `visit` and `arm` where they apply."""
    found = {"name": e.label.name, "visit": e.label.visit, "arm": e.label.arm}
    return {name: text for name, text in found.items() if text}
