"""The matrix of participants and visits. Its number of statements does not grow with the participants."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from forms_app.models import Query
from forms_app.models.query import OPEN
from forms_app.selectors import casebook, outlines
from forms_app.selectors.casebook import Casebook
from forms_app.selectors.outlines import Outline
from forms_app.selectors.status import PENDING, Status
from trial.access import Right, at_sites_with
from trial.models import Participant, User

ROWS = 25


@dataclass(frozen=True)
class Filter:
    """What the person wants to see; an empty part does not restrict. `show` is "", "pending" or "overdue"."""

    site: str = ""
    state: str = ""
    search: str = ""
    show: str = ""

    def admits(self, row: Outline) -> bool:
        wanted = {"pending": PENDING, "overdue": {Status.OVERDUE}}.get(self.show)
        return (
            self.admits_site(row)
            and self.state in ("", row.state)
            and self.search.strip().upper() in row.code
            and (wanted is None or not wanted.isdisjoint(row.ahead.statuses))
        )

    def admits_site(self, row: Outline) -> bool:
        return self.site in ("", row.site.code)


@dataclass(frozen=True)
class Counts:
    """How many participants there are, and how many of their visits and queries want somebody."""

    participants: int
    due: int
    overdue: int
    open_queries: int


@dataclass(frozen=True)
class Matrix:
    """One page of the matrix. `found` counts the rows of all pages, `everybody` are those of all filters."""

    casebooks: list[Casebook] = field(repr=False)
    counts: Counts
    found: int
    page: int
    pages: int
    everybody: list[Outline] = field(repr=False)


def read(user: User, chosen: Filter, page: int = 1) -> Matrix:
    """One page of the participants a person may see; a page number beyond the end gives the last page."""
    everybody = outlines.read(user)
    matching = [row for row in everybody if chosen.admits(row)]
    pages = max(1, -(-len(matching) // ROWS))
    page = min(max(page, 1), pages)
    shown = _casebooks(matching[(page - 1) * ROWS : page * ROWS])
    return Matrix(shown, _counts(user, chosen, everybody), len(matching), page, pages, everybody)


def _casebooks(rows: list[Outline]) -> list[Casebook]:
    anchors = {row.pk: row.anchor for row in rows}
    shown = Participant.objects.filter(pk__in=anchors).select_related("site")
    return casebook.read_all({participant: anchors[participant.pk] for participant in shown})


def _counts(user: User, chosen: Filter, everybody: Iterable[Outline]) -> Counts:
    counted = [row for row in everybody if chosen.admits_site(row)]
    asked = Query.objects.filter(at_sites_with(user, Right.VIEW_DATA, "record__participant__site"))
    if chosen.site:
        asked = asked.filter(record__participant__site__code=chosen.site)
    return Counts(
        participants=len(counted),
        due=sum(row.ahead.due for row in counted),
        overdue=sum(row.ahead.overdue for row in counted),
        open_queries=asked.filter(state=OPEN, record__removed=False).count(),
    )
