"""Whether the model describes the data, in tables."""

from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.reports.aligned import aligned, joined, number
from analytics.mixed.command.reports.determination import determination
from analytics.mixed.command.reports.head import messages, summary

# Of the largest residuals; JSON has all.
ROWS = 10
NUMBERS = ("value", "fitted", "marginal", "conditional", "cholesky", "leverage")


def diagnostics_report(answer: Answer) -> str:
    """How well the model is determined, how its residuals are distributed, and the largest of them."""
    return joined(
        [
            messages(answer),
            summary(answer),
            _at_boundary(answer),
            determination(answer["determination"]),
            _quantiles(answer),
            _largest(answer),
        ]
    )


def _at_boundary(answer: Answer) -> str:
    names = answer["at_boundary"]
    return f"Held at their bound: {', '.join(names)}" if names else ""


def _quantiles(answer: Answer) -> str:
    return (
        f"{answer['outside']} of {len(answer['quantiles'])} independent (Cholesky) residuals lie outside "
        "where an independent normal value lies with 95 % probability; after a fit few do so by chance."
    )


def _largest(answer: Answer) -> str:
    rows = sorted(answer["residuals"], key=lambda each: abs(each["cholesky"]), reverse=True)[:ROWS]
    lines = [NUMBERS, *([number(row[name]) for name in NUMBERS] for row in rows)]
    labels = (f"{row['participant']} {row['visit']}" for row in rows)
    return aligned("Largest residuals", labels, lines)
