"""The audit trail, and which of its days were reviewed."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from forms_app.screens import trail_file
from forms_app.screens.presenters import audit as presenter
from forms_app.selectors import asked_trail
from forms_app.selectors import audit as selector
from forms_app.selectors import audit_reviews as reviews_selector
from forms_app.selectors.audit import Filter
from forms_app.selectors.history import ROUTES
from forms_app.services import audit_reviews
from trial.access import Right, check_right, sites_with
from trial.crf import paths, registry
from trial.models import User
from trial.refusals import Refusal
from trial.screens.people import person_of


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
    """Which days were reviewed; posted, it marks days."""
    person = person_of(request)
    check_right(person, Right.VIEW_AUDIT)
    if request.method != "POST":
        return _reviews(request)
    try:
        _mark(person, request.POST)
    except Refusal as refusal:
        if refusal.code in ("right", "not_found"):
            raise
        return _reviews(request, refusal)
    return redirect("audit-reviews")


def _reviews(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    person = person_of(request)
    context = {
        "sites": reviews_selector.read(person, sites_with(person, Right.VIEW_AUDIT)),
        "reviewable": sites_with(person, Right.REVIEW_AUDIT),
        "typed": request.POST,
        "refusal": refusal,
    }
    return render(request, "forms_app/audit_reviews.html", context, status=refusal.status if refusal else 200)


def _mark(person: User, sent: QueryDict) -> None:
    check_right(person, Right.REVIEW_AUDIT)
    reviewable = sites_with(person, Right.REVIEW_AUDIT)
    site = next((each for each in reviewable if each.code == sent.get("site")), None)
    if site is None:
        raise Refusal("not_found")
    first, last = _day(sent, "first"), _day(sent, "last")
    audit_reviews.mark(by=person, site=site, first=first, last=last, note=sent.get("note", ""))


def _day(sent: QueryDict, name: str) -> date:
    try:
        return date.fromisoformat(sent.get(name, ""))
    except ValueError as error:
        raise Refusal("malformed", problem=_("Give the first and the last day of the period.")) from error


def _item_label(chosen: Filter) -> str:
    """What the item is called that was asked for."""
    if not chosen.item:
        return ""
    declared = registry.form(chosen.form)
    places = (paths.find(form, chosen.item) for form in ([declared] if declared else registry.FORMS))
    return next((place.label for place in places if place), chosen.item)
