"""Calendar feeds of visits: making and ending one's own, and the feed itself, which nobody signs in for."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import conditional_page, require_POST, require_safe

from forms_app.screens import due
from forms_app.screens.presenters import calendar as presenter
from forms_app.selectors import calendar as selector
from forms_app.services import calendar_feeds
from trial.access import Right, check_right, sites_with
from trial.models import Site, User
from trial.refusals import Refusal
from trial.screens.people import person_of

LANGUAGES = dict(settings.LANGUAGES)
# Seconds for which a calendar program may keep what it read.
FRESH = 900


@require_POST
@login_required
@never_cache
def create(request: HttpRequest) -> HttpResponse:
    """Answers with the page and not by a redirect: the address must pass through nothing that keeps it."""
    person = person_of(request)
    site = _site(person, request.POST.get("site", ""))
    path = reverse("calendar-feed", args=[calendar_feeds.create(by=person, site=site)])
    address = request.build_absolute_uri(f"{path}?language={translation.get_language()}")
    return due.page(request, made=due.MadeFeed(site, address))


@require_POST
@login_required
def revoke(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    site = _site(person, request.POST.get("site", ""))
    calendar_feeds.revoke(by=person, site=site)
    messages.success(
        request, _("The address of the calendar of {site} does not work any more.").format(site=site)
    )
    return redirect("due")


@require_safe
@conditional_page
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The visits of a site for who has the address, in the language in which it was made."""
    site = calendar_feeds.site_of(token)
    with translation.override(_language(request)):
        content = presenter.write(site, selector.read(site))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = f"private, max-age={FRESH}"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in LANGUAGES else settings.LANGUAGE_CODE


def _site(person: User, code: str) -> Site:
    check_right(person, Right.VIEW_DATA)
    chosen = next((site for site in sites_with(person, Right.VIEW_DATA) if site.code == code), None)
    if chosen is None:
        raise Refusal("malformed", problem=_("Go back and choose the site."))
    return chosen
