"""The next trial: how likely it is to find an effect, by simulated trials, as a band and not a number.

Source: docs/explanation/statistics/planning.md, whose symbols are used here.
"""

from analytics.mixed.planning.assumption import Assumption, assumptions
from analytics.mixed.planning.power import Needed, PowerCurve, PowerPoint, power_curve
from analytics.mixed.planning.trial import Plan, Tally, simulate

__all__ = [
    "Assumption",
    "Needed",
    "Plan",
    "PowerCurve",
    "PowerPoint",
    "Tally",
    "assumptions",
    "power_curve",
    "simulate",
]
