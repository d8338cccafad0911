"""Where to go after a visit: the next one that wants somebody."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forms_app.selectors import outlines
from forms_app.selectors.outlines import Outline
from trial.models import Participant
from trial.screens.people import person_of
from trial.selectors import participants


@require_safe
@login_required
def next_due(request: HttpRequest, code: str) -> HttpResponse:
    """Go to the first pending visit of this participant, else of the ones after in the list, else home."""
    person = person_of(request)
    here = participants.get(person, code)
    for row in _from(here, outlines.read(person)):
        if row.pending:
            return redirect("visit", row.code, row.pending[0].planned.code)
    messages.info(request, _("No visit is due now."))
    return redirect("home")


def _from(here: Participant, rows: Iterable[Outline]) -> list[Outline]:
    """The rows in the order of the list, beginning with one participant and round to the one before."""
    ordered = list(rows)
    return [row for row in ordered if row.code >= here.code] + [
        row for row in ordered if row.code < here.code
    ]
