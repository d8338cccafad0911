"""What is printed: the casebook of a participant as page and as PDF, and the blank annotated CRF."""

from dataclasses import replace
from datetime import datetime
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
from forms_app.selectors import contents, signatures
from trial.access import Right, check_right
from trial.audit.as_of import as_of
from trial.models import Participant, User
from trial.protocol import STUDY
from trial.refusals import Refusal
from trial.screens.past import Past, asked
from trial.screens.people import person_of
from trial.selectors import participants


@require_safe
@login_required
def casebook(request: HttpRequest, code: str) -> HttpResponse:
    book, past = _book(request, code)
    return render(request, "forms_app/print_casebook.html", {"book": book, "past": past})


@require_safe
@login_required
def casebook_pdf(request: HttpRequest, code: str) -> HttpResponse:
    book, past = _book(request, code)
    of = f"_as-of-seal-{past.seal.number}" if past else ""
    return pdf(f"{STUDY.code}_{code}_casebook{of}.pdf", casebook_paper.draw(book, alarm()))


@require_safe
@login_required
def annotated_crf(request: HttpRequest) -> HttpResponse:
    check_right(person_of(request), Right.VIEW_DATA)
    return pdf(f"{STUDY.code}_annotated-crf.pdf", _blank(get_language() or ""))


@cache
def _blank(language: str) -> bytes:
    """It follows from the declaration, so it is drawn once in each language."""
    return blank_crf.draw()


def _book(request: HttpRequest, code: str) -> tuple[Book, Past | None]:
    """The casebook in words, of today or of the seal that was asked for; the rights are those of today."""
    person = person_of(request)
    participant = participants.get(person, code)
    past, at = asked(request, participant.site.time_zone), timezone.now()
    if past is None:
        return _read(participant, person, at), None
    with as_of(past.seal):
        book = _read(_then(participant, past), person, at)
    return replace(book, printed=f"{past.sentence} {book.printed}"), past


def _then(participant: Participant, past: Past) -> Participant:
    """The participant as of the seal."""
    then = Participant.objects.select_related("site").filter(pk=participant.pk).first()
    if then is None:
        raise Refusal("not_there_yet", participant=participant.code, seal=past.seal.number)
    return then


def _read(participant: Participant, person: User, at: datetime) -> Book:
    held, signed = contents.read(participant), signatures.of_participant(participant)
    return presenter.book(casebook_selector.read(participant), held, by=person, at=at, signed=signed)


def alarm() -> str:
    if not settings.SYNTHETIC_DATA:
        return ""
    return f"{_('Synthetic data.')} {_('Nobody here is a real person.')}"


def pdf(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
