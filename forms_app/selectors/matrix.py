"""The matrix of participants and visits. Its number of statements does not grow with the participants."""

from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value

from forms_app.models import Query
from forms_app.models.query import OPEN
from forms_app.selectors import casebook
from forms_app.selectors.casebook import Casebook
from forms_app.selectors.status import PENDING, Outlook, Status
from trial.access import Right, at_sites_with
from trial.models import Injection, Participant, User
from trial.protocol import STUDY
from trial.protocol.schedule import Visit as PlannedVisit
from trial.selectors import participants

ROWS = 25


@dataclass(frozen=True)
class Filter:
    """What the person wants to see; an empty part does not restrict. `show` is "", "pending" or "overdue"."""

    site: str = ""
    state: str = ""
    search: str = ""
    show: str = ""

    def admits(self, row: "Outline") -> bool:
        wanted = {"pending": PENDING, "overdue": {Status.OVERDUE}}.get(self.show)
        return (
            self.state in ("", row.participant.state)
            and self.search.strip().upper() in row.participant.code
            and (wanted is None or not wanted.isdisjoint(row.statuses))
        )


@dataclass(frozen=True)
class Outline:
    """A participant with the anchor, and the status of each planned visit that is not recorded."""

    participant: Participant
    anchor: date | None
    awaited: tuple[tuple[PlannedVisit, Status], ...]

    @property
    def statuses(self) -> set[Status]:
        return {status for _, status in self.awaited}

    @property
    def pending(self) -> list[PlannedVisit]:
        """The visits that somebody should see to now, in the order of the schedule."""
        return [visit for visit, status in self.awaited if status in PENDING]


@dataclass(frozen=True)
class Counts:
    """How many participants there are, and how many of their visits and queries want somebody."""

    participants: int
    due: int
    overdue: int
    open_queries: int


@dataclass(frozen=True)
class Matrix:
    """One page of the matrix. `found` counts the rows of all pages."""

    casebooks: list[Casebook] = field(repr=False)
    counts: Counts
    found: int
    page: int
    pages: int


def read(user: User, chosen: Filter, page: int = 1) -> Matrix:
    """One page of the participants a person may see; a page number beyond the end gives the last page."""
    outlines = outline(user, chosen.site)
    matching = [row for row in outlines if chosen.admits(row)]
    pages = max(1, -(-len(matching) // ROWS))
    page = min(max(page, 1), pages)
    shown = matching[(page - 1) * ROWS : page * ROWS]
    casebooks = casebook.read_all({row.participant: row.anchor for row in shown})
    return Matrix(casebooks, _counts(user, chosen.site, outlines), len(matching), page, pages)


def outline(user: User, site: str = "") -> list[Outline]:
    """Every visible participant, of one site if it is given; one statement."""
    found = _with_recorded_visits(participants.visible(user))
    if site:
        found = found.filter(site__code=site)
    return [_outline(participant) for participant in found]


def _with_recorded_visits(found: QuerySet[Participant]) -> QuerySet[Participant]:
    performed = Injection.objects.filter(
        record__participant=OuterRef("pk"), record__removed=False, injperf="Y"
    ).values("injdat")[:1]
    recorded = ArrayAgg("visits__code", filter=Q(visits__isnull=False), default=Value([]))
    # An aggregate drops the order that the model declares.
    return found.annotate(anchor=Subquery(performed), recorded=recorded).order_by("code")


def _outline(participant: Participant) -> Outline:
    anchor, recorded = participant.anchor, frozenset(participant.recorded)  # type: ignore[attr-defined]
    outlook = Outlook(participant.state, anchor, participant.site.today(), recorded)
    unrecorded = (visit for visit in STUDY.schedule.planned if visit.code not in recorded)
    return Outline(participant, anchor, tuple((visit, outlook.status(visit)) for visit in unrecorded))


def _counts(user: User, site: str, outlines: list[Outline]) -> Counts:
    statuses = [status for row in outlines for _, status in row.awaited]
    asked = Query.objects.filter(at_sites_with(user, Right.VIEW_DATA, "record__participant__site"))
    if site:
        asked = asked.filter(record__participant__site__code=site)
    return Counts(
        participants=len(outlines),
        due=sum(status in (Status.DUE, Status.IN_WINDOW) for status in statuses),
        overdue=statuses.count(Status.OVERDUE),
        open_queries=asked.filter(state=OPEN, record__removed=False).count(),
    )
