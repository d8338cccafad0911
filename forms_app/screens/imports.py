"""Bringing in a file: sent, its columns checked, judged, saved; each person's own alone."""

from collections.abc import Callable
from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from forms_app.imports.apostrophes import Apostrophes
from forms_app.imports.choices import IGNORED, Choices, proposed
from forms_app.imports.numbers import DecimalMark
from forms_app.models import Import
from forms_app.screens import import_report
from forms_app.screens.presenters import imports as presenter
from forms_app.selectors import imports as selector
from forms_app.services import imports as service
from trial.access import Right, check_right
from trial.models import User
from trial.refusals import Refusal
from trial.screens.people import person_of

# Imports on a page of the list.
SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """One's own imports, and a form that sends a file."""
    person = person_of(request)
    check_right(person, Right.IMPORT)
    refusal = None
    if request.method == "POST":
        try:
            made = _receive(request, person)
        except Refusal as refused:
            if refused.code == "right":
                raise
            refusal = refused
        else:
            return redirect("import", made.pk)
    page = Paginator(selector.own(person), SHOWN).get_page(request.GET.get("page"))
    context = {"page": page, "most": settings.ATTACHMENT_MB, "refusal": refusal, "kept": service.KEPT.days}
    return render(request, "forms_app/imports.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One import, and what may be done with it now."""
    person = person_of(request)
    found = selector.get(person, number)
    if request.method != "POST":
        return _page(request, found)
    act = MOVES.get(request.POST.get("move", ""))
    if act is None:
        raise Refusal(
            "malformed", problem=_("The page asked for something that is not there. Load it again.")
        )
    try:
        act(person, found, request.POST)
    except Refusal as refusal:
        if refusal.code == "right":
            raise
        return _page(request, selector.get(person, number), refusal)
    if act is _discard:
        messages.success(request, _("The file is thrown away. Nothing of it was saved."))
    return redirect("import", number)


@require_safe
@login_required
def problems(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """Everything that was refused, as CSV."""
    return import_report.response(selector.get(person_of(request), number))


def _receive(request: HttpRequest, person: User) -> Import:
    file = request.FILES.get("file")
    if file is None:
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if length.isdigit() and int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            raise Refusal("import_large", most=settings.ATTACHMENT_MB)
        raise Refusal("import_none")
    return service.receive(by=person, content=bytes(file.read()), name=str(file.name))


def _page(request: HttpRequest, found: Import, refusal: Refusal | None = None) -> HttpResponse:
    typed = request.POST if refusal and request.POST.get("move") == "judge" else None
    chosen = _again(found, _choices(found, typed)) if typed is not None else Choices.of(found.choices)
    context = {
        "page": presenter.page(found, chosen),
        "refusal": refusal,
        "reason": request.POST.get("reason", "") if refusal else "",
    }
    return render(request, "forms_app/import.html", context, status=refusal.status if refusal else 200)


def _again(found: Import, typed: Choices) -> Choices:
    """What was chosen; of another table, what the names of the columns say there."""
    if typed.table == found.choices["table"]:
        return typed
    return replace(proposed(typed.table, found.columns), contact_mode=typed.contact_mode)


def _judge(by: User, found: Import, sent: QueryDict) -> None:
    service.decide(by=by, found=found, choices=_choices(found, sent))


def _save(by: User, found: Import, sent: QueryDict) -> None:
    service.save(by=by, found=found, reason=sent.get("reason", ""), skips="skips" in sent)


def _discard(by: User, found: Import, sent: QueryDict) -> None:
    service.discard(by=by, found=found)


MOVES: dict[str, Callable[[User, Import, QueryDict], None]] = {
    "judge": _judge,
    "save": _save,
    "discard": _discard,
}


def _choices(found: Import, sent: QueryDict) -> Choices:
    """What was chosen of the columns; a column of which nothing was said is not among them."""
    chosen = {
        column: IGNORED if target == presenter.LEFT_OUT else target
        for number, column in enumerate(found.columns)
        if (target := sent.get(f"column-{number}", ""))
    }
    said = sent.get("apostrophes", "")
    apostrophes = Apostrophes(said) if said in set(Apostrophes) else Apostrophes.UNDECIDED
    mark = sent.get("decimal", "")
    decimal = DecimalMark(mark) if mark in set(DecimalMark) else DecimalMark.UNDECIDED
    return Choices(sent.get("table", ""), chosen, sent.get("contact_mode", ""), apostrophes, decimal)
