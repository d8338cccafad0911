"""The audit trail, and which of its days were reviewed."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from forms_app.screens import asked_trail, trail_file
from forms_app.screens.presenters import audit as presenter
from forms_app.screens.presenters.history import ROUTES
from forms_app.selectors import audit as selector
from forms_app.selectors import audit_reviews as reviews_selector
from forms_app.selectors.audit import Filter
from trial.access import Right, check_right, sites_with
from trial.crf import paths, registry
from trial.models import Site, User
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.services import audit_reviews


@dataclass(frozen=True)
class SentReview:
    """A review as it was typed."""

    site: Site
    first: date
    last: date
    note: str


@require_safe
@login_required
def audit(request: HttpRequest) -> HttpResponse:
    person, sent = person_of(request), request.GET.dict()
    check_right(person, Right.VIEW_AUDIT)
    chosen, before = asked_trail.chosen(sent), asked_trail.before(sent)
    page = selector.read(person, chosen, before)
    context = {
        "entries": list(presenter.entries(page.events, chosen.item)),
        "older": page.older,
        "begun": before is not None,
        "chosen": chosen,
        "item_label": _item_label(chosen),
        "kinds": selector.kinds(person),
        "routes": ROUTES,
        "forms": registry.FORMS,
        "people": selector.actors(person),
        "sites": sites_with(person, Right.VIEW_AUDIT),
        "may_review": bool(sites_with(person, Right.REVIEW_AUDIT)),
    }
    return render(request, "forms_app/audit.html", context)


@require_safe
@login_required
def audit_file(request: HttpRequest) -> HttpResponseBase:
    person, sent = person_of(request), request.GET.dict()
    check_right(person, Right.VIEW_AUDIT)
    return trail_file.response(person, asked_trail.chosen(sent), excel=sent.get("excel") == "1")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def audit_reviews_page(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    check_right(person, Right.VIEW_AUDIT)
    if request.method == "POST":
        _mark(person, request)
        return redirect("audit-reviews")
    context = {
        "sites": reviews_selector.read(sites_with(person, Right.VIEW_AUDIT)),
        "reviewable": sites_with(person, Right.REVIEW_AUDIT),
    }
    return render(request, "forms_app/audit_reviews.html", context)


def _mark(person: User, request: HttpRequest) -> None:
    check_right(person, Right.REVIEW_AUDIT)
    sent = _sent(person, request)
    (day_counts,) = selector.by_day([sent.site]).values()
    events = reviews_selector.events_in(day_counts, sent.first, sent.last)
    audit_reviews.mark(
        by=person, site=sent.site, first=sent.first, last=sent.last, events=events, note=sent.note
    )


def _sent(person: User, request: HttpRequest) -> SentReview:
    wanted = request.POST.get("site", "")
    site = next((each for each in sites_with(person, Right.REVIEW_AUDIT) if each.code == wanted), None)
    if site is None:
        raise Refusal("not_found")
    return SentReview(site, _day(request, "first"), _day(request, "last"), request.POST.get("note", ""))


def _day(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError as error:
        raise Refusal("malformed", problem=_("Give the first and the last day of the period.")) from error


def _item_label(chosen: Filter) -> str:
    """What the item is called that was asked for."""
    if not chosen.item:
        return ""
    declared = registry.form(chosen.form)
    places = (paths.find(form, chosen.item) for form in ([declared] if declared else registry.FORMS))
    return next((place.label for place in places if place), chosen.item)
