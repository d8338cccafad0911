"""Mixed models for repeated measures, fitted from exact sufficient statistics. NumPy and SciPy only.

statistics = Statistics.build(visits=("BL", "W1"), precision=Decimal("1"), vectors=[(7, 4), (6, None), ...])
result = fit(statistics, ModelSpec())
result.means(), result.changes("BL")
"""

from analytics.mixed.column import Column
from analytics.mixed.estimate import Estimate
from analytics.mixed.fitting import fit
from analytics.mixed.refusals import InputRefused, NotEstimable
from analytics.mixed.result import Result
from analytics.mixed.spec import INTERCEPT, ModelSpec, Term
from analytics.mixed.statistics import Observed, Statistics

__all__ = [
    "INTERCEPT",
    "Column",
    "Estimate",
    "InputRefused",
    "ModelSpec",
    "NotEstimable",
    "Observed",
    "Result",
    "Statistics",
    "Term",
    "fit",
]
