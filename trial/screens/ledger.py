"""How far the ledger is sealed, whether it was found whole, and the signed roots to keep elsewhere."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from trial.access import Right, check_right
from trial.audit import journal
from trial.protocol import STUDY
from trial.screens.people import person_of
from trial.selectors import ledger as selector

NEWEST = 20
# A seal is made every five seconds; what has waited for a minute waits for a long transaction, or in vain.
LATE_SECONDS = 60


@require_safe
@login_required
def ledger(request: HttpRequest) -> HttpResponse:
    standing = selector.standing(person_of(request), NEWEST)
    context = {"standing": standing, "late": standing.waiting_seconds > LATE_SECONDS}
    return render(request, "trial/ledger.html", context)


@require_safe
@login_required
def roots(request: HttpRequest) -> StreamingHttpResponse:
    check_right(person_of(request), Right.VIEW_AUDIT)
    response = StreamingHttpResponse(journal.file_of_roots(), content_type="application/jsonl")
    response["Content-Disposition"] = f'attachment; filename="{STUDY.code}_roots.jsonl"'
    return response
