"""The data set of an outcome as it was."""

from collections.abc import Iterable

from analytics.datasets import vectors
from analytics.datasets.vectors import Dataset
from trial.audit.as_of import as_of
from trial.audit.positions import Position
from trial.models import Seal, Site
from trial.protocol.analyses import Analysis


def read(analysis: Analysis, at: Seal | Position, *, sites: Iterable[Site] | None = None) -> Dataset:
    """As of a seal, or of the position of a run: the hash is then what the run kept. Two statements."""
    narrowed = None if sites is None else list(sites)
    with as_of(at):
        return vectors.read(analysis, sites=narrowed)
