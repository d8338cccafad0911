"""A gaussian model in tables."""

from collections.abc import Sequence

from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.reports.aligned import aligned, joined, number, p_value
from analytics.mixed.command.reports.estimates import (
    changes_title,
    contrasts,
    differences_title,
    estimates,
    means,
)
from analytics.mixed.command.reports.head import messages, summary


def fitted_report(answer: Answer) -> str:
    """Warnings first."""
    return joined(
        [
            messages(answer),
            summary(answer),
            estimates("Coefficients", answer["coefficients"]),
            _tests(answer["tests"]),
            _parameters(answer["covariance_parameters"]),
            _matrices(answer),
            means("Means", answer["means"]),
            contrasts(changes_title(answer), answer["changes"]),
            *(_differences(answer) if "differences" in answer else ()),
        ]
    )


def _differences(answer: Answer) -> list[str]:
    return [
        contrasts(f"Differences from {answer['arms'][0]}", answer["differences"]),
        contrasts(differences_title(answer), answer["differences_in_change"]),
    ]


def _tests(rows: Sequence[Answer]) -> str:
    names = ("f", "numerator_df", "denominator_df")
    lines = [["F", "numerator df", "denominator df", "p"]]
    lines += [[*(number(row[name]) for name in names), p_value(row["p"])] for row in rows]
    return aligned("Tests of terms", (row["term"] for row in rows), lines) if rows else ""


def _parameters(parameters: Answer) -> str:
    lines = [["estimate"], *([number(value)] for value in parameters.values())]
    return aligned("Covariance parameters", parameters, lines)


def _matrices(answer: Answer) -> str:
    found = answer["covariance_matrix"]
    if not answer["covariance_by_arm"]:
        return _matrix("Covariance between visits", answer["visits"], found)
    return "\n\n".join(
        _matrix(f"Covariance between visits, {arm}", answer["visits"], matrix)
        for arm, matrix in found.items()
    )


def _matrix(title: str, visits: Sequence[str], matrix: Sequence[Sequence[float]]) -> str:
    return aligned(title, visits, [visits, *([number(value) for value in row] for row in matrix)])
