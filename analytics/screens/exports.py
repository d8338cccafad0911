"""The exports page: what there is to download, and how much."""

from contextlib import nullcontext
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analytics.exports import files
from trial.access import Right, check_right, sites_with
from trial.audit.as_of import as_of
from trial.protocol.marker import N_
from trial.screens.past import asked
from trial.screens.people import person_of


@dataclass(frozen=True)
class Offer:
    """A file that can be downloaded."""

    shape: str
    title: str
    words: str
    rows: int


OFFERED = (
    (
        "long",
        N_("Long"),
        N_(
            "One row for each item of each saved record, empty ones too, with its missing code and the state "
            "of its record. Unscheduled visits, sides, drugs and complications are in it."
        ),
    ),
    (
        "wide",
        N_("Wide"),
        N_(
            "One row for each participant, screen failures too, with the planned visits side by side. "
            "Unscheduled visits and drugs have no fixed number of columns: they stand in the long file only."
        ),
    ),
    (
        "signatures",
        N_("Signatures"),
        N_(
            "One row for each electronic signature, broken ones too: whose, in which role, when, with what "
            "meaning, of what, and whether what is stored is still what was signed."
        ),
    ),
)


@require_safe
@login_required
def exports(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    check_right(person, Right.EXPORT)
    past, sites = asked(request), sites_with(person, Right.EXPORT)
    with as_of(past.seal) if past else nullcontext():
        offers = [
            Offer(shape, _(title), _(words), files.row_count(by=person, shape=shape))
            for shape, title, words in OFFERED
        ]
        removed = files.removed_records(by=person)
    context = {"offers": offers, "removed": removed, "sites": sites, "past": past}
    return render(request, "analytics/exports.html", context)


@require_safe
@login_required
def download(request: HttpRequest, shape: str) -> HttpResponseBase:
    excel = request.GET.get("excel") == "1"
    past = asked(request)
    at = past.seal if past else None
    return files.open_file(by=person_of(request), shape=shape, excel=excel, at=at).response()
