"""Signing a form, a visit or a casebook; and what waits to be signed."""

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from forms_app.screens import place as places
from forms_app.screens.presenters import signatures as presenter
from forms_app.screens.presenters import signing
from forms_app.selectors import signatures as given
from forms_app.selectors import to_sign
from forms_app.selectors.signatures import Signed
from forms_app.services import signatures as service
from forms_app.services.signatures import Target
from trial.access import ROLE_LABELS, Right, check_right
from trial.models import User, Visit
from trial.refusals import Refusal
from trial.screens.confirmation import asked_for_signing, confirm_signing
from trial.screens.people import person_of
from trial.selectors import participants


@require_safe
@login_required
def signatures(request: HttpRequest) -> HttpResponse:
    """What waits for the person's signature."""
    person = person_of(request)
    check_right(person, Right.SIGN)
    found = to_sign.read(person)
    context = {
        "casebooks": found.casebooks,
        "people": [
            (code, presenter.lines(list(lines)))
            for code, lines in groupby(found.waiting, key=lambda each: each.participant)
        ],
        "sign_count": found.count,
    }
    return render(request, "forms_app/signatures.html", context)


@never_cache
@sensitive_post_parameters("password", "code", "assertion")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sign(
    request: HttpRequest, code: str, visit: str | None = None, form: str | None = None, repeat: int = 1
) -> HttpResponse:
    """The content that is to be signed, and the form that signs it."""
    person = person_of(request)
    target = _target(person, code, visit, form, repeat)
    check_right(person, target.right, target.participant.site)
    if request.method == "POST":
        return _sign(request, target)
    return _page(request, target)


def _target(person: User, code: str, visit: str | None, form: str | None, repeat: int) -> Target:
    """What is to be signed; not found before it is recorded."""
    if form is not None:
        place = places.at(person, code, form, visit, repeat)
        record = place.held()
        if record is None:
            raise Refusal("not_found")
        return service.of_form(place.participant, record)
    participant = participants.get(person, code)
    if visit is None:
        return Target(participant)
    held = Visit.objects.filter(participant=participant, code=visit).first()
    if held is None:
        raise Refusal("not_found")
    return Target(participant, held)


def _sign(request: HttpRequest, target: Target) -> HttpResponse:
    try:
        signed = service.sign(
            by=person_of(request),
            target=target,
            meaning=request.POST.get("meaning", ""),
            shown_hash=request.POST.get("shown", ""),
            prove=lambda: confirm_signing(request),
        )
    except Refusal as refusal:
        return _page(request, target, refusal)
    said = _("Signed: {what} of {participant}, with the meaning “{meaning}”.")
    what, participant = signing.what(target), target.participant.code
    messages.success(request, said.format(what=what, participant=participant, meaning=_(signed.meaning)))
    return redirect(_place(target))


def _page(request: HttpRequest, target: Target, refusal: Refusal | None = None) -> HttpResponse:
    person = person_of(request)
    content = target.content()
    role = _(ROLE_LABELS[service.role_of(person, target)])
    context = {
        "participant": target.participant,
        "page": signing.page(target, content, person, role),
        "back": _place(target),
        "signed": presenter.box(_given(target), target.participant.site.time_zone),
        "refusal": refusal,
        "stopped": _stopped(target),
        "meanings": presenter.meanings(),
        "meaning": request.POST.get("meaning", ""),
        "asked": asked_for_signing(request),
    }
    status = refusal.status if refusal else 200
    return render(request, "forms_app/sign.html", context, status=status)


def _given(target: Target) -> list[Signed]:
    """The signatures that this has already, not those of what is larger or smaller."""
    of = target.record or target.visit or target.participant
    return [each for each in given.of_participant(target.participant) if each.is_of(target.scope, of.pk)]


def _stopped(target: Target) -> Refusal | None:
    """Why it cannot be signed as it stands; None when it can."""
    try:
        service.check_ready(target)
    except Refusal as refusal:
        return refusal
    return None


def _place(target: Target) -> str:
    """The page of what is signed."""
    code, record, visit = target.participant.code, target.record, target.visit
    if record is not None and visit is not None:
        return reverse("record", args=[code, visit.code, record.form])
    if record is not None:
        return reverse("log", args=[code, record.form, record.repeat])
    return reverse("visit", args=[code, visit.code]) if visit else reverse("participant", args=[code])
