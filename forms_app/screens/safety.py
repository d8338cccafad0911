"""The serious adverse events of a person's sites, and the page of one of them."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from forms_app.models.query import OPEN
from forms_app.screens.presenters import filled
from forms_app.screens.presenters import safety as presenter
from forms_app.screens.typed import submission
from forms_app.selectors import documents
from forms_app.selectors import safety as selector
from forms_app.selectors.safety import SeriousEvent
from trial.access import Right, can, check_right
from trial.crf.paths import find
from trial.crf.reading import read
from trial.models import AdverseEvent, Participant, Record
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.selectors import participants


@require_safe
@login_required
def safety(request: HttpRequest) -> HttpResponse:
    """Every serious event, who waits longest first."""
    person = person_of(request)
    check_right(person, Right.VIEW_DATA)
    context = {
        "events": [presenter.event(each) for each in selector.visible(person)],
        "has_contact": bool(settings.SAFETY_CONTACT),
    }
    return render(request, "forms_app/safety.html", context)


@require_safe
@login_required
def serious(request: HttpRequest, code: str, repeat: int) -> HttpResponse:
    """One serious event, or one that was reported as serious before."""
    person = person_of(request)
    participant = participants.get(person, code)
    found = _event(participant, repeat)
    stored = documents.read(found.record).plain()
    context = {
        "participant": participant,
        "event": presenter.event(found),
        "narrative": found.event.aenarr or "",
        "unanswered": _unanswered(participant, stored),
        "questions": [query["sentence"] for query in stored["queries"] if query["state"] == OPEN],
        "has_contact": bool(settings.SAFETY_CONTACT),
        "may_enter": can(person, Right.ENTER_DATA, participant.site),
    }
    return render(request, "forms_app/safety_event.html", context)


def _event(participant: Participant, repeat: int) -> SeriousEvent:
    record = Record.objects.filter(participant=participant, form=selector.FORM, repeat=repeat).first()
    found = selector.of_record(record.pk) if record else None
    if found is None or not (found.is_serious or found.alerts):
        raise Refusal("not_found")
    return found


def _unanswered(participant: Participant, stored: dict[str, Any]) -> list[str]:
    """The labels of what is still to give."""
    sent = submission(AdverseEvent, filled.of_document(AdverseEvent, stored))
    reading = read(AdverseEvent, sent, participant.site.today())
    places = (find(AdverseEvent, path) for path in reading.unanswered)
    return [place.label for place in places if place is not None]
