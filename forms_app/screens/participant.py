"""The page of a participant, and the acts on one: adding and enrolling."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms_app.models import Lock
from forms_app.models.lock import LOCKED
from forms_app.screens.presenters import locks as lock_presenter
from forms_app.screens.presenters import opioids, safety, verification
from forms_app.screens.presenters import participant as presenter
from forms_app.screens.presenters import signatures as signature_presenter
from forms_app.screens.presenters.signatures import Box
from forms_app.selectors import (
    casebook,
    content_hash,
    deviations,
    drafts,
    lock_target,
    locks,
    signatures,
    stored,
    to_sign,
    verifications,
)
from forms_app.selectors.signatures import Signed
from trial.access import Right, can, check_right, sites_with
from trial.models import Participant, User
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.selectors import participants
from trial.services import participants as service


@require_safe
@login_required
def participant(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, participants.get(person_of(request), code))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    check_right(person, Right.SCREEN)
    if request.method == "POST":
        added = _add(person, request.POST.get("site", ""))
        said = _("The new participant is {code}. Note the code in the site's own list.")
        messages.success(request, said.format(code=added.code))
        return redirect("visit", added.code, "SCR")
    closed = locks.closed_sites()
    sites = [site for site in sites_with(person, Right.SCREEN) if site.pk not in closed]
    return render(request, "forms_app/participant_add.html", {"sites": sites})


@require_POST
@login_required
def move(request: HttpRequest, code: str) -> HttpResponse:
    person = person_of(request)
    found = participants.get(person, code)
    try:
        moved = _move(person, found, request.POST.get("move", ""))
    except Refusal as refusal:
        if refusal.code == "right":
            raise
        return _page(request, found, refusal)
    messages.success(request, _("{code} is {state} now.").format(code=code, state=_(moved.state)))
    return redirect("participant", code)


def _page(request: HttpRequest, found: Participant, refusal: Refusal | None = None) -> HttpResponse:
    person, book = person_of(request), casebook.read(found)
    lock = locks.covering(found).first()
    may_enter = can(person, Right.ENTER_DATA, found.site) and lock is None
    may_verify = can(person, Right.VERIFY, found.site) and (lock is None or lock.kind != LOCKED)
    # Before what is shown is read: what changes in between is another content.
    hashes = content_hash.of_casebook(found).hashes if may_verify else {}
    answers = stored.read(entry.record for entry in book.saved if entry.record)
    filed = [(entry.record, entry.form) for entry in book.saved if entry.record]
    verified = verifications.of_records(found, filed, answers)
    signed = signatures.of_participant(found)
    context = {
        "participant": found,
        "book": presenter.book(
            book,
            answers,
            drafts.spots(person, found),
            verified,
            signed,
            may_enter=may_enter,
            may_verify=may_verify,
        ),
        "verified": verification.casebook(book, verified, hashes, may=may_verify),
        "progress": book.progress,
        "opioids": opioids.view(found, book.anchor, book.begun, answers),
        "serious": safety.of_casebook(book.begun, answers),
        "proposals": len(deviations.of_casebook(book, answers)),
        "anchor": book.anchor,
        "reasons": presenter.reasons(found),
        "acts": presenter.acts(book) if can(person, Right.ENROL, found.site) and lock is None else [],
        "next_unscheduled": presenter.next_unscheduled(book) if lock is None else "",
        "signed": _signed(person, found, signed, lock),
        "milestone": to_sign.milestone_of(found),
        "locked": lock_presenter.banner(lock),
        "way_to_lock": lock_presenter.way_to_lock(person, lock_target.of_participant(found), lock),
        "may_enter": may_enter,
        "refusal": refusal,
    }
    return render(request, "forms_app/participant.html", context, status=refusal.status if refusal else 200)


def _signed(person: User, found: Participant, signed: list[Signed], lock: Lock | None) -> Box:
    """Every signature in the casebook, and where the casebook is signed."""
    may_sign = can(person, Right.SIGN_CASEBOOK, found.site) and signature_presenter.is_signable(lock)
    address = reverse("sign-casebook", args=[found.code]) if may_sign else ""
    return signature_presenter.box(signed, found.site.time_zone, address)


def _add(person: User, site: str) -> Participant:
    chosen = next((each for each in sites_with(person, Right.SCREEN) if each.code == site), None)
    if chosen is None:
        raise Refusal("malformed", problem=_("Go back and choose the site."))
    return service.add(by=person, site=chosen)


def _move(person: User, found: Participant, move: str) -> Participant:
    if move == "enrol":
        return service.enrol(by=person, participant=found)
    said = _("The page asked for something that is not there. Load it again.")
    raise Refusal("malformed", problem=said)
