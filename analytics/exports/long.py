"""The long shape: one row for each item of each saved record, empty ones too.

Removed records, and removed rows of groups, are left out. A group with fixed rows (left and right) has all of
them, filled or not. `signed` says "signed" when a signature over the record stands that no change broke,
"broken" when all of them are broken; whether what is stored is still what was signed is told in the shape of
signatures. Of a coded answer the label stands beside the code.
"""

from collections.abc import Iterator

from psycopg2.sql import SQL, Composable, Identifier, Literal

from analytics.exports import cells, fields, rows
from analytics.exports.dataset import Column, Dataset, Kind
from analytics.exports.fields import Field
from analytics.exports.rows import Rows
from analytics.exports.scope import Scope
from analytics.exports.table import Table, named
from trial.crf import registry
from trial.crf.privacy import PLAIN

RECORDS = """
select r.id, r.form, r.repeat, r.state, r.version, {signed} as signed, s.code as site, p.code as participant,
       p.state as participant_state, v.code as visit, v.visit_date, {visit_place} as visit_place{veil}
from trial_record r
join trial_participant p on p.id = r.participant_id
join trial_site s on s.id = p.site_id
left join trial_visit v on v.id = r.visit_id
{join}
where {participants} and {records}
"""

# What rows are sorted by stands first: to reach it behind seventeen texts, for each comparison, is slow.
SOURCE = """
select {participant} as participant, r.visit_place, {form_place} as form_place, r.repeat,
       {group_place} as group_place, {key_place} as key_place, i.place as item_place,
       i.is_decimal as is_decimal, {columns}
from record r
{rows}
cross join lateral (values {items}) as i (place, item, label, value, value_label, unit, missing, is_decimal)
where r.form = {form}
"""

# Of the same columns, for a scope in which no item is left.
NO_ROWS = """
select null as participant, 0 as visit_place, 0 as form_place, 0 as repeat, 0 as group_place, 0 as key_place,
       0 as item_place, false as is_decimal, {} where false
"""

ORDER = SQL("participant, visit_place, form_place, repeat, group_place, key_place, item_place")
DECIMALS = {"value": SQL("t.is_decimal")}

FORMS = tuple((form.code, form.title) for form in registry.FORMS)


def _of_record(field: Field) -> Field:
    return field.at(Identifier("r", field.column.name))


SITE, PARTICIPANT, PARTICIPANT_STATE, VISIT, VISIT_DATE = map(
    _of_record, (fields.SITE, fields.PARTICIPANT, fields.STATE, fields.VISIT, fields.VISIT_DATE)
)


def tables(scope: Scope) -> Iterator[Table]:
    """The one table."""
    items = [field for source in rows.every(scope) for field in _items(scope, source)]
    of_rows = _columns("", cells.NOTHING)
    shown = scope.shown(of_rows, "r")
    dataset = Dataset(
        "long",
        "One row for each item of each form",
        tuple(field.column for field in shown),
        key=("participant", "visit", "form", "repeat", "group", "group_key", "item"),
    )
    select = SQL("with record as ({}) {}").format(_records(scope), _rows(scope, shown))
    yield Table(dataset, select, ORDER, scope.alterations([*of_rows, *items]), DECIMALS)


def _records(scope: Scope) -> Composable:
    veil = SQL(", d.veil_code, d.veil_site, d.veil_shift, d.veil_anchor") if scope.veil else SQL("")
    return SQL(RECORDS).format(
        signed=fields.SIGNED.stored,
        visit_place=fields.VISIT_PLACE,
        veil=veil,
        join=scope.join(),
        participants=scope.participants(),
        records=scope.records(),
    )


def _rows(scope: Scope, shown: tuple[Field, ...]) -> Composable:
    found = [_select(scope, source) for source in rows.every(scope) if list(_shown_items(scope, source))]
    none = SQL(NO_ROWS).format(named([cells.NOTHING] * len(shown)))
    return SQL(" union all ").join(found) if found else none


def _select(scope: Scope, source: Rows) -> Composable:
    (participant,) = scope.shown([PARTICIPANT], "r")
    shown = scope.shown(_columns(source.group, source.key), "r")
    return SQL(SOURCE).format(
        participant=participant.stored,
        columns=named([field.text() for field in shown]),
        form_place=Literal(source.form_place),
        group_place=Literal(source.group_place),
        key_place=source.key_place,
        rows=source.join,
        items=SQL(", ").join(_item_rows(scope, source)),
        form=Literal(source.form),
    )


def _columns(group: str, key: Composable) -> list[Field]:
    return [
        fields.STUDY_CODE,
        *(SITE, PARTICIPANT, PARTICIPANT_STATE, VISIT, VISIT_DATE),
        fields.coded("form", "Form", FORMS, "r.form"),
        fields.REPEAT,
        Field(Column("group", "Group of rows in the form"), cells.text(group), PLAIN),
        Field(Column("group_key", "Row of the group"), key, PLAIN),
        *(_of_item(*each) for each in OF_ITEM),
        _of_item("missing", "Why there is no value", Kind.CODE, fields.MISSING_CODES),
        fields.RECORD_STATE,
        fields.RECORD_VERSION,
        fields.SIGNED.at(Identifier("r", "signed")),
    ]


OF_ITEM = (
    ("item", "Item"),
    ("label", "Label of the item"),
    ("value", "Value"),
    ("value_label", "Label of the value"),
    ("unit", "Unit of the value"),
)


def _of_item(name: str, label: str, kind: Kind = Kind.TEXT, codes: tuple[tuple[str, str], ...] = ()) -> Field:
    return Field(Column(name, label, kind, codes=codes), Identifier("i", name), PLAIN)


def _items(scope: Scope, source: Rows) -> Iterator[Field]:
    for item in scope.items(source.row):
        yield fields.of_item(source.form, source.row, item)


def _shown_items(scope: Scope, source: Rows) -> Iterator[tuple[Field, Composable]]:
    """The items as they are shown, each with its missing code."""
    for item, field in zip(scope.items(source.row), _items(scope, source), strict=True):
        for shown in scope.shown([field], "r"):
            yield shown, cells.NOTHING if item.derived else Identifier("f", item.missing_name)


def _item_rows(scope: Scope, source: Rows) -> Iterator[Composable]:
    for place, (field, missing) in enumerate(_shown_items(scope, source)):
        column, value = field.column, field.text()
        yield SQL("({}, {}, {}, {}, {}, {}, {}::text, {})").format(
            Literal(place),
            cells.text(column.item),
            cells.text(column.label),
            value,
            cells.label(column.kind, column.codes, value) if column.codes else cells.NOTHING,
            cells.text(column.unit),
            missing,
            Literal(column.kind is Kind.DECIMAL),
        )
