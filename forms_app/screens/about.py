"""What is known about a record and about one of its items: history, questions, comment.

Each is a page of its own, and with `?part` the part of it that the panel beside an item shows.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forms_app.models import Comment, Query
from forms_app.models.query import ANSWERED, CLOSED, OPEN, QUERY_MOVES
from forms_app.screens.place import Place
from forms_app.screens.presenters import history as presenter
from forms_app.screens.presenters.filled import EMPTY
from forms_app.screens.presenters.sheet import sheet
from forms_app.selectors import history as audit
from forms_app.services import queries
from trial.access import Right, can
from trial.crf import paths, registry
from trial.crf.answers import Answers
from trial.models import Record, User
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.selectors import participants


@dataclass(frozen=True)
class QueryView:
    """A question with what may be done about it now."""

    query: Query
    may_answer: bool
    may_close: bool
    may_reopen: bool
    may_explain: bool


@require_safe
@login_required
def record_history(request: HttpRequest, code: str, record: int) -> HttpResponse:
    held, form = _held(request, code, record)
    context = {
        **_frame(held, form),
        "acts": presenter.acts(form, audit.read(held)),
        "items": [(path, name) for path, (name, _view) in sheet(form, EMPTY).named().items()],
    }
    return _render(request, "record_history", context)


@require_safe
@login_required
def item(request: HttpRequest, code: str, record: int, item: str) -> HttpResponse:
    held, form = _held(request, code, record)
    return _item(request, held, form, item)


@require_POST
@login_required
def ask(request: HttpRequest, code: str, record: int, item: str) -> HttpResponse:
    """Raise a question of one's own about an item."""
    held, form = _held(request, code, record)
    text = request.POST.get("text", "")
    try:
        queries.raise_query(by=person_of(request), record=held, item=item, text=text)
    except Refusal as refusal:
        return _refused(request, held, form, item, refusal, {"text": text})
    return _back(request, held, form, item)


@require_POST
@login_required
def settle(request: HttpRequest, code: str, record: int, query: int) -> HttpResponse:
    """Answer a question of a person, close it, or ask it again."""
    held, form = _held(request, code, record)
    found = Query.objects.select_related("record__participant__site").filter(record=held, pk=query).first()
    if found is None:
        raise Refusal("not_found")
    said = request.POST.get("explanation", "")
    try:
        _settle(person_of(request), found, request.POST.get("move", ""), said)
    except Refusal as refusal:
        return _refused(request, held, form, found.item, refusal, {"explanation": said, "query": found.pk})
    return _back(request, held, form, found.item)


def _settle(person: User, query: Query, move: str, explanation: str) -> Query:
    if move == ANSWERED:
        return queries.answer(by=person, query=query, explanation=explanation)
    if move == CLOSED:
        return queries.close(by=person, query=query)
    if move == OPEN:
        return queries.reopen(by=person, query=query)
    problem = _("The page asked for something that is not there. Load it again.")
    raise Refusal("malformed", problem=problem)


def _held(request: HttpRequest, code: str, number: int) -> tuple[Record, type[Answers]]:
    participant = participants.get(person_of(request), code)
    records = Record.objects.select_related("participant__site", "visit")
    held = records.filter(participant=participant, pk=number).first()
    form = registry.form(held.form) if held else None
    if held is None or form is None:
        raise Refusal("not_found")
    return held, form


def _item(
    request: HttpRequest,
    held: Record,
    form: type[Answers],
    path: str,
    refusal: Refusal | None = None,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    place = paths.find(form, path)
    if place is None:
        raise Refusal("not_found")
    person, site = person_of(request), held.participant.site
    context = {
        **_frame(held, form),
        "path": path,
        "label": place.label,
        "queries": [_query(person, query) for query in _queries(held, path)],
        "comment": Comment.objects.filter(record=held, item=path).values_list("text", flat=True).first(),
        "acts": presenter.acts(form, audit.read(held), path),
        "may_ask": can(person, Right.QUERY, site) and not held.removed,
        "refusal": refusal,
        "typed": typed or {},
    }
    return _render(request, "item", context, refusal.status if refusal else 200)


def _queries(held: Record, path: str) -> list[Query]:
    found = Query.objects.select_related("record__participant__site").filter(record=held, item=path)
    return list(found.order_by("id"))


def _query(person: User, query: Query) -> QueryView:
    site, moves = query.record.participant.site, QUERY_MOVES[query.state]
    asks = query.is_manual and can(person, Right.QUERY, site)
    enters = can(person, Right.ENTER_DATA, site)
    return QueryView(
        query,
        may_answer=query.is_manual and enters and ANSWERED in moves,
        may_close=asks and CLOSED in moves,
        may_reopen=asks and OPEN in moves,
        may_explain=not query.is_manual and enters and query.state == OPEN,
    )


def _frame(held: Record, form: type[Answers]) -> dict[str, Any]:
    visit = held.visit.code if held.visit else None
    place = Place(held.participant, form, visit, held.repeat)
    return {"participant": held.participant, "record": held, "form": form, "address": place.address}


def _refused(
    request: HttpRequest,
    held: Record,
    form: type[Answers],
    path: str,
    refusal: Refusal,
    typed: dict[str, Any],
) -> HttpResponse:
    if refusal.code == "right":
        raise refusal
    return _item(request, held, form, path, refusal, typed)


def _back(request: HttpRequest, held: Record, form: type[Answers], path: str) -> HttpResponse:
    if _is_part(request):
        return _item(request, held, form, path)
    return redirect("item", held.participant.code, held.pk, path)


def _render(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    template = f"components/about_{name}.html" if _is_part(request) else f"forms_app/{name}.html"
    return render(request, template, context, status=status)


def _is_part(request: HttpRequest) -> bool:
    return "part" in request.GET
