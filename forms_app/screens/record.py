"""The page of a form: read it, fill it in, save it."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from forms_app.screens import typed as typing
from forms_app.screens.presenters import history as history_presenter
from forms_app.screens.presenters import record as presenter
from forms_app.screens.presenters import saved as saved_presenter
from forms_app.screens.presenters import scoring
from forms_app.screens.presenters.status import FORM_SIGNS
from forms_app.screens.presenters.visit import why_closed
from forms_app.screens.typed import Typed
from forms_app.selectors import casebook, documents, history
from forms_app.selectors.casebook import Casebook, VisitEntry
from forms_app.services import records
from forms_app.services.records import Saved
from trial.access import Right, can
from trial.crf.answers import Answers
from trial.crf.codelists import MISSING
from trial.crf.submission import Submission
from trial.models import Participant
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.selectors import participants
from trial.services.visits import planned_visit


@dataclass(frozen=True)
class Place:
    """Which form of which visit of whom."""

    participant: Participant
    visit: str
    form: type[Answers]


@dataclass(frozen=True)
class RefusedRemoval:
    """A removal or restoration that was refused, and the reason that was typed for it."""

    refusal: Refusal
    reason: str


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def record(request: HttpRequest, code: str, visit: str, form: str) -> HttpResponse:
    participant = participants.get(person_of(request), code)
    place = Place(participant, visit, records.scheduled_form(visit, form))
    if request.method == "POST":
        return _save(request, place)
    book = casebook.read(participant)
    entry = book.visit(visit)
    if entry is None or not (entry.record(place.form) or _takes_new(place, entry)):
        return _visit_first(request, place)
    return page(request, place, book, entry)


def _takes_new(place: Place, entry: VisitEntry) -> bool:
    """Whether a form can be begun: the visit took place and is open."""
    held = entry.held is not None and entry.held.occurred == "Y"
    return held and not why_closed(place.participant, entry.planned)


def _visit_first(request: HttpRequest, place: Place) -> HttpResponse:
    """To the page of the visit. One that is not open says there why."""
    if not why_closed(place.participant, planned_visit(place.visit)):
        messages.info(request, f"Record the visit first; then “{place.form.title}” opens.")
    return redirect("visit", place.participant.code, place.visit)


def _save(request: HttpRequest, place: Place) -> HttpResponse:
    typed = typing.read(request.POST, place.form)
    try:
        saved = records.save(
            by=person_of(request),
            participant=place.participant,
            visit=place.visit,
            form=place.form.code,
            submission=_submission(request, place.form, typed),
            expected_version=typed.version,
            reason=typed.reason,
            explanations=typed.explanations,
        )
    except Refusal as refusal:
        return _refused(request, place, typed, refusal)
    then = _then(request, saved)
    level = messages.SUCCESS if saved_presenter.is_complete(saved) else messages.WARNING
    messages.add_message(request, level, saved_presenter.sentence(saved, stays=not then))
    return _go_on(then, place)


def _submission(request: HttpRequest, form: type[Answers], typed: Typed) -> Submission:
    code = request.POST.get("whole_form", "")
    return typing.whole_form_missing(form, code) if code in MISSING.codes else typed.submission


def _refused(request: HttpRequest, place: Place, typed: Typed, refusal: Refusal) -> HttpResponse:
    """The page again, with the sentence and everything that was typed."""
    book = casebook.read(place.participant)
    entry = book.visit(place.visit)
    if refusal.code == "right" or entry is None:
        raise refusal
    return page(request, place, book, entry, typed, refusal)


def page(
    request: HttpRequest,
    place: Place,
    book: Casebook,
    entry: VisitEntry,
    typed: Typed | None = None,
    refusal: Refusal | None = None,
    removal: RefusedRemoval | None = None,
) -> HttpResponse:
    """The page of a form: as stored, as typed when the save was refused, or with a refused removal."""
    held = entry.record(place.form)
    stored = documents.read(held).plain() if held else None
    view = presenter.page(place.participant, entry, place.form, stored, typed, refusal)
    said = refusal or (removal.refusal if removal else None)
    context = {
        "participant": place.participant,
        "entry": entry,
        "forms": [(each, FORM_SIGNS[each.state]) for each in entry.forms],
        "page": view,
        "scoring": scoring.rules(place.form),
        "removal": removal,
        "refusal": said,
        "acts": history_presenter.acts(place.form, history.read(held)) if held else [],
        "consent_missing": place.form.code != "consent" and not book.has_consent,
        "may_enter": can(person_of(request), Right.ENTER_DATA, place.participant.site),
        "may_be_missing": presenter.may_be_missing(entry, place.form),
        "missing_codes": MISSING.terms,
    }
    return render(request, "forms_app/record.html", context, status=said.status if said else 200)


def _then(request: HttpRequest, saved: Saved) -> str:
    """Where the pressed button leads. A doubt that has just come up holds back once, not twice."""
    doubtful = saved.changed and saved_presenter.unexplained(saved)
    return "" if doubtful else request.POST.get("then", "")


def _go_on(then: str, place: Place) -> HttpResponse:
    if then == "visit":
        return redirect("next-due", place.participant.code)
    following = _following(place) if then == "form" else place.form.code
    if following is None:
        return redirect("visit", place.participant.code, place.visit)
    return redirect("record", place.participant.code, place.visit, following)


def _following(place: Place) -> str | None:
    forms = planned_visit(place.visit).forms
    following = forms[forms.index(place.form.code) + 1 :]
    return following[0] if following else None
