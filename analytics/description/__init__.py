"""What was observed, without a model: safety, baseline, responders, dispersion, completeness.

Each is read from the records as they stand, or within `as_of` as they stood.

Source: docs/explanation/statistics/description.md.
"""

from analytics.description.baseline import Trait
from analytics.description.completeness import VisitCompleteness
from analytics.description.dispersion import SideDispersion
from analytics.description.responders import Response
from analytics.description.safety import EventCount, Safety
from analytics.description.share import Share
from analytics.description.spread import Spread
from analytics.description.summary import Summary, summary

__all__ = [
    "EventCount",
    "Response",
    "Safety",
    "Share",
    "SideDispersion",
    "Spread",
    "Summary",
    "Trait",
    "VisitCompleteness",
    "summary",
]
