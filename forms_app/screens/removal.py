"""Taking a form out of use, with a reason, and back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from forms_app.screens import typed
from forms_app.services import records
from trial.models import Participant, Record
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.selectors import participants


@require_POST
@login_required
def remove(request: HttpRequest, code: str, visit: str, form: str) -> HttpResponse:
    person = person_of(request)
    held = _record(participants.get(person, code), visit, form)
    version = typed.version(request.POST.get("version", "")) or 0
    records.remove(by=person, record=held, expected_version=version, reason=request.POST.get("reason", ""))
    messages.success(request, "The form is taken out of use.")
    return redirect("record", code, visit, form)


@require_POST
@login_required
def restore(request: HttpRequest, code: str, visit: str, form: str) -> HttpResponse:
    person = person_of(request)
    held = _record(participants.get(person, code), visit, form)
    version = typed.version(request.POST.get("version", "")) or 0
    records.restore(by=person, record=held, expected_version=version, reason=request.POST.get("reason", ""))
    messages.success(request, "The form is back in use.")
    return redirect("record", code, visit, form)


def _record(participant: Participant, visit: str, form: str) -> Record:
    held = Record.objects.filter(participant=participant, visit__code=visit, form=form, repeat=1).first()
    if held is None:
        raise Refusal("not_found")
    held.participant = participant
    return held
