"""One's own account: roles, last sign-in, tokens of the API."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from trial.screens.people import person_of
from trial.selectors import memberships
from trial.services import tokens


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "trial/account.html", _context(request))


@require_POST
@login_required
@never_cache
def create_token(request: HttpRequest) -> HttpResponse:
    """Answers with the page itself, not by a redirect: the token must pass through nothing that keeps it."""
    _token, secret = tokens.create(by=person_of(request))
    return render(request, "trial/account.html", {**_context(request), "secret": secret})


@require_POST
@login_required
def revoke_token(request: HttpRequest, key: str) -> HttpResponse:
    tokens.revoke(by=person_of(request), key=key)
    messages.success(request, _("The token {key}… is revoked.").format(key=key))
    return redirect("account")


def _context(request: HttpRequest) -> dict[str, Any]:
    person = person_of(request)
    return {
        "memberships": memberships.own(person),
        "tokens": person.auth_token_set.order_by("-created"),  # type: ignore[attr-defined]
        "now": timezone.now(),
    }
