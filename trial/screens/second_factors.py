"""One's own second factors: setting one up, taking one out of use, recovery codes."""

from io import BytesIO

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from trial import authenticator_app, security_keys
from trial.concealment import conceal, reveal
from trial.models.challenge import Purpose
from trial.models.second_factor import KEY
from trial.refusals import Refusal
from trial.screens.confirmation import asked_for_change, confirm_change
from trial.screens.people import person_of
from trial.security_keys import Assertion, Place
from trial.services import challenges
from trial.services import second_factors as service

NEW_SECRET = "new_app_secret"  # nosec B105  # the name of a place in the session
NEW_KEY = "new_security_key"


@require_safe
@login_required
@never_cache
def second_factors(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    context = {
        "factors": service.of(person),
        "recovery_codes": service.open_recovery_codes(person),
        "required": service.required(person),
    }
    return render(request, "trial/second_factors.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters()
def add_app(request: HttpRequest) -> HttpResponse:
    """Shows a new key until a code proves that an app has it."""
    secret, refusal = _new_secret(request), None
    if request.method == "POST":
        try:
            return _add_app(request, secret)
        except Refusal as refused:
            refusal = _on_the_page(refused)
    context = {"refusal": refusal, "secret": _in_fours(secret), "asked": asked_for_change(request)}
    return render(request, "trial/second_factor_app.html", context, status=refusal.status if refusal else 200)


@require_safe
@login_required
@never_cache
def picture(request: HttpRequest) -> HttpResponse:
    """The new key as a picture for the camera of a telephone."""
    if NEW_SECRET not in request.session:
        raise Refusal("not_found")
    address = authenticator_app.address(reveal(request.session[NEW_SECRET]), person_of(request).username)
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=5, dark="#000", light="#fff")
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters()
def add_key(request: HttpRequest) -> HttpResponse:
    refusal = None
    if request.method == "POST":
        try:
            return _add_key(request)
        except Refusal as refused:
            refusal = _on_the_page(refused)
    context = {"refusal": refusal, "asked": asked_for_change(request)}
    return render(request, "trial/second_factor_key.html", context, status=refusal.status if refusal else 200)


@require_POST
@login_required
@never_cache
def key_challenge(request: HttpRequest) -> JsonResponse:
    """What the browser needs to make a key."""
    person = person_of(request)
    known = service.of(person).filter(kind=KEY).values_list("secret", flat=True)
    options, state = security_keys.creation(Place.of(request), person, list(known))
    request.session[NEW_KEY] = challenges.keep(user=person, purpose=Purpose.CREATION, state=state)
    return JsonResponse(options)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters()
def remove(request: HttpRequest, factor: int) -> HttpResponse:
    person, refusal = person_of(request), None
    found = service.of(person).filter(pk=factor).first()
    if found is None:
        raise Refusal("not_found")
    if request.method == "POST":
        try:
            confirm_change(request)
            service.remove(by=person, factor=factor)
            messages.success(request, _("“{name}” is removed.").format(name=found.name))
            return redirect("second-factors")
        except Refusal as refused:
            refusal = _on_the_page(refused)
    context = {"refusal": refusal, "factor": found, "asked": asked_for_change(request)}
    return render(
        request, "trial/second_factor_remove.html", context, status=refusal.status if refusal else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters()
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Asks who it is, then shows ten new codes, this once."""
    refusal = None
    if request.method == "POST":
        try:
            confirm_change(request)
            return _codes(request)
        except Refusal as refused:
            refusal = _on_the_page(refused)
    context = {"refusal": refusal, "asked": asked_for_change(request)}
    return render(request, "trial/recovery_codes.html", context, status=refusal.status if refusal else 200)


def _add_app(request: HttpRequest, secret: str) -> HttpResponse:
    # Before the person proves to be it: a code of the app that is in use serves once.
    service.check_code(secret=secret, code=request.POST.get("new_code", ""))
    confirm_change(request)
    factor = service.add_app(
        by=person_of(request),
        name=request.POST.get("name", "").strip(),
        secret=secret,
        code=request.POST.get("new_code", ""),
    )
    del request.session[NEW_SECRET]
    return _added(request, factor.name)


def _add_key(request: HttpRequest) -> HttpResponse:
    person, number = person_of(request), request.session.pop(NEW_KEY, 0)
    state = challenges.take(user=person, purpose=Purpose.CREATION, number=number)
    made = Assertion(Place.of(request), state, request.POST.get("made", ""))
    credential = security_keys.created(made) if state else None
    if credential is None:
        raise Refusal("security_key")
    confirm_change(request)
    factor = service.add_key(by=person, name=request.POST.get("name", "").strip(), credential=credential)
    return _added(request, factor.name)


def _added(request: HttpRequest, name: str) -> HttpResponse:
    """With the first one come the recovery codes."""
    messages.success(request, _("“{name}” is set up.").format(name=name))
    if service.open_recovery_codes(person_of(request)):
        return redirect("second-factors")
    return _codes(request)


def _codes(request: HttpRequest) -> HttpResponse:
    """Answers with the page itself, not by a redirect: they must pass through nothing that keeps them."""
    codes = service.new_recovery_codes(by=person_of(request))
    return render(request, "trial/recovery_codes.html", {"codes": codes})


def _new_secret(request: HttpRequest) -> str:
    """The same until it is taken, so that a page loaded again shows what the app has read already."""
    if NEW_SECRET not in request.session:
        request.session[NEW_SECRET] = conceal(authenticator_app.new_secret())
    return reveal(request.session[NEW_SECRET])


def _in_fours(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _on_the_page(refusal: Refusal) -> Refusal:
    """Said beside what was typed; who is locked out gets a page of its own."""
    if refusal.code == "locked_out":
        raise refusal
    return refusal
