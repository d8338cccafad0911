"""The page of a visit: when it took place and how, or why not; then its forms."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forms_app.models import Lock
from forms_app.models.lock import LOCKED
from forms_app.screens.presenters import locks as lock_presenter
from forms_app.screens.presenters import signatures as signature_presenter
from forms_app.screens.presenters import visit as presenter
from forms_app.screens.presenters.signatures import Box
from forms_app.screens.presenters.status import SIGNS
from forms_app.screens.presenters.visit import Tab, VisitPage
from forms_app.screens.typed import version
from forms_app.selectors import casebook, drafts, lock_target, locks, signatures, stored, verifications
from forms_app.selectors.casebook import VisitEntry
from forms_app.selectors.status import Status
from trial.access import Right, can, check_right
from trial.models import Participant, User, Visit
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.selectors import participants
from trial.services import visits
from trial.services.visits import VisitDetails, planned_visit
from trial.visit_name import visit_name

YES_OR_NO = ("Y", "N")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def visit(request: HttpRequest, code: str, visit: str) -> HttpResponse:
    participant = participants.get(person_of(request), code)
    planned = planned_visit(visit)
    if request.method == "POST":
        return _save(request, participant, visit)
    entry = casebook.read(participant, visit).visit(visit)
    assert entry is not None
    return _page(request, participant, presenter.stored(participant, entry, planned))


def _save(request: HttpRequest, participant: Participant, code: str) -> HttpResponse:
    check_right(person_of(request), Right.ENTER_DATA, participant.site)
    try:
        saved = visits.save(
            by=person_of(request),
            participant=participant,
            code=code,
            details=_details(request),
            expected_version=version(request.POST.get("version", "")),
            reason=request.POST.get("reason", ""),
        )
    except Refusal as refusal:
        return _refused(request, participant, code, refusal)
    messages.success(request, _("“{visit}” is recorded.").format(visit=visit_name(code)))
    if request.POST.get("then") == "form" and saved.occurred == "Y":
        return redirect("record", participant.code, code, planned_visit(code).forms[0])
    return redirect("visit", participant.code, code)


def _details(request: HttpRequest) -> VisitDetails:
    return VisitDetails(
        occurred=_occurred(request.POST.get("occurred", "")),
        visit_date=_day(request.POST.get("visit_date", "")),
        contact_mode=request.POST.get("contact_mode", ""),
        reason_not_done=request.POST.get("reason_not_done", ""),
        reason_unscheduled=request.POST.get("reason_unscheduled", ""),
    )


def _occurred(answer: str) -> bool:
    if answer not in YES_OR_NO:
        errors = {"occurred": _("Say whether the visit took place.")}
        raise Refusal("answers", extra={"errors": errors}, count=1)
    return answer == "Y"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _refused(request: HttpRequest, participant: Participant, code: str, refusal: Refusal) -> HttpResponse:
    entry = casebook.read(participant, code).visit(code)
    assert entry is not None
    return _page(request, participant, presenter.typed(participant, entry, request.POST, refusal), refusal)


def _page(
    request: HttpRequest, participant: Participant, page: VisitPage, refusal: Refusal | None = None
) -> HttpResponse:
    person, held = person_of(request), page.entry.held
    lock = locks.covering(participant, visit=held).first()
    may_enter = can(person, Right.ENTER_DATA, participant.site)
    context = {
        "participant": participant,
        "page": page,
        "entry": page.entry,
        "outside": presenter.outside(page.entry),
        "mode": presenter.contact_mode(page.entry),
        "next_form": presenter.next_form(page.entry),
        "sign": SIGNS[page.entry.status],
        "forms": _forms(person, participant, page.entry, lock),
        "may_enter": may_enter and lock is None,
        # What was typed stays, although it cannot be saved now.
        "may_type": may_enter and (lock is None or refusal is not None),
        "signed": _signed(person, participant, page.entry, lock),
        "locked": lock_presenter.banner(lock),
        "way_to_lock": _way_to_lock(person, participant, held, lock),
    }
    return render(request, "forms_app/visit.html", context, status=refusal.status if refusal else 200)


def _forms(person: User, participant: Participant, entry: VisitEntry, lock: Lock | None) -> list[Tab]:
    """The forms of the visit, with what a monitor said of them; three statements."""
    filed = [(each.record, each.form) for each in entry.forms if each.record]
    verified = verifications.of_records(participant, filed, stored.read(record for record, _form in filed))
    may = can(person, Right.VERIFY, participant.site) and (lock is None or lock.kind != LOCKED)
    return presenter.tabs(entry, drafts.spots(person, participant), verified, may=may)


def _signed(person: User, participant: Participant, entry: VisitEntry, lock: Lock | None) -> Box | None:
    """The signatures over a visit that is recorded; one statement."""
    if entry.held is None:
        return None
    found = signatures.over_visit(participant, entry.held.pk)
    signable = entry.status in (Status.DONE, Status.NOT_DONE) and signature_presenter.is_signable(lock)
    address = reverse("sign-visit", args=[participant.code, entry.planned.code])
    may_sign = signable and can(person, Right.SIGN, participant.site)
    return signature_presenter.box(found, participant.site.time_zone, address if may_sign else "")


def _way_to_lock(person: User, participant: Participant, held: Visit | None, lock: Lock | None) -> str:
    if held is None:
        return ""
    return lock_presenter.way_to_lock(person, lock_target.of_visit(participant, held), lock)
