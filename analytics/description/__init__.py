"""What was observed, without a model: safety, baseline, responders, dispersion, completeness.

Each is read from the records as they stand, or within `as_of` as they stood.
"""

from analytics.description.baseline import Trait, baseline
from analytics.description.completeness import VisitCompleteness, completeness
from analytics.description.dispersion import SideDispersion, dispersion
from analytics.description.responders import Response, responders
from analytics.description.safety import EventCount, Safety, safety
from analytics.description.share import Share
from analytics.description.spread import Spread

__all__ = [
    "EventCount",
    "Response",
    "Safety",
    "Share",
    "SideDispersion",
    "Spread",
    "Trait",
    "VisitCompleteness",
    "baseline",
    "completeness",
    "dispersion",
    "responders",
    "safety",
]
