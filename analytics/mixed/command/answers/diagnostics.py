"""What `diagnostics` found."""

from dataclasses import asdict

from analytics.mixed.command.answers.determination import determined
from analytics.mixed.command.answers.head import head
from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.options import DiagnosticsOptions
from analytics.mixed.command.table import Table
from analytics.mixed.diagnostics import normal_quantiles, residuals
from analytics.mixed.people import People
from analytics.mixed.result import Result


def diagnosed(result: Result, table: Table, options: DiagnosticsOptions) -> Answer:
    """Residuals in the order of the participants, and the independent ones beside normal quantiles."""
    found = residuals(result, People.of(table.statistics.shape, table.persons()))
    quantiles = normal_quantiles(each.cholesky for each in found)
    return {
        **head(result, table, options),
        "determination": determined(result),
        "outside": sum(not each.lower <= each.residual <= each.upper for each in quantiles),
        "quantiles": [asdict(each) for each in quantiles],
        "residuals": [asdict(each) for each in found],
    }
