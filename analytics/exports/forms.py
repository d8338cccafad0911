"""The shape of forms: the participants, the visits, and one table for each form and each group.

A form has one row for each saved record, a group one for each of its rows; of a group with fixed rows all of
them are there, filled or not. Removed records and rows are left out.
"""

from collections.abc import Iterator

from psycopg2.sql import SQL, Composable, Literal

from analytics.exports import cells, fields, rows
from analytics.exports.dataset import Column, Dataset, Kind
from analytics.exports.fields import Field
from analytics.exports.rows import Rows
from analytics.exports.scope import EVERYTHING, Scope
from analytics.exports.table import Table, named
from trial.crf.answers import Answers, GroupAnswers
from trial.crf.privacy import PLAIN
from trial.protocol import STUDY

PARTICIPANTS = """
select {participant} as participant, {columns}
from trial_participant p
join trial_site s on s.id = p.site_id
{join}
where {participants}
"""

VISITS = """
select {participant} as participant, {place} as visit_place, {columns}
from trial_visit v
join trial_participant p on p.id = v.participant_id
join trial_site s on s.id = p.site_id
{join}
where {participants} and {visits} and {further}
"""

RECORDS = """
select {participant} as participant, {place} as visit_place, r.repeat, {key_place} as key_place, {columns}
from trial_record r
join trial_participant p on p.id = r.participant_id
join trial_site s on s.id = p.site_id
left join trial_visit v on v.id = r.visit_id
{rows}
{join}
where r.form = {form} and {participants} and {records} and {further}
"""

OF_PARTICIPANT = (fields.STUDY_CODE, fields.SITE, fields.PARTICIPANT)
OF_VISIT = (fields.VISIT, fields.VISIT_DATE, fields.CONTACT)
OF_RECORD = (fields.RECORD_STATE, fields.RECORD_VERSION, fields.SIGNED)

OUTSIDE_PLAN = SQL("not {}").format(
    cells.any_of(SQL("v.code"), [visit.code for visit in STUDY.schedule.planned])
)
UNSCHEDULED = "_unscheduled"
AT_UNSCHEDULED = ", at unscheduled visits"


def tables(scope: Scope) -> Iterator[Table]:
    """In the order of the casebook, each form followed by its groups."""
    yield _participants(scope)
    yield _visits(scope)
    for form in scope.forms():
        yield _form(scope, form)
        yield from (_group(scope, form, group) for group in form.groups)


def beside_wide(scope: Scope) -> Iterator[Table]:
    """What may occur any number of times, so that it stands in no row of a participant."""
    if _takes_unscheduled(scope):
        yield _visits(scope, OUTSIDE_PLAN)
    for form in scope.forms():
        if STUDY.schedule.log(form.code) is None:
            yield from _beside_wide(scope, form)
        elif not scope.visit_codes:
            yield _form(scope, form)
            yield from (_group(scope, form, group) for group in form.groups)


def _beside_wide(scope: Scope, form: type[Answers]) -> Iterator[Table]:
    """Of a form of visits: its numbered rows, and the form itself where a visit is not planned."""
    unplanned = _takes_unscheduled(scope) and form.code in _forms_outside_plan()
    if unplanned:
        yield _form(scope, form, OUTSIDE_PLAN)
    for group in form.groups:
        if group.keys is None:
            yield _group(scope, form, group)
        elif unplanned:
            yield _group(scope, form, group, OUTSIDE_PLAN)


def _takes_unscheduled(scope: Scope) -> bool:
    planned = {visit.code for visit in STUDY.schedule.planned}
    return not scope.visit_codes or not planned.issuperset(scope.visit_codes)


def _forms_outside_plan() -> set[str]:
    switched_off = (visit for visit in STUDY.schedule.visits if not visit.enabled)
    return {*STUDY.schedule.unscheduled_forms, *(form for visit in switched_off for form in visit.forms)}


