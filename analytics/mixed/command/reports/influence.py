"""Who moves the estimates, in tables."""

from collections.abc import Sequence

from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.reports.aligned import aligned, joined, number
from analytics.mixed.command.reports.determination import determination
from analytics.mixed.command.reports.estimates import estimated_title, estimates, label
from analytics.mixed.command.reports.head import messages, summary


def influence_report(answer: Answer) -> str:
    """The estimates, how well they are determined, and what becomes of them without each participant."""
    return joined(
        [
            messages(answer),
            summary(answer),
            estimates(estimated_title(answer), answer["estimates"]),
            determination(answer["determination"]),
            _without_result(answer["participants"]),
            _shifts(answer),
        ]
    )


def _without_result(participants: Sequence[Answer]) -> str:
    reasons: dict[str, list[str]] = {}
    for each in participants:
        if each["reason"]:
            reasons.setdefault(each["reason"], []).append(each["participant"])
    return "\n".join(f"Without {' or '.join(names)}: {reason}" for reason, names in reasons.items())


def _shifts(answer: Answer) -> str:
    """Cook's distance, and the estimate without the participant minus that with."""
    moved = [each for each in answer["participants"] if not each["reason"]]
    lines = [["Cook's distance", *(f"shift {label(row)}" for row in answer["estimates"])]]
    lines += [[number(each["cook"]), *map(number, each["shifts"])] for each in moved]
    return aligned("Without", (each["participant"] for each in moved), lines) if moved else ""
