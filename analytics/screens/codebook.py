"""The codebook as page, PDF, CSV and JSON."""

import json
from collections.abc import Callable
from functools import cache

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from analytics.codebook import paper
from analytics.codebook.access import check_reader
from analytics.codebook.chapters import chapters, missing, shapes
from analytics.codebook.structure import structure
from forms_app.reference import dictionary
from trial.protocol import STUDY
from trial.refusals import Refusal
from trial.screens.people import person_of


@cache
def _pdf(language: str) -> bytes:
    """It follows from the declaration, so it is drawn once in each language."""
    return paper.draw()


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf": ("application/pdf", lambda: _pdf(get_language() or "")),
    "csv": ("text/csv; charset=utf-8", lambda: dictionary.as_csv().encode()),
    "json": ("application/json", lambda: json.dumps(structure(), ensure_ascii=False, indent=1).encode()),
}


@require_safe
@login_required
def codebook(request: HttpRequest) -> HttpResponse:
    check_reader(person_of(request))
    context = {
        "chapters": chapters(),
        "shapes": shapes(),
        "missing": missing(),
        "files": list(FILES),
    }
    return render(request, "analytics/codebook.html", context)


@require_safe
@login_required
def codebook_file(request: HttpRequest, ending: str) -> HttpResponse:
    check_reader(person_of(request))
    if ending not in FILES:
        raise Refusal("not_found")
    media_type, made = FILES[ending]
    response = HttpResponse(made(), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{STUDY.code}_codebook.{ending}"'
    response["Cache-Control"] = "private, no-store"
    return response
