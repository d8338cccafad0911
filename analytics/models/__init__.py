"""What analyses amounted to: runs and their rows, only ever appended; and what the next run starts from."""

from analytics.models.contribution import Contribution
from analytics.models.description import Description
from analytics.models.estimate import Estimate
from analytics.models.rebuild import Rebuild
from analytics.models.run import Run
from analytics.models.running_statistics import RunningStatistics

__all__ = ["Contribution", "Description", "Estimate", "Rebuild", "Run", "RunningStatistics"]
