"""The long shape: one row for each item of each saved record, empty ones too.

Removed records, and removed rows of groups, are left out; how many records that are is told beside the
download. A group with fixed rows (left and right) has all of them, filled or not. `signed` says "signed"
when a signature over the record stands that no change broke, "broken" when all of them are broken; whether
what is stored is still what was signed is told in the shape of signatures.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg2.sql import SQL, Composable, Identifier, Literal

from analytics.exports import cells
from analytics.exports.table import Table, named
from trial.crf import registry
from trial.crf.answers import GroupAnswers, Row
from trial.models import Site
from trial.protocol import STUDY
from trial.protocol.schedule import UNSCHEDULED_FROM

HEADER = (
    *("study", "site", "participant", "participant_state", "visit", "visit_date"),
    *("form", "repeat", "group", "group_key", "item", "label", "value", "unit", "missing"),
    *("record_state", "record_version", "signed"),
)

RECORDS = """
select r.id, r.form, r.repeat, r.state, r.version, s.code as site, p.code as participant,
       p.state as participant_state, v.code as visit, v.visit_date,
       coalesce(array_position({visits}::text[], v.code::text), {unscheduled} + substr(v.code, 2)::int)
           as visit_place,
       (select case when bool_or(g.broken_at is null) then 'signed' when count(*) > 0 then 'broken' end
        from forms_app_signature g
        where g.participant_id = r.participant_id and (g.scope = 'casebook' or g.record_id = r.id
            or g.scope = 'visit' and g.visit_id = r.visit_id)) as signed
from trial_record r
join trial_participant p on p.id = r.participant_id
join trial_site s on s.id = p.site_id
left join trial_visit v on v.id = r.visit_id
where not r.removed and p.site_id = any ({sites})
"""

# What rows are sorted by stands first: to reach it behind seventeen texts, for each comparison, is slow.
SOURCE = """
select r.participant, r.visit_place, {form_place} as form_place, r.repeat, {group_place} as group_place,
       {key_place} as key_place, i.place as item_place, {columns}
from record r
{rows}
cross join lateral (values {items}) as i (place, item, label, value, unit, missing)
where r.form = {form}
"""

ORDER = SQL("participant, visit_place, form_place, repeat, group_place, key_place, item_place")


@dataclass(frozen=True)
class Source:
    """Where rows come from: the answers of a form, or a group inside it.

    `rows` joins the row `f` to the record `r`; `key` and `key_place` name the row of a group.
    """

    form: str
    form_place: int
    row: type[Row]
    rows: Composable
    group: str
    group_place: int
    key: Composable
    key_place: Composable


def table(sites: tuple[Site, ...]) -> Table:
    """The table of these sites."""
    schedule = [visit.code for visit in STUDY.schedule.visits]
    records = SQL(RECORDS).format(
        visits=Literal(schedule), unscheduled=Literal(UNSCHEDULED_FROM), sites=cells.any_of(sites)
    )
    rows = SQL(" union all ").join(_select(source) for source in sources())
    return Table(HEADER, SQL("with record as ({}) {}").format(records, rows), ORDER)


def sources() -> Iterator[Source]:
    """All forms in the order of the casebook, each followed by its groups."""
    for form_place, form in enumerate(registry.FORMS):
        yield Source(form.code, form_place, form, _answers(form), "", 0, cells.NOTHING, SQL("0"))
        for group_place, group in enumerate(form.groups, start=1):
            yield _group(form.code, form_place, group, group_place)


def _answers(row: type[Row]) -> Composable:
    return SQL("left join {} f on f.record_id = r.id").format(Identifier(row._meta.db_table))


def _group(form: str, form_place: int, group: type[GroupAnswers], group_place: int) -> Source:
    stored = Identifier(group._meta.db_table)
    if group.keys is None:
        rows = SQL("join {} f on f.record_id = r.id and not f.removed").format(stored)
        key, key_place = SQL("f.key::text"), SQL("f.key::int")
    else:
        codes = enumerate(group.keys.codes, start=1)
        fixed = SQL(", ").join(SQL("({}, {})").format(Literal(place), Literal(code)) for place, code in codes)
        rows = SQL(
            "cross join (values {}) as k (place, key) "
            "left join {} f on f.record_id = r.id and f.key = k.key and not f.removed"
        ).format(fixed, stored)
        key, key_place = SQL("k.key::text"), SQL("k.place")
    return Source(form, form_place, group, rows, group.code, group_place, key, key_place)


def _select(source: Source) -> Composable:
    return SQL(SOURCE).format(
        columns=named(_columns(source)),
        form_place=Literal(source.form_place),
        group_place=Literal(source.group_place),
        key_place=source.key_place,
        rows=source.rows,
        items=SQL(", ").join(_item_rows(source.row)),
        form=Literal(source.form),
    )


def _columns(source: Source) -> list[Composable]:
    """In the order of the header."""
    of_record = ("site", "participant", "participant_state", "visit", "visit_date", "form", "repeat")
    of_item = ("item", "label", "value", "unit", "missing")
    return [
        cells.text(STUDY.code),
        *(SQL("{}::text").format(Identifier("r", name)) for name in of_record),
        cells.text(source.group),
        source.key,
        *(Identifier("i", name) for name in of_item),
        SQL("r.state::text"),
        SQL("r.version::text"),
        SQL("r.signed::text"),
    ]


def _item_rows(row: type[Row]) -> Iterator[Composable]:
    for place, item in enumerate(row.items()):
        yield SQL("({}, {}, {}, {}, {}, {})").format(
            Literal(place),
            cells.text(item.name),
            cells.text(item.label),
            cells.value(item, "f"),
            cells.text(item.unit),
            cells.missing(item, "f"),
        )
