"""The page and the file of the report, as of now or of any position."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from analytics.screens import report_paper, reported
from analytics.screens.tabs import tabs
from analytics.selectors import nameable
from trial.access import Right, check_right
from trial.audit import positions
from trial.audit.positions import Position
from trial.models import User
from trial.protocol import STUDY
from trial.refusals import Refusal
from trial.screens.idle import background
from trial.screens.people import person_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def report(request: HttpRequest) -> HttpResponseBase:
    """As of a position; a POST asks for its parts that are not calculated yet."""
    person = person_of(request)
    check_right(person, Right.VIEW_ESTIMATES)
    if request.method == "POST":
        position = _position(request.POST)
        reported.ask(position)
        return redirect(_address("results-report", position))
    if "position" not in request.GET:
        return redirect(_address("results-report", positions.current()))
    return _page(request, person)


@background
@require_safe
@login_required
def report_again(request: HttpRequest) -> HttpResponse:
    """The page of the report, which it asks for by itself while parts are calculated."""
    person = person_of(request)
    check_right(person, Right.VIEW_ESTIMATES)
    return _page(request, person)


@require_safe
@login_required
def report_pdf(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    check_right(person, Right.VIEW_ESTIMATES)
    if "position" not in request.GET:
        return redirect(_address("results-report-pdf", positions.current()))
    position = _position(request.GET)
    allowed = nameable.read(person)
    # The letters of a picture are our fonts', which are Latin.
    with override(settings.LANGUAGE_CODE):
        drawn = reported.read(position, allowed)
    paper = report_paper.draw(reported.read(position, allowed), drawn, _printed(person))
    response = HttpResponse(paper, content_type="application/pdf")
    name = f"{STUDY.code}_report_{timezone.now():%Y%m%dT%H%MZ}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: HttpRequest, person: User) -> HttpResponse:
    position = _position(request.GET)
    context = {
        "tabs": tabs("results-report", person),
        "report": reported.read(position, nameable.read(person)),
        "again": _address("results-report-again", position),
        "pdf": _address("results-report-pdf", position),
    }
    return render(request, "analytics/report.html", context)


def _position(sent: QueryDict) -> Position:
    """Refusal for what is no position, or not in the past."""
    written = sent.get("position", "").strip()
    position = positions.parsed(written)
    if position is None or not positions.is_settled(position):
        raise Refusal("export_position", position=written)
    return position


def _address(name: str, position: Position) -> str:
    return f"{reverse(name)}?{urlencode({'position': str(position)})}"


def _printed(person: User) -> str:
    now = timezone.now()
    return _("Printed on {day}, {time} UTC by {name}").format(
        day=date_format(now), time=date_format(now, "H:i"), name=person.full_name
    )
