"""The wide shape: one row for each participant, screen failures too; planned visits side by side.

A column is named after its visit and item, `W1_nrs_avg24`, in a group with fixed rows also after both,
`INJ_side_LEFT_level`. What may occur any number of times does not fit into one row: unscheduled visits, logs
and numbered rows of groups stand in tables of their own, so that nothing is lacking. Removed records are
left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from psycopg2.sql import SQL, Composable, Identifier, Literal

from analytics.exports import fields, forms
from analytics.exports.dataset import Dataset
from analytics.exports.fields import Field
from analytics.exports.scope import Scope
from analytics.exports.table import Table, column_names, named
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.protocol import STUDY
from trial.protocol.schedule import Visit

LABEL = (
    "One row for each participant, planned visits side by side; unscheduled visits, logs and numbered rows "
    "are not in it: they stand in the other tables"
)

OF_PARTICIPANT = (fields.STUDY_CODE, fields.SITE, fields.PARTICIPANT, fields.STATE, fields.STATE_REASON)
OF_VISIT = (fields.OCCURRED, fields.VISIT_DATE, fields.CONTACT, fields.REASON_NOT_DONE)

VISITS = "trial_visit v"

RECORDS = """
trial_record r
join trial_visit v on v.id = r.visit_id
join {} f on f.record_id = r.id
"""

SELECT = """
select {participant} as place, {columns}
from trial_participant p
join trial_site s on s.id = p.site_id
{blocks}
{join}
where {participants}
"""


@dataclass(frozen=True)
class Block:
    """What one table adds: a sub-select with a row for each participant, its columns by visit and place."""

    alias: str
    participant: Composable
    source: Composable
    where: Composable
    columns: dict[tuple[str, str], Field]

    def join(self) -> Composable:
        """The sub-select, joined to the participant `p`."""
        return SQL(
            "left join (select {participant} as participant, {columns} from {source} where {where} "
            "group by {participant}) as {alias} on {alias}.participant = p.id"
        ).format(
            participant=self.participant,
            columns=named([field.stored for field in self.columns.values()]),
            source=self.source,
            where=self.where,
            alias=Identifier(self.alias),
        )

    def of(self, visit: str) -> Iterator[Field]:
        """The columns of a visit, where they are found."""
        names = column_names(len(self.columns))
        for ((of_visit, _), field), name in zip(self.columns.items(), names, strict=True):
            if of_visit == visit:
                yield field.at(Identifier(self.alias, name))


def tables(scope: Scope) -> Iterator[Table]:
    """The participants, then what does not fit into one row of each."""
    yield _participants(scope)
    yield from forms.beside_wide(scope)


def _participants(scope: Scope) -> Table:
    blocks = tuple(block for block in _blocks(scope) if block.columns)
    found = (*OF_PARTICIPANT, *_by_visit(scope, blocks))
    shown = scope.shown(found)
    (participant,) = scope.shown([fields.PARTICIPANT])
    select = SQL(SELECT).format(
        participant=participant.stored,
        columns=named([field.text() for field in shown]),
        blocks=SQL(" ").join(block.join() for block in blocks),
        join=scope.join(),
        participants=scope.participants(),
    )
    dataset = Dataset("wide", LABEL, tuple(field.column for field in shown), key=("participant",))
    return Table(dataset, select, SQL("place"), scope.alterations(found))


def _by_visit(scope: Scope, blocks: tuple[Block, ...]) -> Iterator[Field]:
    for visit in _visits_of(scope):
        for block in blocks:
            yield from block.of(visit.code)


def _visits_of(scope: Scope) -> list[Visit]:
    return [visit for visit in STUDY.schedule.planned if scope.takes_visit(visit.code)]


def _blocks(scope: Scope) -> Iterator[Block]:
    yield _visits(scope)
    for form in scope.forms():
        visits = [visit for visit in _visits_of(scope) if form.code in visit.forms]
        if visits:
            yield _form(scope, form, visits)
            yield from (_group(scope, form, group, visits) for group in form.groups if group.keys)


def _visits(scope: Scope) -> Block:
    columns = {
        (visit.code, field.column.name): _picked(_at_visit(field, visit), _is_at(visit))
        for visit in _visits_of(scope)
        for field in OF_VISIT
    }
    return Block("visit", SQL("v.participant_id"), SQL(VISITS), SQL("true"), columns)


def _form(scope: Scope, form: type[Answers], visits: list[Visit]) -> Block:
    state = fields.coded(
        f"{form.code}_state", f"{form.title}: state of the form", fields.RECORD_STATE.column.codes, "r.state"
    )
    columns = {}
    for visit in visits:
        items = fields.of_items(
            form.code, form, scope.items(form), f"{visit.code}_", within=f"{visit.label}: "
        )
        for field in (_at_visit(state, visit), *items):
            columns[visit.code, field.column.name] = _picked(field, _is_at(visit))
    return _of_records(scope, form.code, form, columns, SQL("true"))


def _group(scope: Scope, form: type[Answers], group: type[GroupAnswers], visits: list[Visit]) -> Block:
    columns = {}
    for visit in visits:
        for key, title in group.keys.terms if group.keys else ():
            prefix = f"{visit.code}_{group.code}_{key.replace(' ', '_')}_"
            within = f"{visit.label}: {title}: "
            for field in fields.of_items(form.code, group, scope.items(group), prefix, within):
                columns[visit.code, field.column.name] = _picked(field, _is_at(visit), _is("f.key", key))
    return _of_records(scope, f"{form.code}_{group.code}", group, columns, SQL("not f.removed"))


def _of_records(
    scope: Scope, alias: str, row: type[Row], columns: dict[tuple[str, str], Field], where: Composable
) -> Block:
    source = SQL(RECORDS).format(Identifier(row._meta.db_table))
    in_use = SQL("r.repeat = 1 and {} and {}").format(scope.records(), where)
    return Block(alias, SQL("r.participant_id"), source, in_use, columns)


def _at_visit(field: Field, visit: Visit) -> Field:
    """A column that belongs to no item, as one of a visit."""
    column = field.column
    named_after = f"{visit.code}_{column.name}"
    return replace(field, column=replace(column, name=named_after, label=f"{visit.label}: {column.label}"))


def _picked(field: Field, *conditions: Composable) -> Field:
    # Each participant has at most one such row, so the maximum is the value itself.
    picked = SQL("max({}) filter (where {})").format(field.stored, SQL(" and ").join(conditions))
    return field.at(picked)


def _is_at(visit: Visit) -> Composable:
    return _is("v.code", visit.code)


def _is(column: str, code: str) -> Composable:
    return SQL("{} = {}").format(Identifier(*column.split(".")), Literal(code))
