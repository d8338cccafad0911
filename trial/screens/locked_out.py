"""The page for whoever is locked out."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from trial import lock_out
from trial.screens.refusals import page


def locked_out(request: HttpRequest, response: Any, credentials: Any) -> HttpResponse:
    """axes asks for it in place of the answer to a sign-in."""
    return page(request, lock_out.refusal())
