"""What `fit` found of a generalised model."""

from analytics.mixed.command.answers.head import generalised_head
from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.answers.row import row
from analytics.mixed.command.options import Options
from analytics.mixed.command.table import Table
from analytics.mixed.generalised import GeneralisedResult


def generalised(result: GeneralisedResult, table: Table, options: Options) -> Answer:
    """Coefficients on the scale of the link; means and changes on that of the outcome."""
    found: Answer = {
        **generalised_head(result, table, options),
        "parameters": dict(zip(result.names, result.parameters, strict=True)),
        "vcov": result.vcov,
        "sd": result.sd,
        "shape": result.shape,
        "coefficients": [row(estimate) for estimate in result.coefficients()],
        "means": [row(estimate) for estimate in result.means()],
        "changes": [row(estimate) for estimate in result.changes(options.baseline_visit)],
    }
    if result.spec.by_arm:
        in_change = result.differences_in_change(options.baseline_visit)
        found["differences_in_change"] = [row(estimate) for estimate in in_change]
    return found
