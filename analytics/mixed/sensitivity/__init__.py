"""What the missing values could hide: the declared estimates again, under other assumptions about them.

Source: docs/explanation/statistics/missing-data.md.
"""

from analytics.mixed.sensitivity.comparators import COMPARATORS_IN_WORDS, Comparator, compare
from analytics.mixed.sensitivity.conditional_mean import completed_estimates, estimates, under
from analytics.mixed.sensitivity.imputation import Pooled, combined, impute
from analytics.mixed.sensitivity.scenario import STRATEGIES_IN_WORDS, Scenario, Strategy
from analytics.mixed.sensitivity.targets import Targets
from analytics.mixed.sensitivity.tipping import TippingPoint, tipping_points

__all__ = [
    "COMPARATORS_IN_WORDS",
    "STRATEGIES_IN_WORDS",
    "Comparator",
    "Pooled",
    "Scenario",
    "Strategy",
    "Targets",
    "TippingPoint",
    "combined",
    "compare",
    "completed_estimates",
    "estimates",
    "impute",
    "tipping_points",
    "under",
]
