"""The flow of participants: drawn, in words, as files, and who is in each box."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from forms_app.screens.presenters import flow as presenter
from forms_app.selectors import flow as selector
from forms_app.selectors import flow_people
from forms_app.selectors.flow import Flow
from trial.access import Right, check_right, sites_with
from trial.models import Site, User
from trial.protocol import STUDY
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.screens.pictures import png

# 2,400 pixels across: 300 for each inch of a page of print.
ZOOM = 3.0


@require_safe
@login_required
def flow(request: HttpRequest) -> HttpResponse:
    site = _site(request)
    found = _flow(person_of(request), site)
    context = {
        "flow": found,
        "drawing": presenter.draw(found),
        "description": presenter.description(found),
        "rows": presenter.rows(found),
        "sites": _sites(request),
        "site": site,
    }
    return render(request, "forms_app/flow.html", context)


@require_safe
@login_required
def box(request: HttpRequest, box: str) -> HttpResponse:
    """Who is in a box."""
    site = _site(request)
    found = _flow(person_of(request), site).box(box)
    if found is None:
        raise Refusal("not_found")
    return render(
        request, "forms_app/flow_box.html", {"box": found, "members": presenter.members(found), "site": site}
    )


@require_safe
@login_required
def flow_svg(request: HttpRequest) -> HttpResponse:
    return _file(request, "svg", "image/svg+xml; charset=utf-8", _document(request).encode())


@require_safe
@login_required
def flow_png(request: HttpRequest) -> HttpResponse:
    return _file(request, "png", "image/png", png(_document(request), ZOOM))


def _file(request: HttpRequest, ending: str, media_type: str, content: bytes) -> HttpResponse:
    site = _site(request)
    name = f"{STUDY.code}_flow{f'_site-{site}' if site else ''}_{timezone.localdate()}.{ending}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)


# A file is shown around, and its picture is drawn with the letters of our fonts, which are Latin.
@override(settings.LANGUAGE_CODE)
def _document(request: HttpRequest) -> str:
    site = _site(request)
    found = _flow(person_of(request), site)
    context = {
        "drawing": presenter.draw(found),
        "description": presenter.description(found),
        "study": STUDY,
        "site": site,
        "day": timezone.localdate(),
    }
    return render_to_string("forms_app/flow.svg", context)


def _flow(person: User, site: str) -> Flow:
    check_right(person, Right.VIEW_DATA)
    return selector.flow(flow_people.read(person, site))


def _sites(request: HttpRequest) -> tuple[Site, ...]:
    return sites_with(person_of(request), Right.VIEW_DATA)


def _site(request: HttpRequest) -> str:
    """The chosen site; a code that is none of the person's sites chooses nothing."""
    chosen = request.GET.get("site", "")
    return chosen if chosen in {site.code for site in _sites(request)} else ""
