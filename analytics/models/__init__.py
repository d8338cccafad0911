"""What analyses amounted to: runs and their rows, only ever appended; what the next run starts from; what
is declared beside them; and the exports that were asked for."""

from analytics.models.contribution import Contribution
from analytics.models.description import Description
from analytics.models.estimate import Estimate
from analytics.models.export import Export, ExportDownload
from analytics.models.rebuild import Rebuild
from analytics.models.run import Run
from analytics.models.running_statistics import RunningStatistics
from analytics.models.supplement import Supplement, SupplementPiece

__all__ = [
    "Contribution",
    "Description",
    "Estimate",
    "Export",
    "ExportDownload",
    "Rebuild",
    "Run",
    "RunningStatistics",
    "Supplement",
    "SupplementPiece",
]
