"""What is due this week and what is overdue, and one's calendars of both."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from forms_app.models import CalendarFeed
from forms_app.screens.presenters import due as presenter
from forms_app.selectors import due as selector
from forms_app.selectors import outlines
from trial.access import Right, check_right, sites_with
from trial.models import Site
from trial.screens.people import person_of


@dataclass(frozen=True)
class MadeFeed:
    """A feed that was made just now, with the address that is shown this once."""

    site: Site
    address: str


@require_safe
@login_required
def due(request: HttpRequest) -> HttpResponse:
    return page(request)


def page(request: HttpRequest, made: MadeFeed | None = None) -> HttpResponse:
    person = person_of(request)
    check_right(person, Right.VIEW_DATA)
    people, chosen = outlines.read(person), request.GET.get("site", "")
    found = selector.read([row for row in people if chosen in ("", row.site.code)])
    feeds = set(CalendarFeed.objects.filter(user=person, revoked=False).values_list("site_id", flat=True))
    sites = sites_with(person, Right.VIEW_DATA)
    context = {
        "overdue": presenter.days(found.overdue),
        "week": presenter.days(found.week),
        "counts": selector.Counts(len(found.overdue), len(found.week)),
        "due_counts": selector.count(people),
        "sites": sites,
        "chosen": chosen,
        "calendars": [(site, site.pk in feeds) for site in sites],
        "made": made,
    }
    return render(request, "forms_app/due.html", context)
