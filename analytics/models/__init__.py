"""What an analysis amounted to: runs and their rows, only ever appended."""

from analytics.models.description import Description
from analytics.models.estimate import Estimate
from analytics.models.run import Run

__all__ = ["Description", "Estimate", "Run"]
