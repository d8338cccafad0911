"""Light or dark pages: as the system says, or as the person chose in this browser."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

SCHEMES = ("light", "dark")
COOKIE = f"{settings.COOKIE_PREFIX}scheme"


@require_POST
def scheme(request: HttpRequest) -> HttpResponse:
    """Keep the choice in a cookie, or drop it; back to where it was made."""
    chosen = request.POST.get("scheme", "")
    response = redirect(_back(request))
    if chosen in SCHEMES:
        response.set_cookie(
            COOKIE,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(COOKIE)
    return response


def scheme_of(request: HttpRequest) -> str:
    """What the person chose in this browser; "" leaves it to the system."""
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in SCHEMES else ""


def _back(request: HttpRequest) -> str:
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else "/"