def _participants(scope: Scope) -> Table:
    found = (*OF_PARTICIPANT, fields.STATE, fields.STATE_REASON)
    shown = scope.shown(found)
    select = SQL(PARTICIPANTS).format(
        participant=_code(scope),
        columns=named([field.text() for field in shown]),
        join=scope.join(),
        participants=scope.participants(),
    )
    dataset = Dataset("participants", "Participants", _columns(shown), key=("participant",))
    return Table(dataset, select, SQL("participant"), scope.alterations(found))


def _visits(scope: Scope, further: Composable = EVERYTHING) -> Table:
    found = (
        *OF_PARTICIPANT,
        *(fields.VISIT, fields.OCCURRED, fields.VISIT_DATE, fields.CONTACT),
        *(fields.REASON_NOT_DONE, fields.REASON_UNSCHEDULED),
    )
    shown = scope.shown(found)
    select = SQL(VISITS).format(
        participant=_code(scope),
        place=fields.VISIT_PLACE,
        columns=named([field.text() for field in shown]),
        join=scope.join(),
        participants=scope.participants(),
        visits=scope.visits(),
        further=further,
    )
    name, label = _named("visits", "Visits", further)
    dataset = Dataset(name, label, _columns(shown), key=("participant", "visit"))
    return Table(dataset, select, SQL("participant, visit_place"), scope.alterations(found))


def _form(scope: Scope, form: type[Answers], further: Composable = EVERYTHING) -> Table:
    return _of_records(scope, rows.of_form(form), form.code, form.title, further)


def _group(
    scope: Scope, form: type[Answers], group: type[GroupAnswers], further: Composable = EVERYTHING
) -> Table:
    name, label = f"{form.code}_{group.code}", f"{form.title}: {group.title}"
    return _of_records(scope, rows.of_group(form, 0, group, 0), name, label, further)


def _of_records(scope: Scope, source: Rows, name: str, label: str, further: Composable) -> Table:
    placed = _placed(source)
    items = fields.of_items(source.form, source.row, scope.items(source.row))
    found = (*OF_PARTICIPANT, *placed, *OF_RECORD, *items)
    shown = scope.shown(found)
    select = SQL(RECORDS).format(
        participant=_code(scope),
        place=fields.VISIT_PLACE,
        key_place=source.key_place,
        columns=named([field.text() for field in shown]),
        rows=source.join,
        join=scope.join(),
        form=Literal(source.form),
        participants=scope.participants(),
        records=scope.records(),
        further=further,
    )
    key = ("participant", *(field.column.name for field in placed if field.column.name in KEYS))
    dataset = Dataset(*_named(name, label, further), _columns(shown), key=key)
    order = SQL("participant, visit_place, repeat, key_place")
    return Table(dataset, select, order, scope.alterations(found))


KEYS = ("visit", "repeat", "group_key")


def _placed(source: Rows) -> tuple[Field, ...]:
    """What says which record of the participant it is, and which row of a group."""
    of_record = (fields.REPEAT,) if STUDY.schedule.log(source.form) else OF_VISIT
    if not source.group:
        return of_record
    return (*of_record, Field(_key(source), source.key, PLAIN))


def _key(source: Rows) -> Column:
    row = source.row
    keys = row.keys if issubclass(row, GroupAnswers) else None
    if keys is None:
        return Column("group_key", "Number of the row", Kind.WHOLE)
    return Column("group_key", "Row", Kind.CODE, codes=keys.terms)


def _named(name: str, label: str, further: Composable) -> tuple[str, str]:
    """Name and label of a table that has all visits, or those alone that are not planned."""
    return (name, label) if further is EVERYTHING else (name + UNSCHEDULED, label + AT_UNSCHEDULED)


def _code(scope: Scope) -> Composable:
    """What rows are sorted by first: the code of the participant, as it is shown."""
    (participant,) = scope.shown([fields.PARTICIPANT])
    return participant.stored


def _columns(shown: tuple[Field, ...]) -> tuple[Column, ...]:
    return tuple(field.column for field in shown)
