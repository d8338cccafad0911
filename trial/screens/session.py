"""Signing in, in one step or two, and out."""

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from trial import security_keys
from trial.models import User
from trial.models.challenge import Purpose
from trial.models.second_factor import KEY
from trial.refusals import Refusal
from trial.screens import first_step
from trial.screens.confirmation import CHALLENGE, assertion_of
from trial.screens.first_step import FirstStep
from trial.security_keys import Place
from trial.services import challenges, confirmation, second_factors

BACKEND = "trial.authentication.AccountBackend"


@method_decorator(never_cache, "dispatch")
class SignInView(LoginView):
    """The password; who has a second factor is signed in by the step after this one."""

    template_name = "trial/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        user: User = form.get_user()
        if not second_factors.of(user).exists():
            return super().form_valid(form)
        first_step.begin(self.request, user, self.get_success_url())
        return redirect("sign-in-code")


class SignOutView(LogoutView):
    http_method_names = ["post", "options"]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step: a code, or the answer of a security key."""
    step = None if request.user.is_authenticated else first_step.of(request)
    if step is None:
        return redirect("sign-in")
    refusal = _refused(request, step) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        first_step.end(request)
        login(request, step.user, backend=BACKEND)
        return redirect(step.leads_to)
    keys = second_factors.of(step.user).filter(kind=KEY).exists()
    context = {"refusal": refusal, "key": keys, "purpose": Purpose.SIGN_IN}
    return render(request, "trial/sign_in_code.html", context)


def _refused(request: HttpRequest, step: FirstStep) -> Refusal | None:
    """Why the proof does not hold. Who is locked out is told so on a page of its own."""
    try:
        confirmation.prove_second_factor(
            user=step.user,
            code=request.POST.get("code", ""),
            assertion=assertion_of(request, step.user, Purpose.SIGN_IN),
        )
    except Refusal as refusal:
        if refusal.code != "confirmation_failed":
            raise
        return refusal
    return None


@require_POST
@never_cache
def challenge(request: HttpRequest, purpose: str) -> JsonResponse:
    """What the browser needs to let a security key answer: in the second step, or to confirm an act."""
    person = _proving(request, purpose)
    keys = list(second_factors.of(person).filter(kind=KEY).values_list("secret", flat=True)) if person else []
    if person is None or not keys:
        raise Refusal("not_found")
    options, state = security_keys.asked(Place.of(request), keys)
    request.session[CHALLENGE] = challenges.keep(user=person, purpose=Purpose(purpose), state=state)
    return JsonResponse(options)


def _proving(request: HttpRequest, purpose: str) -> User | None:
    """Who answers: to sign in who has taken the first step, else who is signed in."""
    if purpose == Purpose.SIGN_IN:
        step = first_step.of(request)
        return step.user if step else None
    person = request.user
    return person if isinstance(person, User) and purpose in (Purpose.SIGNING, Purpose.CHANGE) else None
