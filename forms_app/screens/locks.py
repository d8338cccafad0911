"""What is frozen and locked, the acts of doing so and of taking it back, and what was open at a lock."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from forms_app.models import Lock
from forms_app.models.lock import FROZEN, LOCK_KINDS, PARTICIPANT, SITE, STUDY
from forms_app.paper import lock_report
from forms_app.screens.paper import alarm, pdf
from forms_app.screens.presenters import locks as presenter
from forms_app.selectors import locks as selector
from forms_app.selectors import open_points
from forms_app.selectors.lock_target import LockTarget, Named, find_target, of_lock
from forms_app.services import locks as service
from trial.access import Right, can, check_right, sites_with
from trial.models import User
from trial.protocol import STUDY as TRIAL
from trial.refusals import Refusal
from trial.screens.people import person_of

# Released locks that the page still shows, the latest first.
RELEASED_SHOWN = 50
COLUMNS = ("lock", "locked_at", "open", "site", "participant", "visit", "form", "repeat", "item")

MOVES = {
    presenter.RELEASE: service.release,
    presenter.REQUEST: service.request_unlock,
    presenter.APPROVE: service.approve,
    presenter.DECLINE: service.decline,
}


@require_safe
@login_required
def locks(request: HttpRequest) -> HttpResponse:
    """What is frozen and locked at the person's sites."""
    person = person_of(request)
    check_right(person, Right.VIEW_DATA)
    seen = selector.visible(person)
    standing = [presenter.view(person, lock) for lock in seen.filter(released_at=None)]
    released = seen.exclude(released_at=None).order_by("-released_at")[:RELEASED_SHOWN]
    context = {
        "waiting": [view for view in standing if view.waits],
        "standing": [view for view in standing if not view.waits],
        "released": [presenter.view(person, lock) for lock in released],
        "may_lock": can(person, Right.LOCK),
        "may_lock_study": can(person, Right.LOCK_STUDY),
    }
    return render(request, "forms_app/locks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Choose what to freeze or lock; then see what is open of it, and do it."""
    person = person_of(request)
    if not can(person, Right.LOCK_STUDY):
        check_right(person, Right.LOCK)
    if request.method != "POST":
        if "scope" not in request.GET:
            return _choose(request)
        try:
            return _offer(request, find_target(person, _named(request.GET)))
        except Refusal as refusal:
            return _choose(request, refusal)
    target = find_target(person, _named(request.POST))
    try:
        put = _put(person, target, request.POST)
    except Refusal as refusal:
        if refusal.code == "right":
            raise
        return _offer(request, target, refusal)
    done = _("{what} is frozen.") if put.kind == FROZEN else _("{what} is locked.")
    messages.success(request, done.format(what=presenter.name(target)))
    return redirect("lock", put.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def lock(request: HttpRequest, number: int) -> HttpResponse:
    """One lock, with what was open when it was put on, and what may be done about it."""
    person = person_of(request)
    found = selector.get(person, number)
    if request.method != "POST":
        return _lock(request, found)
    move = MOVES.get(request.POST.get("move", ""))
    if move is None:
        problem = _("The page asked for something that is not there. Load it again.")
        raise Refusal("malformed", problem=problem)
    try:
        moved = move(by=person, lock=found, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        if refusal.code == "right":
            raise
        return _lock(request, selector.get(person, number), refusal)
    messages.success(request, _told(moved))
    return redirect("lock", number)


@require_safe
@login_required
def report_csv(request: HttpRequest, number: int) -> HttpResponse:
    """What was open when a lock was put on, of the person's sites."""
    found = selector.get(person_of(request), number)
    written = StringIO()
    rows = csv.DictWriter(written, COLUMNS)
    rows.writeheader()
    rows.writerows(_rows(found, _report(request, found)))
    headers = {
        "Content-Disposition": f'attachment; filename="{TRIAL.code}_lock-{found.pk}.csv"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
@login_required
def report_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The report of a lock, to be printed and signed."""
    person = person_of(request)
    found = selector.get(person, number)
    kinds = presenter.points(_report(request, found))
    paper = lock_report.LockReport(
        title=_("Lock {number}: {what}").format(number=found.pk, what=presenter.view(person, found).what),
        facts=_facts(found),
        counts=[(of.title, len(of.lines)) for of in kinds],
        points=[(of.title, [line.said for line in of.lines]) for of in kinds],
        printed=_("Printed by {who}").format(who=person.full_name),
    )
    return pdf(f"{TRIAL.code}_lock-{found.pk}.pdf", lock_report.draw(paper, alarm()))


def _named(sent: QueryDict) -> Named:
    repeat = sent.get("repeat", "1")
    return Named(
        scope=sent.get("scope", ""),
        site=sent.get("site", ""),
        participant=sent.get("participant", "").strip(),
        visit=sent.get("visit", ""),
        form=sent.get("form", ""),
        repeat=int(repeat) if repeat.isascii() and repeat.isdigit() and len(repeat) < 5 else 0,
    )


def _put(person: User, target: LockTarget, sent: QueryDict) -> Lock:
    kind, reason = sent.get("kind", ""), sent.get("reason", "")
    if kind not in LOCK_KINDS:
        raise Refusal("malformed", problem=_("Choose whether to freeze or to lock."))
    if kind == FROZEN:
        return service.freeze(by=person, target=target, reason=reason)
    return service.lock(by=person, target=target, reason=reason, seen=sent.get("seen", ""))


def _choose(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    person = person_of(request)
    context = {
        "sites": sites_with(person, Right.LOCK),
        "scopes": (PARTICIPANT, SITE, *((STUDY,) if can(person, Right.LOCK_STUDY) else ())),
        "typed": request.GET,
        "refusal": refusal,
    }
    return render(request, "forms_app/lock_choose.html", context, status=refusal.status if refusal else 200)


def _offer(request: HttpRequest, target: LockTarget, refusal: Refusal | None = None) -> HttpResponse:
    person = person_of(request)
    if not service.may_lock(person, target):
        right = Right.LOCK_STUDY if target.scope == STUDY else Right.LOCK
        raise Refusal("right", right=_(right.value))
    found = open_points.read(target)
    shown = open_points.told(person, found.plain())
    context = {
        "target": target,
        "what": presenter.name(target),
        "address": presenter.address(target),
        "codes": presenter.codes(target),
        "found": found,
        "points": presenter.points(shown),
        "hidden": presenter.elsewhere(shown),
        "over": selector.stronger_over(target, FROZEN).select_related("set_by").first(),
        "typed": request.POST,
        "refusal": refusal,
    }
    return render(request, "forms_app/lock_new.html", context, status=refusal.status if refusal else 200)


def _lock(request: HttpRequest, found: Lock, refusal: Refusal | None = None) -> HttpResponse:
    person = person_of(request)
    shown = _report(request, found)
    context = {
        "view": presenter.view(person, found),
        "lock": found,
        "facts": _facts(found),
        "points": presenter.points(shown),
        "hidden": presenter.elsewhere(shown),
        "may_lock": service.may_lock(person, of_lock(found)),
        "typed": request.POST,
        "refusal": refusal,
    }
    return render(request, "forms_app/lock.html", context, status=refusal.status if refusal else 200)


def _facts(found: Lock) -> list[tuple[str, str]]:
    """What is to be said of a lock, by name."""
    facts = [
        (_("Put on"), f"{presenter.moment(found.set_at)}, {found.set_by.full_name}"),
        (_("Reason"), found.reason),
    ]
    if found.report:
        of = _("Forms complete: {complete} of {records}; participants: {people}").format(**found.report)
        facts += [(_("At the lock"), of), (_("Seal at the lock"), _seal(found))]
    if found.unlock_requested_by is not None and found.unlock_requested_at is not None:
        who = f"{presenter.moment(found.unlock_requested_at)}, {found.unlock_requested_by.full_name}"
        facts += [(_("Unlocking asked for"), who), (_("Why it is asked for"), found.unlock_reason)]
    if found.released_by is not None and found.released_at is not None:
        who = f"{presenter.moment(found.released_at)}, {found.released_by.full_name}"
        facts += [(_("Taken off"), who), (_("Why it was taken off"), selector.released_for(found))]
    return facts


def _seal(found: Lock) -> str:
    seal = selector.seal_of(found)
    return f"{seal.number} · {seal.hash}" if seal else _("not made yet")


def _report(request: HttpRequest, found: Lock) -> dict[str, Any]:
    return open_points.told(person_of(request), found.report)


def _rows(found: Lock, report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in report.get("points", ()):
        yield {
            "lock": found.pk,
            "locked_at": found.set_at.isoformat(),
            "open": each["kind"],
            **{name: each[name] for name in COLUMNS[3:]},
        }


def _told(moved: Lock) -> str:
    if moved.released_at is not None:
        return _("It is taken off. The lock stays as a row, with its reason.")
    if moved.unlock_requested_by_id is not None:
        return _("The unlocking is asked for. Another person has to agree to it.")
    return _("The request is declined; the lock stays.")
