"""The wide shape: one row for each participant, screen failures too; planned visits side by side.

A column is named after its visit and item, `W1_nrs_avg24`, in a group with fixed rows also after both,
`INJ_side_LEFT_level`. Unscheduled visits, and groups without fixed rows (drugs), stand in the long shape
only. Removed records are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg2.sql import SQL, Composable, Identifier, Literal

from analytics.exports import cells
from analytics.exports.table import Table, column_names, named
from trial.crf import registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.models import Site
from trial.protocol import STUDY
from trial.protocol.schedule import Visit

Named = tuple[str, Composable]

OF_PARTICIPANT: tuple[Named, ...] = (
    ("study", cells.text(STUDY.code)),
    ("site", SQL("s.code::text")),
    ("participant", SQL("p.code::text")),
    ("participant_state", SQL("p.state::text")),
    ("participant_state_reason", SQL("nullif(p.state_reason, '')::text")),
)

OF_VISIT: tuple[Named, ...] = (
    ("occurred", SQL("f.occurred::text")),
    ("visit_date", SQL("f.visit_date::text")),
    ("contact_mode", SQL("nullif(f.contact_mode, '')::text")),
    ("reason_not_done", SQL("nullif(f.reason_not_done, '')::text")),
)

VISITS = "trial_visit f"

RECORDS = """
trial_record r
join trial_visit v on v.id = r.visit_id
join {} f on f.record_id = r.id
"""


@dataclass(frozen=True)
class Block:
    """What one table adds: a sub-select with a row for each participant, its columns by visit and name."""

    alias: str
    participant: Composable
    source: Composable
    where: Composable
    columns: dict[tuple[str, str], Composable]

    def join(self) -> Composable:
        """The sub-select, joined to the participant `p`."""
        return SQL(
            "left join (select {participant} as participant, {columns} from {source} where {where} "
            "group by {participant}) as {alias} on {alias}.participant = p.id"
        ).format(
            participant=self.participant,
            columns=named(list(self.columns.values())),
            source=self.source,
            where=self.where,
            alias=Identifier(self.alias),
        )

    def of(self, visit: str) -> Iterator[Named]:
        """The columns of a visit: name in the header, and where it is found."""
        for (of_visit, name), column in zip(self.columns, column_names(len(self.columns)), strict=True):
            if of_visit == visit:
                yield f"{visit}_{name}", Identifier(self.alias, column)


def table(sites: tuple[Site, ...]) -> Table:
    """The table of these sites."""
    blocks = tuple(_blocks())
    columns = (*OF_PARTICIPANT, *_by_visit(blocks))
    select = SQL(
        "select {}, p.code as place from trial_participant p join trial_site s on s.id = p.site_id {} "
        "where p.site_id = any ({})"
    ).format(
        named([expression for _, expression in columns]),
        SQL(" ").join(block.join() for block in blocks),
        cells.any_of(sites),
    )
    return Table(tuple(name for name, _ in columns), select, SQL("place"))


def _by_visit(blocks: tuple[Block, ...]) -> Iterator[Named]:
    for visit in STUDY.schedule.planned:
        for block in blocks:
            yield from block.of(visit.code)


def _blocks() -> Iterator[Block]:
    yield _visits()
    for form in registry.FORMS:
        visits = [visit for visit in STUDY.schedule.planned if form.code in visit.forms]
        if visits:
            yield _form(form, visits)
            yield from (_group(form, group, visits) for group in form.groups if group.keys)


def _visits() -> Block:
    columns = {
        (visit.code, name): _picked(expression, _equal("f.code", visit.code))
        for visit in STUDY.schedule.planned
        for name, expression in OF_VISIT
    }
    return Block("visit", SQL("f.participant_id"), SQL(VISITS), SQL("true"), columns)


def _form(form: type[Answers], visits: list[Visit]) -> Block:
    state: Named = (f"{form.code}_state", SQL("r.state::text"))
    columns = {
        (visit.code, name): _picked(expression, _equal("v.code", visit.code))
        for visit in visits
        for name, expression in (state, *_items(form))
    }
    return _of_records(form.code, form, columns, SQL("true"))


def _group(form: type[Answers], group: type[GroupAnswers], visits: list[Visit]) -> Block:
    columns = {
        (visit.code, f"{group.code}_{key.replace(' ', '_')}_{name}"): _picked(
            expression, _equal("v.code", visit.code), _equal("f.key", key)
        )
        for visit in visits
        for key in (group.keys.codes if group.keys else ())
        for name, expression in _items(group)
    }
    return _of_records(f"{form.code}_{group.code}", group, columns, SQL("not f.removed"))


def _of_records(
    alias: str, row: type[Row], columns: dict[tuple[str, str], Composable], where: Composable
) -> Block:
    source = SQL(RECORDS).format(Identifier(row._meta.db_table))
    in_use = SQL("not r.removed and r.repeat = 1 and {}").format(where)
    return Block(alias, SQL("r.participant_id"), source, in_use, columns)


def _items(row: type[Row]) -> Iterator[Named]:
    for item in row.items():
        yield item.name, cells.value(item, "f")
        if not item.derived:
            yield item.missing_name, cells.missing(item, "f")


def _picked(expression: Composable, *conditions: Composable) -> Composable:
    # Each participant has at most one such row, so the maximum is the value itself.
    return SQL("max({}) filter (where {})").format(expression, SQL(" and ").join(conditions))


def _equal(column: str, code: str) -> Composable:
    return SQL("{} = {}").format(Identifier(*column.split(".")), Literal(code))
