"""The audit trail as CSV: written to disk first, so that every row can say how many there are."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from tempfile import TemporaryFile
from typing import IO

from django.http import StreamingHttpResponse

from forms_app.screens.presenters.audit import Entry, entries
from forms_app.selectors import audit
from forms_app.selectors.audit import Filter
from trial import spreadsheet
from trial.models import User
from trial.protocol import STUDY

BYTE_ORDER_MARK = "\ufeff"
HEADER = (
    *(
        "study",
        "event",
        "at_utc",
        "at_site",
        "person",
        "username",
        "role",
        "kind",
        "site",
        "participant",
        "visit",
        "form",
    ),
    *("repeat", "item", "label", "from", "to", "reason", "route", "rows_in_file"),
)


def response(person: User, chosen: Filter, *, excel: bool) -> StreamingHttpResponse:
    """The whole trail that the filter admits; its name, a header and the end of each row say how many rows
    it has.

    `excel` adds the byte order mark and makes formula-like cells safe; without it no text is altered.
    """
    kept = Kept(excel)
    for entry in entries(audit.read_all(person, chosen), chosen.item):
        kept.add(_cells(entry, excel))
    answer = StreamingHttpResponse(kept, content_type="text/csv; charset=utf-8")
    name = f"{STUDY.code}_audit-trail_{kept.rows}-rows.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    answer["Fascicle-Rows"] = str(kept.rows)
    return answer


class Kept:
    """The rows on disk until they are sent; the response closes it, read to the end or not."""

    def __init__(self, excel: bool) -> None:
        self.rows = 0
        self._excel = excel
        self._file: IO[str] = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115

    def add(self, cells: list[str]) -> None:
        self._file.write(json.dumps(cells) + "\n")
        self.rows += 1

    def __iter__(self) -> Iterator[str]:
        self._file.seek(0)
        yield (BYTE_ORDER_MARK if self._excel else "") + ",".join(HEADER) + "\n"
        for line in self._file:
            yield _row([*json.loads(line), self.rows])

    def close(self) -> None:
        self._file.close()


def _row(cells: list[object]) -> str:
    text = StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _cells(entry: Entry, excel: bool) -> list[str]:
    """In the order of the header."""
    cells = [
        *(STUDY.code, str(entry.event), entry.at_utc.isoformat(), entry.at_site.isoformat()),
        *(entry.actor, entry.username, entry.role, entry.kind),
        *(entry.site, entry.participant, entry.visit, entry.form),
        *(str(entry.repeat) if entry.form else "", entry.path, entry.label, entry.before, entry.after),
        *(entry.reason, entry.route),
    ]
    return [spreadsheet.safe(cell) for cell in cells] if excel else cells
