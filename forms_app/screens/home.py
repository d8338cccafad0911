"""The start page: every participant the person may see, and how far each visit is."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from forms_app.screens.numbers import number
from forms_app.screens.presenters import matrix as presenter
from forms_app.screens.presenters.status import LEGEND
from forms_app.selectors import due, matrix
from trial.access import Right, can, check_right, sites_with
from trial.lifecycle import PARTICIPANT_STATES
from trial.screens.people import person_of


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if not can(person, Right.VIEW_DATA) and can(person, Right.VIEW_ACCOUNTS):
        return redirect("accounts")
    check_right(person, Right.VIEW_DATA)
    chosen = _filter(request)
    found = matrix.read(person, chosen, number(request.GET.get("page", ""), default=1))
    context = {
        "matrix": found,
        "rows": [presenter.row(casebook) for casebook in found.casebooks],
        "columns": presenter.COLUMNS,
        "legend": LEGEND,
        "chosen": chosen,
        "sites": sites_with(person, Right.VIEW_DATA),
        "states": PARTICIPANT_STATES,
        "may_add": can(person, Right.SCREEN),
        "due_counts": due.count(found.everybody),
    }
    return render(request, "forms_app/home.html", context)


def _filter(request: HttpRequest) -> matrix.Filter:
    names = ("site", "state", "search", "show")
    return matrix.Filter(**{name: request.GET.get(name, "") for name in names})
