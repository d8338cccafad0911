"""The page of a form: read it, fill it in, save it."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forms_app.models.lock import LOCKED
from forms_app.screens import drafts, prefilled
from forms_app.screens import place as places
from forms_app.screens import typed as typing
from forms_app.screens.choosing import choose
from forms_app.screens.place import Place
from forms_app.screens.presenters import attachments as images
from forms_app.screens.presenters import locks as lock_presenter
from forms_app.screens.presenters import record as presenter
from forms_app.screens.presenters import saved as saved_presenter
from forms_app.screens.presenters import scoring, verification
from forms_app.screens.presenters import signatures as signature_presenter
from forms_app.screens.presenters.signatures import Box
from forms_app.screens.presenters.verification import Verified
from forms_app.screens.presenters.visit import Tab, tabs, why_closed
from forms_app.screens.typed import Typed
from forms_app.selectors import (
    casebook,
    computed,
    content_hash,
    documents,
    evidence,
    lock_target,
    signatures,
    verifications,
)
from forms_app.selectors import drafts as draft_selector
from forms_app.selectors.casebook import VisitEntry
from forms_app.selectors.documents import Document
from forms_app.services import records
from forms_app.services.records import Saved
from trial.access import Right, can
from trial.crf.answers import Answers
from trial.crf.codelists import MISSING
from trial.crf.submission import Submission
from trial.lifecycle import COMPLETE
from trial.models import Record
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.selectors import anchors
from trial.services.visits import planned_visit

# What the buttons of a form may ask for beside saving: the form after this one, or before it.
STEPS = {"form": 1, "previous": -1}


@dataclass(frozen=True)
class RefusedRemoval:
    """A removal or restoration that was refused, and the reason that was typed for it."""

    refusal: Refusal
    reason: str


@dataclass(frozen=True)
class Opened:
    """A form with what is stored of it. `entry` is its visit, None for an entry of a log."""

    place: Place
    entry: VisitEntry | None
    held: Record | None
    has_consent: bool


@require_http_methods(["GET", "HEAD", "POST"])
@drafts.keeps_what_is_sent
@login_required
def record(request: HttpRequest, code: str, visit: str, form: str) -> HttpResponse:
    place = places.at(person_of(request), code, form, visit)
    if request.method == "POST":
        return _save(request, place)
    opened = open_form(place)
    assert opened.entry is not None
    if opened.held is None and not _takes_new(place, opened.entry):
        return _visit_first(request, place, opened.entry)
    return page(request, opened)


@require_http_methods(["GET", "HEAD", "POST"])
@drafts.keeps_what_is_sent
@login_required
def log_entry(request: HttpRequest, code: str, form: str, repeat: int = records.NEXT) -> HttpResponse:
    """An entry of a log; without its number a new one."""
    place = places.at(person_of(request), code, form, repeat=repeat)
    if request.method == "POST":
        return _save(request, place)
    opened = open_form(place)
    if opened.held is None and not place.is_new_entry:
        raise Refusal("not_found")
    if opened.held is None:
        records.check_log_open(place.participant, form)
    return page(request, opened, prefilled.typed(place, request.GET.get("from", "")))


def open_form(place: Place) -> Opened:
    """The form as it is stored."""
    if place.visit is None:
        return Opened(place, None, place.held(), anchors.consent_date(place.participant) is not None)
    book = casebook.read(place.participant, place.visit)
    entry = book.visit(place.visit)
    assert entry is not None
    held = entry.record(place.form)
    if held is not None:
        # Read with the casebook; who asks the record for its visit need not read it again.
        held.visit = entry.held
    return Opened(place, entry, held, book.has_consent)


def _takes_new(place: Place, entry: VisitEntry) -> bool:
    """Whether a form can be begun: the visit took place and is open."""
    held = entry.held is not None and entry.held.occurred == "Y"
    return held and not why_closed(place.participant, entry.planned)


def _visit_first(request: HttpRequest, place: Place, entry: VisitEntry) -> HttpResponse:
    """To the page of the visit. One that is not open says there why."""
    if not why_closed(place.participant, entry.planned):
        sentence = _("Record the visit first; then “{form}” opens.")
        messages.info(request, sentence.format(form=_(place.form.title)))
    return redirect("visit", place.participant.code, place.visit)


def _save(request: HttpRequest, place: Place) -> HttpResponse:
    drafts.check_person(request)
    typed = choose(request.POST, place, typing.read(request.POST, place.form))
    try:
        saved = records.save(
            by=person_of(request),
            participant=place.participant,
            visit=place.visit,
            form=place.form.code,
            repeat=place.repeat,
            submission=_submission(request, place.form, typed),
            expected_version=typed.version,
            reason=typed.reason,
            explanations=typed.explanations,
            comments=typed.comments,
            windows=drafts.windows(request.POST),
        )
    except Refusal as refusal:
        if refusal.code == "right":
            raise
        return page(request, open_form(place), typed, refusal)
    then = _then(request, saved)
    level = messages.SUCCESS if saved_presenter.is_complete(saved) else messages.INFO
    messages.add_message(request, level, saved_presenter.sentence(saved, stays=not then))
    return redirect(
        _next_address(then, Place(place.participant, place.form, place.visit, saved.record.repeat))
    )


def _submission(request: HttpRequest, form: type[Answers], typed: Typed) -> Submission:
    code = request.POST.get("whole_form", "")
    return typing.whole_form_missing(form, code) if code in MISSING.codes else typed.submission


def page(
    request: HttpRequest,
    opened: Opened,
    typed: Typed | None = None,
    refusal: Refusal | None = None,
    removal: RefusedRemoval | None = None,
) -> HttpResponse:
    """The page of a form: as stored, as typed when the save was refused, or with a refused removal."""
    place, held, entry = opened.place, opened.held, opened.entry
    # Before what is shown is read: what changes in between is another content.
    shown_hash = _shown_hash(request, place, held)
    document = documents.read(held) if held else None
    stored = document.plain() if document else None
    kept = drafts.on_page(request, place, held, stored, typed, refusal)
    answers = stored["items"] if stored else {}
    judged = evidence.of(place.participant.pk, place.form.code, answers)
    verified = _verified(place, document, shown_hash)
    marks = verified.marks if verified else {}
    view = presenter.page(
        place.participant, place.form, held, stored, kept.typed, kept.refusal, judged, marks
    )
    refused = refusal or (removal.refusal if removal else None)
    context = {
        "participant": place.participant,
        "place": place,
        "entry": entry,
        "forms": _tabs(request, place, entry) if entry else [],
        "page": view,
        "scoring": scoring.rules(place.form),
        "computed": computed.of(place.participant.pk, stored) if stored else [],
        "removal": removal,
        "refusal": refused or kept.refusal,
        "offer": kept.offer,
        "line": kept.line,
        "held": held,
        "images": images.of(held) if held else None,
        "verified": verified,
        "signed": _signed(request, place, held) if held else None,
        "to_record": prefilled.to_record(place.participant, stored),
        "is_serious": place.form.code == "adverse_event" and answers.get("aeser") == "Y",
        "consent_missing": place.form.code not in records.BEFORE_CONSENT and not opened.has_consent,
        "may_enter": can(person_of(request), Right.ENTER_DATA, place.participant.site),
        "may_be_missing": entry is not None and presenter.may_be_missing(entry, place.form),
        "missing_codes": MISSING.terms,
        "locked": lock_presenter.banner(place.lock),
        "way_to_lock": _way_to_lock(request, place, held),
    }
    return render(request, "forms_app/record.html", context, status=refused.status if refused else 200)


def _way_to_lock(request: HttpRequest, place: Place, held: Record | None) -> str:
    if held is None:
        return ""
    target = lock_target.of_record(place.participant, held)
    return lock_presenter.way_to_lock(person_of(request), target, place.lock)


def _shown_hash(request: HttpRequest, place: Place, held: Record | None) -> str:
    """The hash of the content of a form, for who may verify it; one statement, and empty for others."""
    if held is None or held.removed or (place.lock is not None and place.lock.kind == LOCKED):
        return ""
    person, site = person_of(request), place.participant.site
    may = can(person, Right.VERIFY, site) and not can(person, Right.ENTER_DATA, site)
    return content_hash.of_record(held).hash if may else ""


def _verified(place: Place, document: Document | None, shown_hash: str) -> Verified | None:
    """What a monitor said of the answers of a form in use. Who was given the hash of them may verify."""
    if document is None or document.record.removed:
        return None
    answers = verifications.submission(document.plain())
    return verification.of_record(
        place.participant.code,
        place.form,
        answers,
        document.marks,
        may=bool(shown_hash),
        shown_hash=shown_hash,
    )


def _signed(request: HttpRequest, place: Place, held: Record) -> Box:
    """The signatures over the form; one statement when there are any."""
    participant = place.participant
    signable = held.state == COMPLETE and not held.removed and signature_presenter.is_signable(place.lock)
    may_sign = signable and can(person_of(request), Right.SIGN, participant.site)
    # The casebook has said already whether there are any; an entry of a log comes without it.
    signed = getattr(held, "signed", True)
    found = signatures.over_form(participant, held.visit_id, held.pk) if signed else []
    zone = participant.site.time_zone
    return signature_presenter.box(found, zone, place.signing if may_sign else "")


def _tabs(request: HttpRequest, place: Place, entry: VisitEntry) -> list[Tab]:
    return tabs(entry, draft_selector.spots(person_of(request), place.participant))


def _then(request: HttpRequest, saved: Saved) -> str:
    """Where the pressed button leads. A doubt that has just come up holds back once, not twice."""
    doubtful = saved.changed and saved_presenter.unexplained(saved)
    return "" if doubtful else request.POST.get("then", "")


def _next_address(then: str, place: Place) -> str:
    code = place.participant.code
    if then == "visit":
        return reverse("next-due", args=(code,))
    if then not in STEPS:
        return place.address
    if place.visit is None:
        return reverse("participant", args=(code,))
    neighbour = _neighbour(place.visit, place.form.code, STEPS[then])
    if neighbour is None:
        return reverse("visit", args=(code, place.visit))
    return reverse("record", args=(code, place.visit, neighbour))


def _neighbour(visit: str, form: str, step: int) -> str | None:
    """The form before or after this one at its visit."""
    forms = planned_visit(visit).forms
    position = forms.index(form) + step
    return forms[position] if 0 <= position < len(forms) else None
