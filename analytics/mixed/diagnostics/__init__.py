"""What a reader asks of a fitted model: do residuals behave, who moves the estimates, is it well determined?

Source: docs/explanation/statistics/diagnostics.md, whose symbols are used here.
"""

from analytics.mixed.diagnostics.determination import Determination, determination
from analytics.mixed.diagnostics.influence import Influence, Refit, influence, without_each
from analytics.mixed.diagnostics.quantiles import QuantilePoint, normal_quantiles
from analytics.mixed.diagnostics.residuals import Residual, residuals

__all__ = [
    "Determination",
    "Influence",
    "QuantilePoint",
    "Refit",
    "Residual",
    "determination",
    "influence",
    "normal_quantiles",
    "residuals",
    "without_each",
]
