"""Mixed models for repeated measures, fitted from exact sufficient statistics. NumPy and SciPy only.

statistics = Statistics.build(visits=("BL", "W1"), precision=Decimal("1"), vectors=[(7, 4), (6, None), ...])
result = fit(statistics, ModelSpec())
result.means(), result.changes("BL", ["multivariate-t"])
"""

from analytics.mixed.adjustment import Adjusted, AdjustmentName
from analytics.mixed.cell import AWAITED, Cell, Stratum
from analytics.mixed.column import Column
from analytics.mixed.covariance import IN_WORDS
from analytics.mixed.encoding import Vector
from analytics.mixed.estimate import Estimate, Label
from analytics.mixed.fitting import fit
from analytics.mixed.ftest import FTest
from analytics.mixed.refusals import InputRefused, NotEstimable
from analytics.mixed.result import Attempt, Result
from analytics.mixed.spec import (
    INTERCEPT,
    KENWARD_ROGER,
    CovarianceName,
    DfMethod,
    Information,
    ModelSpec,
    Term,
)
from analytics.mixed.statistics import Observed, Statistics

__all__ = [
    "AWAITED",
    "INTERCEPT",
    "IN_WORDS",
    "KENWARD_ROGER",
    "Adjusted",
    "AdjustmentName",
    "Attempt",
    "Cell",
    "Column",
    "CovarianceName",
    "DfMethod",
    "Estimate",
    "FTest",
    "Information",
    "InputRefused",
    "Label",
    "ModelSpec",
    "NotEstimable",
    "Observed",
    "Result",
    "Statistics",
    "Stratum",
    "Term",
    "Vector",
    "fit",
]
