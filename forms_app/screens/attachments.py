"""The images of a form: looked at, added, taken out of use."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms_app.images import received
from forms_app.images.kinds import DICOM, PNG
from forms_app.images.served import file_name, served
from forms_app.screens.presenters import attachments as presenter
from forms_app.screens.presenters import locks as lock_presenter
from forms_app.screens.presenters.attachments import Typed
from forms_app.selectors import attachments as selector
from forms_app.selectors import locks
from forms_app.services import attachments as service
from trial.access import Right, can, check_right
from trial.crf import registry
from trial.lifecycle import IN_PROGRESS
from trial.models import Record
from trial.protocol import STUDY
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.selectors import participants


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def attachments(request: HttpRequest, code: str, visit: str, form: str) -> HttpResponse:
    record = _record(request, code, visit, form)
    if request.method != "POST":
        return _page(request, record)
    check_right(person_of(request), Right.ENTER_DATA, record.participant.site)
    said = request.POST
    typed = Typed(said.get("kind", ""), said.get("caption", ""), said.get("reason", ""))
    try:
        service.add(
            by=person_of(request),
            record=record,
            kind=typed.kind,
            caption=typed.caption,
            content=received.received(request.FILES, request.META),
            confirmed="confirmed" in said,
            reason=typed.reason,
        )
    except Refusal as refusal:
        return _refused(request, record, typed, refusal)
    messages.success(request, _("The image is stored, without anything that was written into its file."))
    return redirect("attachments", code, visit, form)


@require_POST
@login_required
def remove(request: HttpRequest, code: str, visit: str, form: str, number: int) -> HttpResponse:
    record = _record(request, code, visit, form)
    attachment = selector.one(record, number)
    typed = Typed(reason=request.POST.get("reason", ""), number=number)
    try:
        service.remove(by=person_of(request), attachment=attachment, reason=typed.reason)
    except Refusal as refusal:
        return _refused(request, record, typed, refusal)
    messages.success(request, _("The image is taken out of use."))
    return redirect("attachments", code, visit, form)


@require_safe
@login_required
def attachment(request: HttpRequest, code: str, visit: str, form: str, number: int) -> HttpResponseBase:
    """The image itself. What browsers do not show is offered as a file."""
    record = _record(request, code, visit, form)
    found = selector.one(record, number)
    name = file_name(record, number, found)
    where = "attachment" if found.media_type == DICOM else "inline"
    unchanged = get_conditional_response(request, etag=f'"{found.sha256}"')
    return unchanged or served(
        selector.content(found), found.media_type, found.sha256, f'{where}; filename="{name}"'
    )


@require_safe
@login_required
def thumbnail(request: HttpRequest, code: str, visit: str, form: str, number: int) -> HttpResponseBase:
    # Loaded with the first picture, like the reader of DICOM files below it.
    from forms_app.images.thumbnails import thumbnail as drawn

    found = selector.one(_record(request, code, visit, form), number)
    mark = f"small-{found.sha256}"
    if unchanged := get_conditional_response(request, etag=f'"{mark}"'):
        return unchanged
    picture = drawn(selector.content(found), found.media_type)
    if picture is None:
        sentence = render_to_string("components/no_preview.svg")
        return served(sentence.encode(), "image/svg+xml", mark, "inline")
    return served(picture, PNG, mark, "inline")


def _record(request: HttpRequest, code: str, visit: str, form: str) -> Record:
    return selector.record(participants.get(person_of(request), code), visit, form)


def _refused(request: HttpRequest, record: Record, typed: Typed, refusal: Refusal) -> HttpResponse:
    if refusal.code == "right":
        raise refusal
    return _page(request, record, typed, refusal)


def _page(
    request: HttpRequest, record: Record, typed: Typed | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    assert record.visit is not None
    form = registry.form(record.form)
    assert form is not None
    lock = locks.covering(record.participant, record=record).first()
    context = {
        "participant": record.participant,
        "record": record,
        "visit": STUDY.schedule.declared(record.visit.code),
        "form": form,
        "page": presenter.page(selector.all_of(record), typed, refusal),
        "refusal": refusal,
        "most": settings.ATTACHMENT_MB,
        "needs_reason": record.state != IN_PROGRESS,
        "may_enter": can(person_of(request), Right.ENTER_DATA, record.participant.site),
        "lock": lock,
        "locked": lock_presenter.banner(lock),
    }
    return render(request, "forms_app/attachments.html", context, status=refusal.status if refusal else 200)
