"""Estimates as tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.reports.aligned import aligned, number, p_value

NUMBERS = ("estimate", "se", "df", "lower", "upper")


def estimates(title: str, rows: Sequence[Answer]) -> str:
    """Each tested against zero. Nothing where there are none."""
    lines = [[*NUMBERS, "t", "p"]]
    lines += [[*_numbers(row), number(row["t"]), p_value(row["p"])] for row in rows]
    return aligned(title, map(label, rows), lines) if rows else ""


def means(title: str, rows: Sequence[Answer]) -> str:
    """Untested: nobody asks whether pain before the treatment is zero."""
    return aligned(title, map(label, rows), [NUMBERS, *map(_numbers, rows)])


def contrasts(title: str, rows: Sequence[Answer]) -> str:
    """The estimates, and below them what belongs to all of a family, if there are families of several."""
    table = estimates(title, rows)
    if all(p == row["p"] for row in rows for p in row["p_adjusted"].values()):
        return table
    names = list(rows[0]["p_adjusted"])
    lines = [["lower", "upper", *(f"p {name}" for name in names)]]
    for row in rows:
        limits = row["adjusted"][names[0]]
        ps = [p_value(row["p_adjusted"][name]) for name in names]
        lines.append([number(limits["lower"]), number(limits["upper"]), *ps])
    adjusted = aligned(f"Adjusted; {names[0]} limits", map(label, rows), lines)
    return f"{table}\n\n{adjusted}"


def _numbers(row: Answer) -> list[str]:
    return [number(row[name]) for name in NUMBERS]


def label(row: Mapping[str, Any]) -> str:
    """What the row is called."""
    return row.get("name") or " ".join(filter(None, (row.get("arm"), row.get("visit"))))


def changes_title(answer: Answer) -> str:
    """Of the changes from the baseline visit."""
    return f"Changes from {answer['baseline_visit']}"


def differences_title(answer: Answer) -> str:
    """Of the differences from the first arm in them."""
    return f"Differences from {answer['arms'][0]} in change from {answer['baseline_visit']}"


def estimated_title(answer: Answer) -> str:
    """Of whichever of the two an answer is about."""
    in_change = answer["estimated"] == "differences_in_change"
    return differences_title(answer) if in_change else changes_title(answer)
