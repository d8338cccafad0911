"""What somebody chose of the data, in one snapshot."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from psycopg2.sql import Composable

from analytics.exports import casebooks, copying
from analytics.exports.casebooks import BATCH, IN_USE, Casebook
from analytics.exports.dataset import Cells, Dataset
from analytics.exports.deidentification import Alteration, disguises, pseudonym
from analytics.exports.formats import FORMATS
from analytics.exports.options import Options, Privacy, Status
from analytics.exports.scope import REACHED, Scope
from analytics.exports.shapes import SHAPES
from analytics.exports.source import Occasion
from analytics.snapshots import frozen
from forms_app.models import Signature
from forms_app.models.signature import CASEBOOK, VISIT
from trial.access import Right, can, check_right, sites_with
from trial.audit import positions
from trial.audit.as_of import as_of
from trial.audit.positions import Position
from trial.lifecycle import COMPLETE
from trial.models import Participant, Record, Seal, Site, User
from trial.refusals import Refusal

FOR_SPREADSHEETS = Alteration(
    "", "", "", "made safe for spreadsheets: an apostrophe stands before what would run as a formula"
)
ROWS_AT_ONCE = 2000


class Selection:
    """The source of an export: reads from Django's default connection, as often as it is asked."""

    def __init__(self, occasion: Occasion, scope: Scope, at: Position | None) -> None:
        self._occasion = occasion
        self._scope = scope
        self._at = at
        shape = SHAPES.get(scope.options.shape)
        self._tables = {table.dataset: table for table in shape.tables(scope)} if shape else {}

    @property
    def options(self) -> Options:
        return self._scope.options

    @property
    def occasion(self) -> Occasion:
        return self._occasion

    @property
    def sites(self) -> tuple[Site, ...]:
        """Whose participants are chosen from."""
        return self._scope.sites

    @property
    def shows_arms(self) -> bool:
        """Whether what tells the arms apart is in it."""
        return not self._scope.concealed

    def expected(self) -> int:
        """How many rows there are in all; of casebooks, how many of them."""
        if not self._tables:
            return participants(self._scope).count()
        return sum(self.count(dataset) for dataset in self._tables)

    def datasets(self) -> tuple[Dataset, ...]:
        """The tables of the chosen shape; the shape of casebooks has none."""
        return tuple(self._tables)

    def count(self, dataset: Dataset) -> int:
        with connection.cursor() as cursor:
            cursor.execute(_sql(self._tables[dataset].count()))
            rows: int = cursor.fetchone()[0]
        return rows

    def query(self, dataset: Dataset) -> str:
        """The statement that reads the rows in their order."""
        return _sql(self._tables[dataset].rows())

    def rows(self, dataset: Dataset) -> Iterator[Cells]:
        with connection.chunked_cursor() as cursor:
            cursor.execute(self.query(dataset))
            while rows := cursor.fetchmany(ROWS_AT_ONCE):
                yield from rows

    def copy(self, dataset: Dataset) -> Iterator[bytes]:
        statement = _sql(self._tables[dataset].copy(self.options))
        yield from copying.copied(statement, seen=copying.snapshot(), at=self._at)

    def casebooks(self) -> Iterator[Casebook]:
        """Refused with dates as study days: a casebook holds dates."""
        if self.options.privacy is Privacy.STUDY_DAYS:
            raise Refusal("export_days")
        for casebook in self._read():
            yield self._scope.casebook(casebook)

    def alterations(self) -> tuple[Alteration, ...]:
        """What was left out or altered, each field once: so that nobody can be named, or no formula runs."""
        if not self._tables:
            return self._scope.alterations_of_casebooks()
        safe = (FOR_SPREADSHEETS,) if self.options.format == "csv" and self.options.spreadsheet_safe else ()
        told = (each for table in self._tables.values() for each in table.alterations)
        return tuple(dict.fromkeys((*safe, *told)))

    def _read(self) -> Iterator[Casebook]:
        """The casebooks by the code that is shown: the order of hidden codes would tell something of them."""
        found, veil = participants(self._scope), self._scope.veil
        if veil is None:
            yield from casebooks.read(found, **self._limits())
            return
        keys = sorted(veil.of, key=lambda key: veil.of[key].code)
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            read = casebooks.read(found.filter(pk__in=batch), **self._limits())
            yield from sorted(read, key=lambda each: batch.index(each.participant.pk))

    def _limits(self) -> dict[str, Any]:
        options = self.options
        return {"forms": options.forms, "visits": self._scope.visit_codes, "records": RECORDS[options.status]}


