"""The plot as a file of its own: with title, legend and where it comes from, as SVG and as PNG."""

from dataclasses import dataclass
from textwrap import wrap

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from analytics.models import Run
from analytics.screens import numbers
from analytics.screens.plot import HEIGHT, WIDTH, Plot
from analytics.screens.provenance import sentence
from analytics.screens.tracks import Tracks

# 2,160 pixels across: 300 for each inch of a full column of print.
ZOOM = 3.6

MARGIN = 20
DRAWING_TOP = 44
LEGEND_TOP = DRAWING_TOP + HEIGHT + 34
PROVENANCE_TOP = LEGEND_TOP + 46
LINE = 12
LETTERS = 118


@dataclass(frozen=True)
class Line:
    """A line of small print at its height."""

    at: int
    words: str


@dataclass(frozen=True)
class Figure:
    """What the template writes down; lengths are in its user units."""

    plot: Plot
    means_words: str
    people_words: str
    provenance: tuple[Line, ...]
    height: int
    width: int = WIDTH + MARGIN
    margin: int = MARGIN
    drawing_top: int = DRAWING_TOP
    legend_top: int = LEGEND_TOP


def svg(plot: Plot, tracks: Tracks, run: Run) -> str:
    """A whole SVG document with its own styles, so that it looks the same wherever it is put."""
    lines = wrap(sentence(run), LETTERS)
    figure = Figure(
        plot=plot,
        means_words=_means_words(plot, run),
        people_words=tracks.words,
        provenance=tuple(Line(PROVENANCE_TOP + place * LINE, words) for place, words in enumerate(lines)),
        height=PROVENANCE_TOP + len(lines) * LINE + MARGIN // 2,
    )
    return render_to_string("analytics/figure.svg", {"figure": figure})


def _means_words(plot: Plot, run: Run) -> str:
    level = numbers.percent(run.level)
    if not plot.means:
        return _("No means were estimated.")
    return _("Estimated means with {level} intervals").format(level=level)
