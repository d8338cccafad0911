"""The questions of all participants: what is to answer, to release, to close, and all that is open."""

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from forms_app.models.query import QUERY_STATES
from forms_app.screens.numbers import number
from forms_app.screens.presenters import queries as presenter
from forms_app.selectors import queries as selector
from forms_app.selectors.queries import LISTS, Filter
from trial.access import Right, check_right, sites_with
from trial.crf import registry
from trial.screens.people import person_of

NEWEST = "newest"
PARTS = ("state", "site", "participant", "form", "person", "by")


@require_safe
@login_required
def queries(request: HttpRequest) -> HttpResponse:
    person, given = person_of(request), request.GET
    check_right(person, Right.VIEW_DATA)
    counts = selector.count(person)
    name = given.get("list", "")
    name = name if name in LISTS else selector.first_list(counts)
    chosen, newest = _filter(given), given.get("sort") == NEWEST
    page = number(given.get("page", ""), default=1)
    found = selector.read(person, name, chosen, page, newest_first=newest)
    context = {
        "tabs": presenter.tabs(counts, name),
        "name": name,
        "found": found,
        "lines": presenter.lines(person, found.queries),
        "chosen": chosen,
        "newest": newest,
        "query_counts": counts,
        "sites": sites_with(person, Right.VIEW_DATA),
        "forms": registry.FORMS,
        "people": selector.people(person),
        "states": QUERY_STATES,
        "ages": presenter.AGES,
        "shown": given.urlencode(),
    }
    return render(request, "forms_app/queries.html", context)


def _filter(given: Mapping[str, str]) -> Filter:
    """What is chosen on the page; what cannot be read does not restrict."""
    parts = {name: given.get(name, "") for name in PARTS}
    return Filter(**parts, days=number(given.get("days", ""), default=0))
