"""Taking a form out of use, with a reason, and back."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forms_app.screens import place as places
from forms_app.screens import typed
from forms_app.screens.place import Place
from forms_app.screens.record import RefusedRemoval, open_form, page
from forms_app.services import records
from trial.access import Right, check_right
from trial.models import Record
from trial.refusals import Refusal
from trial.screens.people import person_of


@require_POST
@login_required
def remove(
    request: HttpRequest, code: str, form: str, visit: str | None = None, repeat: int = 1
) -> HttpResponse:
    place = places.at(person_of(request), code, form, visit, repeat)
    return _act(request, place, records.remove, _("The form is taken out of use."))


@require_POST
@login_required
def restore(
    request: HttpRequest, code: str, form: str, visit: str | None = None, repeat: int = 1
) -> HttpResponse:
    place = places.at(person_of(request), code, form, visit, repeat)
    return _act(request, place, records.restore, _("The form is back in use."))


def _act(request: HttpRequest, place: Place, act: Callable[..., Record], said: str) -> HttpResponse:
    """Do it, or show the page of the form again with the sentence and the reason that was typed."""
    check_right(person_of(request), Right.ENTER_DATA, place.participant.site)
    held = place.held()
    if held is None:
        raise Refusal("not_found")
    reason = request.POST.get("reason", "")
    try:
        act(by=person_of(request), record=held, expected_version=_version(request), reason=reason)
    except Refusal as refusal:
        return page(request, open_form(place), removal=RefusedRemoval(refusal, reason))
    messages.success(request, said)
    return redirect(place.address)


def _version(request: HttpRequest) -> int:
    version = typed.version(request.POST.get("version", ""))
    if version is None:
        raise Refusal("malformed", problem=_("The page did not say which version it shows. Try again here."))
    return version
