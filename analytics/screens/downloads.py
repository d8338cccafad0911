"""What of the results page can be taken along: each figure as SVG and PNG, each table as CSV."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import override
from django.views.decorators.http import require_safe

from analytics.models import Run
from analytics.screens import estimates_file, figure, seen, tracks
from analytics.screens.figure import ZOOM
from analytics.screens.plot import draw_run
from analytics.selectors import reports, standings
from analytics.selectors.reports import Reported
from trial.access import Right, check_right, sites_with
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.screens.pictures import png


@dataclass(frozen=True)
class File:
    """What is downloaded: its name says of which run it is."""

    name: str
    media_type: str
    content: bytes

    def response(self) -> HttpResponse:
        response = HttpResponse(self.content, content_type=self.media_type)
        response["Content-Disposition"] = f'attachment; filename="{self.name}"'
        return response


@require_safe
@login_required
def figure_svg(request: HttpRequest, outcome: str) -> HttpResponseBase:
    def drawn(reported: Reported, run: Run) -> File:
        document = _document(request, reported.analysis, run)
        return File(_name(run, "svg"), "image/svg+xml; charset=utf-8", document.encode())

    return _download(request, outcome, drawn)


@require_safe
@login_required
def figure_png(request: HttpRequest, outcome: str) -> HttpResponseBase:
    def drawn(reported: Reported, run: Run) -> File:
        return File(_name(run, "png"), "image/png", png(_document(request, reported.analysis, run), ZOOM))

    return _download(request, outcome, drawn)


@require_safe
@login_required
def estimates_csv(request: HttpRequest, outcome: str) -> HttpResponseBase:
    excel = request.GET.get("excel") == "1"

    def written(reported: Reported, run: Run) -> File:
        content = estimates_file.content(reported.analysis, run, reported.looks, excel=excel)
        ending = f"{len(reported.analysis.visits)}-rows.csv"
        return File(_name(run, ending, joint="_"), "text/csv; charset=utf-8", content)

    return _download(request, outcome, written)


def _download(request: HttpRequest, outcome: str, make: Callable[[Reported, Run], File]) -> HttpResponseBase:
    """The newest run of the outcome as a file; not found before there is one."""
    person = person_of(request)
    check_right(person, Right.VIEW_ESTIMATES)
    found = standings.read([standings.analysis_of(outcome)])
    tag = seen.etag(person, found)
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        return unchanged
    (reported,) = reports.report(found)
    if reported.run is None:
        raise Refusal("not_found")
    response = make(reported, reported.run).response()
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-store"
    return response


# A file is shown around, and its picture is drawn with the letters of our fonts, which are Latin.
@override(settings.LANGUAGE_CODE)
def _document(request: HttpRequest, analysis: Analysis, run: Run) -> str:
    people = tracks.read(analysis, run, sites_with(person_of(request), Right.VIEW_DATA))
    return figure.svg(draw_run(analysis, people.vectors, run), people, run)


def _name(run: Run, ending: str, joint: str = ".") -> str:
    return f"{STUDY.code}_{run.outcome}_run-{run.pk}{joint}{ending}"
