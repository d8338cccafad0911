"""What is printed: the casebook of a participant as page and as PDF, and the blank annotated CRF."""

from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forms_app.paper import blank_crf
from forms_app.paper import casebook as casebook_paper
from forms_app.paper.book import Book
from forms_app.screens.presenters import book as presenter
from forms_app.selectors import casebook as casebook_selector
from forms_app.selectors import contents
from trial.access import Right, check_right
from trial.protocol import STUDY
from trial.screens.people import person_of
from trial.selectors import participants


@require_safe
@login_required
def casebook(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "forms_app/print_casebook.html", {"book": _book(request, code)})


@require_safe
@login_required
def casebook_pdf(request: HttpRequest, code: str) -> HttpResponse:
    book = _book(request, code)
    return _pdf(f"{STUDY.code}_{code}_casebook.pdf", casebook_paper.draw(book, _alarm()))


@require_safe
@login_required
def annotated_crf(request: HttpRequest) -> HttpResponse:
    check_right(person_of(request), Right.VIEW_DATA)
    return _pdf(f"{STUDY.code}_annotated-crf.pdf", _blank(get_language() or ""))


@cache
def _blank(language: str) -> bytes:
    """It follows from the declaration, so it is drawn once in each language."""
    return blank_crf.draw()


def _book(request: HttpRequest, code: str) -> Book:
    person = person_of(request)
    participant = participants.get(person, code)
    held = contents.read(participant)
    return presenter.book(casebook_selector.read(participant), held, by=person, at=timezone.now())


def _alarm() -> str:
    if not settings.SYNTHETIC_DATA:
        return ""
    return f"{_('Synthetic data.')} {_('Nobody here is a real person.')}"


def _pdf(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
