"""The results page: each outcome with its estimates, refreshed by itself while somebody looks."""

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analytics.screens import seen
from analytics.screens.panel import panels
from analytics.screens.tabs import tabs
from analytics.selectors import standings, study_lock
from analytics.selectors.reports import MONITORING
from analytics.selectors.standings import Standing
from trial.access import Right, check_right, sites_with
from trial.models import User
from trial.screens.idle import background
from trial.screens.people import person_of


@require_safe
@login_required
def results(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    check_right(person, Right.VIEW_ESTIMATES)
    locked = study_lock.read()
    context = {
        **_context(person, standings.read()),
        "tabs": tabs("results", person),
        "study_lock": locked.words if locked else "",
    }
    return render(request, "analytics/results.html", context)


@background
@require_safe
@login_required
def analyses(request: HttpRequest) -> HttpResponseBase:
    """The part of the page that changes; 304 while nothing did."""
    person = person_of(request)
    check_right(person, Right.VIEW_ESTIMATES)
    found = standings.read()
    unchanged = get_conditional_response(request, etag=seen.etag(person, found))
    if unchanged is not None:
        return unchanged
    response = render(request, "analytics/analyses.html", _context(person, found))
    response["ETag"] = seen.etag(person, found)
    response["Cache-Control"] = "private, no-store"
    return response


def _context(person: User, found: tuple[Standing, ...]) -> dict[str, Any]:
    shown = panels(found, sites_with(person, Right.VIEW_DATA))
    # The page itself tells the browser which state it has, so that a 304 reaches the script as one.
    known = json.dumps({"If-None-Match": seen.etag(person, found)})
    return {"panels": shown, "known": known, "monitoring": _(MONITORING)}
