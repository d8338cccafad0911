"""Taking a form out of use, with a reason, and back."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from forms_app.screens import typed
from forms_app.screens.record import Place, RefusedRemoval, page
from forms_app.selectors import casebook
from forms_app.services import records
from trial.access import Right, check_right
from trial.models import Record
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.selectors import participants


@require_POST
@login_required
def remove(request: HttpRequest, code: str, visit: str, form: str) -> HttpResponse:
    return _act(request, _place(request, code, visit, form), records.remove, "The form is taken out of use.")


@require_POST
@login_required
def restore(request: HttpRequest, code: str, visit: str, form: str) -> HttpResponse:
    return _act(request, _place(request, code, visit, form), records.restore, "The form is back in use.")


def _place(request: HttpRequest, code: str, visit: str, form: str) -> Place:
    participant = participants.get(person_of(request), code)
    return Place(participant, visit, records.scheduled_form(visit, form))


def _act(request: HttpRequest, place: Place, act: Callable[..., Record], said: str) -> HttpResponse:
    """Do it, or show the page of the form again with the sentence and the reason that was typed."""
    check_right(person_of(request), Right.ENTER_DATA, place.participant.site)
    book = casebook.read(place.participant)
    entry = book.visit(place.visit)
    held = entry.record(place.form) if entry else None
    if entry is None or held is None:
        raise Refusal("not_found")
    reason = request.POST.get("reason", "")
    try:
        act(by=person_of(request), record=held, expected_version=_version(request), reason=reason)
    except Refusal as refusal:
        return page(request, place, book, entry, removal=RefusedRemoval(refusal, reason))
    messages.success(request, said)
    return redirect("record", place.participant.code, place.visit, place.form.code)


def _version(request: HttpRequest) -> int:
    version = typed.version(request.POST.get("version", ""))
    if version is None:
        raise Refusal("malformed", problem="The page did not say which version it shows. Try again here.")
    return version
