"""What is known about a record and about one of its items: history, questions, comment.

Each is a page of its own, and with `?part` the part of it that the panel beside an item shows. The item ""
stands for the record as a whole.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forms_app.models import Comment, Query
from forms_app.models.lock import LOCKED
from forms_app.models.query import ANSWERED, CANCELLED, CANDIDATE, CLOSED, OPEN, QUERY_MOVES
from forms_app.screens.place import Place
from forms_app.screens.presenters import history as presenter
from forms_app.screens.presenters.filled import EMPTY
from forms_app.screens.presenters.sheet import sheet
from forms_app.selectors import history as audit
from forms_app.selectors import locks
from forms_app.selectors import queries as selector
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
    days: int
    may_answer: bool = False
    may_release: bool = False
    may_close: bool = False
    may_reopen: bool = False
    may_cancel: bool = False
    may_assign: bool = False
    may_explain: bool = False

    @property
    def settled_itself(self) -> bool:
        """Whether what the check spoke of was corrected."""
        return self.query.state == CLOSED and not self.query.is_manual


@require_safe
@login_required
def record_history(request: HttpRequest, code: str, record: int) -> HttpResponse:
    held, form = _held(request, code, record)
    context = {
        **_frame(held, form),
        "acts": presenter.acts(form, _told(person_of(request), held)),
        "asked": len(selector.shown(person_of(request), held.participant.site, _queries(held, ""))),
        "items": [(path, name) for path, (name, _view) in sheet(form, EMPTY).named().items()],
    }
    return _render(request, "record_history", context)


@require_safe
@login_required
def item(request: HttpRequest, code: str, record: int, item: str = "") -> HttpResponse:
    """About one item, or about the record as a whole."""
    held, form = _held(request, code, record)
    return _item(request, held, form, item)


@require_POST
@login_required
def ask(request: HttpRequest, code: str, record: int, item: str = "") -> HttpResponse:
    """Raise a question of one's own about an item, or about the record as a whole."""
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
    """Answer a question of a person, release or close it, ask it again, take it back, or give it to somebody.

    Back to where it was asked for: to the item, or to the list of questions.
    """
    held, form = _held(request, code, record)
    person = person_of(request)
    found = selector.whole(Query.objects.filter(record=held, pk=query)).first()
    if found is None or not selector.shown(person, held.participant.site, [found]):
        raise Refusal("not_found")
    try:
        _settle(person, found, request.POST)
    except Refusal as refusal:
        typed = {
            "explanation": request.POST.get("explanation", ""),
            "again": request.POST.get("text", ""),
            "query": found.pk,
        }
        return _refused(request, held, form, found.item, refusal, typed)
    if "list" in request.POST:
        return redirect(f"{reverse('queries')}?{request.POST['list']}")
    return _back(request, held, form, found.item)


def _settle(person: User, query: Query, post: QueryDict) -> Query:
    match post.get("move", ""):
        case "answered":
            return queries.answer(by=person, query=query, explanation=post.get("explanation", ""))
        case "closed":
            return queries.close(by=person, query=query)
        case "open" if query.state == CANDIDATE:
            return queries.release(by=person, query=query)
        case "open":
            return queries.reopen(by=person, query=query, text=post.get("text", ""))
        case "cancelled":
            return queries.cancel(by=person, query=query)
        case "assign":
            return queries.assign(by=person, query=query, to=_person(query, post.get("person", "")))
    problem = _("The page asked for something that is not there. Load it again.")
    raise Refusal("malformed", problem=problem)


def _person(query: Query, number: str) -> User | None:
    """Who was chosen among those who could answer; None for nobody."""
    if not number:
        return None
    people = selector.answerers(query.record.participant.site)
    found = next((each for each in people if str(each.pk) == number), None)
    if found is None:
        raise Refusal(
            "malformed", problem=_("The page asked for something that is not there. Load it again.")
        )
    return found


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
    if path and place is None:
        raise Refusal("not_found")
    person, site = person_of(request), held.participant.site
    lock = locks.covering(held.participant, held.visit, held).first()
    moves = not held.removed and not (lock and lock.kind == LOCKED)
    asked = selector.shown(person, site, _queries(held, path))
    views = [_query(person, query, frozen=lock is not None) if moves else _still(query) for query in asked]
    context = {
        **_frame(held, form),
        "path": path,
        "label": place.label if place else _("The form as a whole"),
        "queries": views,
        "people": selector.answerers(site) if any(view.may_assign for view in views) else [],
        "comment": Comment.objects.filter(record=held, item=path).values_list("text", flat=True).first(),
        "acts": presenter.acts(form, _told(person, held), path) if path else [],
        "may_ask": moves and (can(person, Right.QUERY, site) or can(person, Right.PROPOSE_QUERY, site)),
        "may_prove": can(person, Right.VIEW_AUDIT, site),
        "only_proposes": not can(person, Right.QUERY, site),
        "refusal": refusal,
        "typed": typed or {},
    }
    return _render(request, "item", context, refusal.status if refusal else 200)


def _queries(held: Record, path: str) -> list[Query]:
    return list(selector.whole(Query.objects.filter(record=held, item=path)).order_by("id"))


def _told(person: User, held: Record) -> list[audit.Act]:
    """The history of a record as far as somebody may know it: not what is not put to the site."""
    acts = audit.read(held)
    return acts if selector.sees_all(person, held.participant.site) else audit.put(acts)


def _still(query: Query) -> QueryView:
    """A question under a lock, or on a removed record: there is nothing to be done about it."""
    return QueryView(query, selector.days_open(query))


def _query(person: User, query: Query, *, frozen: bool) -> QueryView:
    site, moves = query.record.participant.site, QUERY_MOVES[query.state]
    enters, settles = can(person, Right.ENTER_DATA, site), can(person, Right.SETTLE_QUERY, site)
    by_hand = query.is_manual and settles
    return QueryView(
        query,
        selector.days_open(query),
        may_answer=query.is_manual and enters and ANSWERED in moves,
        may_release=by_hand and query.state == CANDIDATE,
        may_close=by_hand and CLOSED in moves,
        may_reopen=by_hand and OPEN in moves and query.state != CANDIDATE,
        may_cancel=by_hand and CANCELLED in moves,
        may_assign=settles and query.state in queries.PENDING,
        may_explain=not query.is_manual and enters and query.state == OPEN and not frozen,
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
    if not path:
        return redirect("record-questions", held.participant.code, held.pk)
    return redirect("item", held.participant.code, held.pk, path)


def _render(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    template = f"components/about_{name}.html" if _is_part(request) else f"forms_app/{name}.html"
    return render(request, template, context, status=status)


def _is_part(request: HttpRequest) -> bool:
    return "part" in request.GET
