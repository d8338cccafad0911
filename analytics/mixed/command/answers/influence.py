"""What `influence` found."""

from collections.abc import Sequence
from dataclasses import asdict

from analytics.mixed.command.answers.determination import determined
from analytics.mixed.command.answers.head import head
from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.answers.row import row
from analytics.mixed.command.options import InfluenceOptions
from analytics.mixed.command.table import Table
from analytics.mixed.diagnostics import Influence, influence, without_each
from analytics.mixed.estimate import Estimate
from analytics.mixed.result import Result


def influenced(result: Result, table: Table, options: InfluenceOptions) -> Answer:
    """Participants with the most influential first, before them those without whom no model can be fitted."""

    def estimates(of: Result) -> Sequence[Estimate]:
        if _by_arm(of):
            return of.differences_in_change(options.baseline_visit)
        return of.changes(options.baseline_visit)

    whole = estimates(result)
    found = influence(result, without_each(table.statistics, result, table.persons()), estimates)
    return {
        **head(result, table, options),
        "determination": determined(result),
        "estimated": "differences_in_change" if _by_arm(result) else "changes",
        "estimates": [row(each) for each in whole],
        "participants": [asdict(each) for each in sorted(found, key=_place)],
    }


def _by_arm(result: Result) -> bool:
    return any(term.arm for term in result.spec.terms)


def _place(each: Influence) -> float:
    return float("-inf") if each.cook is None else -each.cook
