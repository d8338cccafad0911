"""Whose single values a plot shows: those of the person's sites, as long as they can be told apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.datasets.vectors import Vector
from analytics.models import Run
from analytics.selectors import contributed
from trial.models import Site
from trial.protocol.analyses import Analysis

# With more, the lines are one grey area: it would show nothing, and cost what the trial has grown to.
MOST = 300


@dataclass(frozen=True)
class Tracks:
    """The participants to draw, none when there are too many, and the sentence that says so."""

    vectors: tuple[Vector, ...]
    words: str


def read(analysis: Analysis, run: Run, sites: Sequence[Site]) -> Tracks:
    """Two queries, neither of which reads many more participants than would be drawn.

    The values are those that the run read: lines and means of one figure are of the same data.
    """
    if not sites:
        return Tracks((), _("Single participants are not drawn: your role does not include their data."))
    found = contributed.to_run(run, analysis, sites, MOST + 1)
    if found is None:
        return Tracks((), _("Single participants are not drawn: what this run read of them is not kept."))
    if len(found) > MOST:
        many = _("Single participants are not drawn: there are more than {most}.").format(most=MOST)
        return Tracks((), many)
    names = ", ".join(map(str, sites))
    said = _("Thin lines: participants of {sites}.") if found else _("No participant of {sites} in this run.")
    return Tracks(found, said.format(sites=names))