def unbroken() -> Exists:
    """Whether a signature that no change broke stands over a record."""
    over = (
        Q(record=OuterRef("pk"))
        | Q(scope=VISIT, visit=OuterRef("visit"))
        | Q(scope=CASEBOOK, participant=OuterRef("participant"))
    )
    return Exists(Signature.objects.filter(over, broken_at=None))


RECORDS: dict[Status, QuerySet[Record]] = {
    Status.ALL: IN_USE,
    Status.COMPLETE: IN_USE.filter(state=COMPLETE),
    Status.SIGNED: IN_USE.filter(unbroken()),
}


@contextmanager
def open_selection(*, by: User, options: Options) -> Iterator[Selection]:
    """What the person may export of what was chosen, as it was at one moment: in one transaction, in which
    nothing may be written. Refused without the rights that the format needs, for a seal that is not there,
    and inside a transaction.
    """
    sites, at = _sites(by, FORMATS[options.format].rights), _moment(options)
    with as_of(at) if at else frozen() as position:
        scope = _scope(options, sites, concealed=options.blinded or not _sees_arms(by, sites))
        yield Selection(_occasion(by, scope, position, at), scope, position if at else None)


def participants(scope: Scope) -> QuerySet[Participant]:
    """The chosen participants."""
    reached = Coalesce(NullIf(F("withdrawn_from"), Value("")), F("state"))
    states = REACHED.get(scope.options.population)
    found = Participant.objects.filter(site__in=scope.sites)
    return found.annotate(came_to=reached).filter(came_to__in=states) if states else found


def _scope(options: Options, sites: tuple[Site, ...], *, concealed: bool) -> Scope:
    scope = Scope(options, sites, concealed)
    if options.privacy is Privacy.NOTHING:
        return scope
    return replace(scope, veil=disguises(options.privacy, participants(scope).select_related("site")))


def _sites(by: User, rights: tuple[Right, ...]) -> tuple[Site, ...]:
    """The sites at which a person has all of these rights; a refusal when there is none."""
    for right in rights:
        check_right(by, right)
    found = sites_with(by, Right.EXPORT)
    return tuple(site for site in found if all(can(by, right, site) for right in rights))


def _sees_arms(by: User, sites: tuple[Site, ...]) -> bool:
    return {site.pk for site in sites} <= {site.pk for site in sites_with(by, Right.UNBLIND)}


def _moment(options: Options) -> Seal | Position | None:
    """The seal or the position as of which is read, None for now."""
    if options.seal is not None:
        seal = Seal.objects.defer("leaves").filter(number=options.seal).first()
        if seal is None:
            raise Refusal("export_seal", number=options.seal)
        return seal
    if not options.position:
        return None
    position = positions.parsed(options.position)
    if position is None or not positions.is_settled(position):
        raise Refusal("export_position", position=options.position)
    return position


def _occasion(by: User, scope: Scope, position: Position, at: Seal | Position | None) -> Occasion:
    seal = at if isinstance(at, Seal) else Seal.objects.defer("leaves").last()
    codes = [pseudonym("site", site.code) if scope.veil else site.code for site in scope.sites]
    return Occasion(
        made_at=timezone.now(),
        position=position,
        seal=seal.number if seal else None,
        seal_hash=seal.hash if seal else "",
        sites=tuple(sorted(codes)),
        by=f"{by.full_name} ({by.username})",
        software=settings.SOFTWARE,
    )


def _sql(statement: Composable) -> str:
    with connection.cursor() as cursor:
        text: str = statement.as_string(cursor.connection)
    return text
