"""What is new since a cursor, for one reader: every change of data once, in the order in which it settled.

The reader is given what the pages show: of the sites where the person may see data, without candidates of
questions where those are hidden, and nothing of accounts. What is hidden leaves no gap and no number; only
behind tens of thousands of hidden changes in a row is a page short. One statement a page, however deep it
lies, and one more for each 1,000 changes that are hidden.
"""

import json
from dataclasses import astuple, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Model, Q
from django.db.models.expressions import RawSQL

from forms_app.models import Attachment, Comment, Lock, Query, SafetyAlert, Signature, Verification
from forms_app.models.lock import LOCKED
from forms_app.models.verification import CHANGED, VERIFIED
from forms_app.selectors.audit import (
    ADMITTED,
    BELONGS,
    OF_VISIT,
    ROWS_OF_FORMS,
    asked_about,
    named_rows,
)
from forms_app.selectors.queries import sees_all
from trial.access import Right, check_right, sites_with
from trial.lifecycle import COMPLETE
from trial.models import Participant, Record, User, Visit
from trial.selectors.changes import AFTER, IN_ORDER, SETTLED, Cursor

# What is told of, by the table that holds it.
NOUNS: dict[type[Model], str] = {
    Participant: "participant",
    Visit: "visit",
    Record: "record",
    **dict.fromkeys(ROWS_OF_FORMS, "record"),
    Comment: "comment",
    Attachment: "attachment",
    SafetyAlert: "safety_alert",
    Query: "query",
    Verification: "verification",
    Signature: "signature",
    Lock: "lock",
}
NOUN_OF = {model._meta.db_table: noun for model, noun in NOUNS.items()}
ROW_TABLES = [model._meta.db_table for model in ROWS_OF_FORMS]
QUERY_TABLE = Query._meta.db_table

# A question is told by its state, otherwise said where somebody waits for it.
OF_STATE = {"candidate": "proposed", "open": "asked"}
VERSIONED = (Record._meta.db_table, Visit._meta.db_table)


class Act(StrEnum):
    """What can happen to what is told of."""

    CREATED = "created"
    CHANGED = "changed"
    # Of a participant, to another state.
    MOVED = "moved"
    COMPLETED = "completed"
    REMOVED = "removed"
    RESTORED = "restored"
    # By hand, and by nothing of ours.
    DELETED = "deleted"
    PROPOSED = "proposed"
    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    VERIFIED = "verified"
    # By a change of what was verified.
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    SIGNED = "signed"
    BROKEN = "broken"
    FROZEN = "frozen"
    LOCKED = "locked"
    UNLOCK_ASKED = "unlock asked"
    UNLOCK_DECLINED = "unlock declined"
    RELEASED = "released"


# So many changes are looked at in one statement, whether the reader sees them or not: however the planner
# misjudges what is hidden, it does not read the whole ledger for a page.
LOOKED_AT = 1_000
# Whoever has still not found enough among so many times so many is given what there is, and asks again.
LOOKS = 50
IN_QUESTION = f"""
select {IN_ORDER} from trial_event e where {AFTER} and {SETTLED} order by {IN_ORDER} limit {LOOKED_AT}
"""  # nosec B608
# The page, and beside it the last change that was looked at: there a reader goes on for whom nothing is left.
# Both are read in one statement, or a change could settle between them. Rows of a form are told by their
# record; where by hand they changed alone, they are told themselves. Which transaction an event is of is
# compared as text: it is to be looked up by its record, for a transaction may be large.
CHANGES = f"""
with looked_at as materialized ({IN_QUESTION}),
last as materialized (
    select epoch, xact::text::bigint as xact, id, (select count(*) from looked_at) as looked
    from looked_at order by epoch desc, xact desc, id desc limit 1
),
page as materialized (
    select k.epoch, k.xact, k.id, e.table_name, e.key, e.operation, e.record_id, e.row, e.at,
           record.form, record.repeat, record.visit_id,
           participant.code as participant, s.code as site
    from ({IN_QUESTION}) k
    cross join lateral (select x.* from trial_event x where x.id = k.id offset 0) e
    {BELONGS.format(with_before=f"and e.table_name = '{QUERY_TABLE}'")}
    {ADMITTED}
      and not (e.table_name = any(%(row_tables)s) and exists (
          select from trial_event x
          where x.record_id = e.record_id and x.table_name = 'trial_record'
            and (x.epoch::text, x.xact::text) = (k.epoch::text, k.xact::text)))
    order by k.epoch, k.xact, k.id limit %(rows)s
)
select last.epoch as last_epoch, last.xact as last_xact, last.id as last_id, last.looked,
       e.epoch, e.xact::text::bigint as xact, e.id, e.table_name, e.key, e.operation, e.at,
       e.row as after, before.row as before, e.form, e.repeat, e.participant, e.site,
       visit.row ->> 'code' as visit
from (values (1)) as one (row_of_its_own)
left join last on true
left join (page e
    cross join lateral (select e.visit_id) record
    left join lateral (
        select x.row from trial_event x
        where x.table_name = e.table_name and x.key = e.key and x.id < e.id
        order by x.id desc limit 1
    ) before on true
    {OF_VISIT}
) on true
order by {IN_ORDER}
"""  # nosec B608
CHANGED_QUERIES = """
select e.key::bigint from trial_event e
where (e.epoch, e.xact, e.id) > (%s, %s::text::xid8, %s) and e.table_name = %s
"""


