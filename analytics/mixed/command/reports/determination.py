"""Condition numbers as a table."""

from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.reports.aligned import aligned, number


def determination(found: Answer | None) -> str:
    """Nothing where the search did not converge."""
    if found is None:
        return ""
    names = ("effects", "covariance", "parameters")
    table = aligned(
        "Condition numbers (1 is the best)", names, [[""], *([_condition(found[name])] for name in names)]
    )
    poor = "The data determine the model poorly: a small error in them may be a large one in the result."
    return f"{table}\n{poor}" if found["poor"] else table


def _condition(value: float | None) -> str:
    return "infinite" if value is None else number(value)
