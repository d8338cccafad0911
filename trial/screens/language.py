"""Choosing the language of the pages."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from django.views.i18n import set_language


@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponseBase:
    """A page of its own for those that may hold no form; a POST leads back to where it was sent from."""
    if request.method == "POST":
        return set_language(request)
    return render(request, "trial/language.html")
