"""The deviations of a participant: what the system proposes, and what people judged."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forms_app.screens.place import Place
from forms_app.screens.presenters import locks as lock_presenter
from forms_app.selectors import deviations as selector
from forms_app.selectors import locks
from forms_app.selectors.deviations import Proposal
from trial.access import Right, can
from trial.crf import registry
from trial.crf.codelists import DEVIATION, DEVIATION_WEIGHT
from trial.models import Deviation, Participant
from trial.screens.people import person_of
from trial.selectors import participants


@dataclass(frozen=True)
class ProposalView:
    """A proposal in words, with the address of its cause and that of the form that judges it."""

    kind: str
    words: str
    day: date | None
    cause: str
    judge: str


@dataclass(frozen=True)
class JudgedView:
    """An entry of the log in words."""

    number: int
    kind: str
    term: str
    day: date | None
    judgement: str
    address: str


@require_safe
@login_required
def deviations(request: HttpRequest, code: str) -> HttpResponse:
    person = person_of(request)
    found = participants.get(person, code)
    lock = locks.covering(found).first()
    context = {
        "participant": found,
        "locked": lock_presenter.banner(lock),
        "proposals": [_proposal(found, each) for each in selector.proposed(found)],
        "judged": [_judged(found, each) for each in _entries(found)],
        "may_enter": can(person, Right.ENTER_DATA, found.site) and lock is None,
    }
    return render(request, "forms_app/deviations.html", context)


def _entries(participant: Participant) -> list[Deviation]:
    rows = Deviation.objects.filter(record__participant=participant, record__removed=False)
    return list(rows.select_related("record").order_by("record__repeat"))


def _proposal(participant: Participant, each: Proposal) -> ProposalView:
    form = reverse("log-new", args=(participant.code, selector.FORM))
    return ProposalView(
        kind=_(DEVIATION.label(each.kind)),
        words=str(each.words),
        day=each.day,
        cause=_cause(participant, each),
        judge=f"{form}?{urlencode({'from': each.link})}",
    )


def _cause(participant: Participant, each: Proposal) -> str:
    if each.record is None:
        return reverse("visit", args=(participant.code, each.visit))
    form = registry.form(each.record.form)
    assert form is not None
    return Place(participant, form, each.visit, each.record.repeat).address


def _judged(participant: Participant, row: Deviation) -> JudgedView:
    return JudgedView(
        number=row.record.repeat,
        kind=_(DEVIATION.label(row.dvdecod or "")),
        term=row.dvterm or "",
        day=row.dvstdat,
        judgement=_judgement(row),
        address=reverse("log", args=(participant.code, selector.FORM, row.record.repeat)),
    )


def _judgement(row: Deviation) -> str:
    if row.dvconf == "N":
        return _("None: {reason}").format(reason=row.dvnotreas or "")
    if row.dvconf == "Y":
        return _(DEVIATION_WEIGHT.label(row.dvsev)) if row.dvsev else _("Confirmed")
    return _("Not judged yet")
