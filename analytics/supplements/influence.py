"""Which participant moves the declared changes most."""

from analytics.mixed.diagnostics import influence
from analytics.supplements.content import Content, estimate, number
from analytics.supplements.subject import Subject


def content(subject: Subject) -> Content:
    """`whole`: the declared changes; `participants`: Cook's distance and the shift of each change without the
    participant, in the order of the changes, or the reason why there is none.

    Raises NotEstimable where the declared model has no result.
    """
    whole = subject.targets.estimates(subject.result)
    found = influence(subject.result, subject.refits, subject.targets.estimates)
    return {
        "covariance": subject.result.covariance,
        "whole": [estimate(each) for each in whole],
        "participants": [
            {
                "participant": each.participant,
                "cook": number(each.cook),
                "shifts": list(each.shifts),
                "reason": each.reason,
            }
            for each in found
        ],
    }
