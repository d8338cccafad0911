"""A generalised model in tables."""

from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.reports.aligned import aligned, joined, number
from analytics.mixed.command.reports.estimates import changes_title, differences_title, estimates, means
from analytics.mixed.command.reports.head import messages, summary


def generalised_report(answer: Answer) -> str:
    """Warnings first; what is on the scale of the link says so."""
    return joined(
        [
            messages(answer),
            summary(answer),
            estimates("Coefficients on the scale of the link", answer["coefficients"]),
            _untested(answer),
            means("Means on the scale of the outcome", answer["means"]),
            estimates(changes_title(answer), answer["changes"]),
            *(
                [estimates(differences_title(answer), answer["differences_in_change"])]
                if "differences_in_change" in answer
                else ()
            ),
        ]
    )


def _untested(answer: Answer) -> str:
    """The parameters after the coefficients: zero is no hypothesis for them."""
    count = len(answer["coefficients"])
    rows = list(enumerate(answer["parameters"].items()))[count:]
    lines = [["estimate", "se"]]
    lines += [[number(value), number(_se(answer["vcov"][place][place]))] for place, (_, value) in rows]
    return aligned("Other parameters", (name for _, (name, _) in rows), lines)


def _se(variance: float | None) -> float | None:
    """None where the search did not converge, or the parameter is at its bound."""
    return variance**0.5 if variance else None
