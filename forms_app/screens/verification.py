"""Source data verification on the screen: of a form's answers, of a casebook, and how far all of it is."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from forms_app.screens.numbers import number
from forms_app.screens.place import Place
from forms_app.screens.presenters.pages import Paged
from forms_app.selectors import verification_progress
from forms_app.selectors import verifications as selector
from forms_app.services import verifications as service
from trial.access import Right, check_right, sites_with
from trial.crf import registry
from trial.models import Record, User
from trial.protocol import STUDY
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.selectors import participants

ROWS = 50
# The key of a record and the hash of the content that was shown of it
SEEN = re.compile("([0-9]{1,9}):([0-9a-f]{64})")


@require_safe
@login_required
def progress(request: HttpRequest) -> HttpResponse:
    """How far each site and participant is, and which forms are still to verify."""
    person = person_of(request)
    check_right(person, Right.VIEW_DATA)
    chosen = request.GET.get("site", "")
    found = verification_progress.read(person, site=chosen)
    people = [row for site in found for row in site.people if row.records]
    left = [each for row in people for each in row.records if each.standing.to_do]
    context = {
        "found": found,
        "people": Paged.of(people, number(request.GET.get("page", ""), default=1), ROWS),
        "left": [(each, _place(each.record).address) for each in left[:ROWS]],
        "number_left": len(left),
        "total": selector.total(site.standing for site in found),
        "plan": STUDY.verification,
        "percent_sampled": round(100 * STUDY.verification.fraction),
        "sites": sites_with(person, Right.VIEW_DATA),
        "chosen": chosen,
    }
    return render(request, "forms_app/verification.html", context)


@require_POST
@login_required
def verify(request: HttpRequest, code: str, record: int) -> HttpResponse:
    """Verify the ticked answers of a form, or all that the plan asks for; or withdraw the ticked ones."""
    person = person_of(request)
    participant = participants.get(person, code)
    records = Record.objects.select_related("participant__site", "visit")
    held = records.filter(participant=participant, pk=record).first()
    if held is None:
        raise Refusal("not_found")
    check_right(person, Right.VERIFY, participant.site)
    try:
        messages.success(request, _act(request, person, held))
    except Refusal as refusal:
        messages.error(request, f"{refusal.title}. {refusal.sentence}")
    return redirect(_place(held).address)


@require_POST
@login_required
def verify_casebook(request: HttpRequest, code: str) -> HttpResponse:
    """Verify all that the plan asks for in a casebook, as it was shown."""
    person = person_of(request)
    participant = participants.get(person, code)
    check_right(person, Right.VERIFY, participant.site)
    shown = _shown(request.POST.getlist("seen"))
    try:
        verified = service.verify_casebook(by=person, participant=participant, shown=shown)
        messages.success(request, _said(verified))
    except Refusal as refusal:
        messages.error(request, f"{refusal.title}. {refusal.sentence}")
    return redirect("participant", code)


def _act(request: HttpRequest, person: User, held: Record) -> str:
    """What was done, in a sentence."""
    items, shown = request.POST.getlist("item"), request.POST.get("content_hash", "")
    match request.POST.get("act", ""):
        case "items":
            return _said(len(service.verify(by=person, record=held, shown_hash=shown, items=items)))
        case "form":
            return _said(len(service.verify(by=person, record=held, shown_hash=shown)))
        case "withdraw":
            taken = len(service.withdraw(by=person, record=held, items=items))
            return ngettext(
                "The verification of {number} answer is withdrawn.",
                "The verification of {number} answers is withdrawn.",
                taken,
            ).format(number=taken)
    raise Refusal("malformed", problem=_("The page asked for something that is not there. Load it again."))


def _said(number: int) -> str:
    sentence = ngettext("{number} answer is verified.", "{number} answers are verified.", number)
    return sentence.format(number=number)


def _shown(seen: list[str]) -> dict[int, str]:
    """The hashes of what the page showed, by the keys of the records."""
    pairs = [SEEN.fullmatch(each) for each in seen]
    if None in pairs:
        raise Refusal(
            "malformed", problem=_("The page asked for something that is not there. Load it again.")
        )
    return {int(pair[1]): pair[2] for pair in pairs if pair}


def _place(record: Record) -> Place:
    form = registry.form(record.form)
    assert form is not None
    return Place(record.participant, form, record.visit.code if record.visit else None, record.repeat)
