"""What an import refused, as CSV: by row and column of the file, in plain words."""

import csv
from collections.abc import Iterator
from dataclasses import astuple, fields
from io import StringIO

from django.http import StreamingHttpResponse

from forms_app.models import Import
from forms_app.selectors import imports as selector
from forms_app.selectors.imports import Line
from trial import spreadsheet

BYTE_ORDER_MARK = "\ufeff"
HEADER = tuple(field.name for field in fields(Line))


def response(found: Import) -> StreamingHttpResponse:
    """All problems. It is read in a spreadsheet, so what a spreadsheet would run gets an apostrophe."""
    answer = StreamingHttpResponse(_rows(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{found.pk}-refused.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _rows(found: Import) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _row(HEADER)
    for line in selector.lines(found):
        yield _row([spreadsheet.safe(str(cell)) for cell in astuple(line)])


def _row(cells: tuple[str, ...] | list[str]) -> str:
    text = StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
