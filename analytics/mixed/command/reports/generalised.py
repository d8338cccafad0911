"""A generalised model in tables."""

from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.reports.aligned import joined
from analytics.mixed.command.reports.estimates import changes_title, differences_title, estimates
from analytics.mixed.command.reports.head import messages, summary


def generalised_report(answer: Answer) -> str:
    """Warnings first; what is on the scale of the link says so."""
    return joined(
        [
            messages(answer),
            summary(answer),
            estimates("Coefficients on the scale of the link", answer["coefficients"]),
            estimates("Means on the scale of the outcome", answer["means"]),
            estimates(changes_title(answer), answer["changes"]),
            *(
                [estimates(differences_title(answer), answer["differences_in_change"])]
                if "differences_in_change" in answer
                else ()
            ),
        ]
    )
