"""The estimates under other assumptions, in tables."""

from collections.abc import Sequence

from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.reports.aligned import aligned, joined, number
from analytics.mixed.command.reports.estimates import estimated_title, estimates, label
from analytics.mixed.command.reports.head import messages, summary


def sensitivity_report(answer: Answer) -> str:
    """The declared estimates first, then each assumption, and last what is shown only to be compared."""
    return joined(
        [
            messages(answer),
            summary(answer),
            estimates(f"{estimated_title(answer)}, as declared", answer["estimates"]),
            *(_analysis(each, "conditional mean") for each in answer["conditional_mean"]),
            *(_analysis(each, _imputations(each)) for each in answer["imputed"]),
            _tipping_points(answer["tipping_points"]),
            *(_analysis(each, "only to be compared") for each in answer["comparisons"]),
        ]
    )


def _analysis(found: Answer, how: str) -> str:
    title = f"{found['in_words'][0].upper()}{found['in_words'][1:]} ({how})"
    return f"{title}: {found['reason']}" if found["reason"] else estimates(title, found["estimates"])


def _imputations(found: Answer) -> str:
    return "imputations" if found["reason"] else f"{found['imputations']} imputations"


def _tipping_points(found: Answer) -> str:
    title = "Tipping points, missing at random"
    if found["reason"]:
        return f"{title}: {found['reason']}"
    rows: Sequence[Answer] = found["targets"]
    return aligned(title, map(label, rows), [["tips at delta"], *([_tips(row)] for row in rows)])


def _tips(row: Answer) -> str:
    if row["already"]:
        return "the interval contains zero without any delta"
    if row["tips_at"] is None:
        return f"none up to {number(row['deltas'][-1]['delta'])}"
    return number(row["tips_at"])
