"""How well the data determine the model."""

from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.diagnostics import determination
from analytics.mixed.result import Result


def determined(result: Result) -> Answer | None:
    """None where the search did not converge."""
    if not result.converged:
        return None
    found = determination(result)
    return {
        "effects": found.effects,
        "covariance": found.covariance,
        "parameters": found.parameters,
        "poor": found.is_poor,
    }
