"""Exports: asked for with all their choices, followed while they are written, taken when they are ready."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from analytics import served
from analytics.exports import choices
from analytics.exports.formats import FORMATS
from analytics.exports.options import Options
from analytics.exports.selection import open_selection
from analytics.models import Export
from analytics.models.export import READY
from analytics.screens import offered
from analytics.selectors import exports as selector
from analytics.services import exports as service
from trial.access import Right, check_right
from trial.models import User
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.selectors import seals

# Exports on a page of the list, and takers that the page of one names.
SHOWN, TAKERS = 25, 20
SEVERAL = ("forms", "visits")


@dataclass(frozen=True)
class Shown:
    """An export as pages show it."""

    export: Export
    words: str

    @property
    def is_ready(self) -> bool:
        return self.export.state == READY

    @property
    def of_casebooks(self) -> bool:
        """Whether participants are counted, and not rows."""
        return FORMATS[self.export.choices["format"]].of_casebooks

    @property
    def percent(self) -> int:
        return 100 * self.export.written // self.export.expected if self.export.expected else 0


@dataclass(frozen=True)
class Counted:
    """How many rows there are and in how many tables; of casebooks, how many of them and in none."""

    rows: int
    tables: int


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def exports(request: HttpRequest) -> HttpResponse:
    """The choices, and the exports that there are."""
    person = person_of(request)
    check_right(person, Right.EXPORT)
    if request.method != "POST":
        return _page(request, person)
    counting = request.POST.get("move") == "count"
    chosen, counted = Options(), None
    try:
        chosen = _chosen(request.POST)
        if not counting:
            made = service.ask(by=person, options=chosen)
            return redirect("export", made.pk)
        with open_selection(by=person, options=chosen) as selection:
            counted = Counted(selection.expected(), len(selection.datasets()))
    except Refusal as refusal:
        # What is only counted is shown in the page that asked, which takes no other status.
        return _page(request, person, chosen, refusal=refusal, status=200 if counting else refusal.status)
    return _page(request, person, chosen, counted=counted)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def export(request: HttpRequest, number: int) -> HttpResponse:
    """One export: how far it is, what is in it; to cancel it is sent here."""
    person, refusal = person_of(request), None
    if request.method == "POST":
        try:
            service.cancel(by=person, number=number)
        except Refusal as refused:
            if refused.code != "export_over":
                raise
            refusal = refused
        else:
            messages.success(request, _("The export is cancelled."))
            return redirect("export", number)
    found = selector.get(person, number)
    context = {
        "shown": _shown(found),
        "is_own": found.by_id == person.pk,
        "takers": found.downloads.select_related("by").order_by("-id")[:TAKERS],
        "refusal": refusal,
    }
    return render(request, "analytics/export.html", context, status=refusal.status if refusal else 200)


@require_safe
@login_required
def export_file(request: HttpRequest, number: int) -> HttpResponseBase:
    """The archive, or the rest of it."""
    return served.answer(request, by=person_of(request), number=number)


def _page(
    request: HttpRequest,
    person: User,
    chosen: Options | None = None,
    *,
    counted: Counted | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    chosen = chosen or Options()
    page = Paginator(selector.of(person).defer("manifest"), SHOWN).get_page(request.GET.get("page"))
    context = {
        "offer": offered.offer(chosen),
        "shape": offered.shape_select(chosen),
        "of_casebooks": FORMATS[chosen.format].of_casebooks,
        "counted": counted,
        "refusal": refusal,
        "page": page,
        "shown": [_shown(each) for each in page],
    }
    return render(request, "analytics/exports.html", context, status=status)


def _chosen(sent: QueryDict) -> Options:
    """What was chosen. The shape is that of tables: a format of casebooks has its own."""
    given: dict[str, Any] = {
        name: sent[name] for name in choices.NAMES if name in sent and name not in SEVERAL
    }
    given |= {name: sent.getlist(name) for name in SEVERAL}
    format = FORMATS.get(sent.get("format", ""))
    if format and format.of_casebooks:
        given.pop("shape", None)
    if not given.get("seal") and (day := sent.get("day")):
        given["seal"] = seals.last_of(_day(day), "UTC").number
    return choices.read(given)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("malformed", problem=_("“{day}” is no date.").format(day=text)) from error


def _shown(found: Export) -> Shown:
    return Shown(found, offered.words(found.choices))