@dataclass(frozen=True)
class Change:
    """One change: what of (`noun`), what happened (`act`), where it belongs.

    `number` is the key of a lock, `item` the path of an item, `check` the code of a question within its item,
    `scope` what a signature or a lock covers, `version` the version of a record or visit after it.
    """

    noun: str
    act: Act
    at: datetime
    site: str
    participant: str
    visit: str
    form: str
    repeat: int
    item: str
    check: str
    scope: str
    number: int | None
    version: int | None


@dataclass(frozen=True)
class Page:
    """Changes in order; `next` is where to go on, now or later, and `more` says whether to go on at once."""

    changes: list[Change]
    next: Cursor
    more: bool


def read(person: User, since: Cursor, most: int) -> Page:
    """The changes after a cursor, `most` at most, that a person may see."""
    check_right(person, Right.VIEW_DATA)
    sites = sites_with(person, Right.VIEW_DATA)
    asked = {
        **asked_about(
            list(NOUN_OF),
            [site.pk for site in sites],
            whole=[site.pk for site in sites if sees_all(person, site)],
        ),
        "row_tables": ROW_TABLES,
    }
    told: list[dict[str, Any]] = []
    for _look in range(LOOKS):
        rows = _rows({**asked, **since.values, "rows": most + 1 - len(told)})
        told += (row for row in rows if row["id"] is not None)
        if len(told) > most:
            last = told[most - 1]
            return _page(told[:most], Cursor(last["epoch"], last["xact"], last["id"]), more=True)
        looked = rows[0]["looked"]
        if looked:
            since = Cursor(rows[0]["last_epoch"], rows[0]["last_xact"], rows[0]["last_id"])
        # As long as all that was looked at is hidden, there may be something behind it.
        if looked != LOOKED_AT:
            return _page(told, since, more=False)
    return _page(told, since, more=True)


def changed_queries(since: Cursor) -> Q:
    """A filter that admits the questions that were asked or moved since then, as `changed_participants`."""
    return Q(pk__in=RawSQL(CHANGED_QUERIES, [*astuple(since), QUERY_TABLE]))  # nosec B611  # a constant


def _rows(values: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, values)
        return named_rows(cursor.description, cursor.fetchall())


def _page(told: list[dict[str, Any]], following: Cursor, *, more: bool) -> Page:
    return Page([_change(row) for row in told], following, more)


def _change(row: dict[str, Any]) -> Change:
    noun, after, before = NOUN_OF[row["table_name"]], json.loads(row["after"]), _json(row["before"])
    return Change(
        noun=noun,
        act=_act(noun, row, before, after),
        at=row["at"],
        site=row["site"] or "",
        participant=row["participant"] or "",
        visit=row["visit"] or "",
        form=row["form"] or "",
        repeat=row["repeat"] or 1,
        item=after.get("item") or "",
        check=after.get("check_code") or "",
        scope=after.get("scope") or "",
        number=int(row["key"]) if noun == "lock" else None,
        version=after.get("version") if row["table_name"] in VERSIONED else None,
    )


def _act(noun: str, row: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> Act:
    """What happened, from the row before (empty for a new one) and after. Columns that an event of an earlier
    schema did not have yet are as good as empty."""
    if row["operation"] == "delete":
        return Act.DELETED
    match noun:
        case "query":
            return _of_query(before, after)
        case "verification":
            return {VERIFIED: Act.VERIFIED, CHANGED: Act.LAPSED}.get(after["state"], Act.WITHDRAWN)
        case "signature":
            return Act.BROKEN if after.get("broken_at") else Act.SIGNED
        case "lock":
            return _of_lock(before, after)
    return _of_data(noun, row, before, after)


def _of_query(before: dict[str, Any], after: dict[str, Any]) -> Act:
    state = after["state"]
    return Act.CHANGED if state == before.get("state") else Act(OF_STATE.get(state, state))


def _of_lock(before: dict[str, Any], after: dict[str, Any]) -> Act:
    if not before:
        return Act.LOCKED if after["kind"] == LOCKED else Act.FROZEN
    if after.get("released_at"):
        return Act.RELEASED
    return Act.UNLOCK_ASKED if after.get("unlock_requested_at") else Act.UNLOCK_DECLINED


def _of_data(noun: str, row: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> Act:
    if not before:
        # A row that was added by hand is a change of its record.
        return Act.CHANGED if row["table_name"] in ROW_TABLES else Act.CREATED
    if bool(after.get("removed")) != bool(before.get("removed")):
        return Act.REMOVED if after.get("removed") else Act.RESTORED
    has_moved = after.get("state") != before.get("state")
    if noun == "record" and has_moved and after["state"] == COMPLETE:
        return Act.COMPLETED
    return Act.MOVED if noun == "participant" and has_moved else Act.CHANGED


def _json(value: str | None) -> dict[str, Any]:
    """Django leaves JSON as text to its own fields."""
    read: dict[str, Any] = json.loads(value) if value else {}
    return read
