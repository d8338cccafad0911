"""The audit trail of the sites at which a person may read it: events with what was there before.

It shows what the screens show: nothing of other sites, of accounts only to who may see those, no candidate
of a question to the staff of the site, and of secret addresses, keys and passwords nothing at all.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from forms_app.models import (
    Attachment,
    Comment,
    Lock,
    Query,
    SafetyAlert,
    Signature,
    Verification,
)
from forms_app.selectors.history import Change
from forms_app.selectors.queries import sees_all
from trial.access import Right, Role, check_right, sites_with
from trial.audit.context import COMMAND_LINE, SYSTEM
from trial.crf import registry
from trial.models import (
    AuditReview,
    Membership,
    Participant,
    Record,
    RecoveryCode,
    SecondFactor,
    Site,
    User,
    Visit,
)
from trial.protocol.marker import N_

PAGE = 50
CHUNK = 2_000

DATA, QUERIES, VERIFICATION = "data", "queries", "verification"
SIGNATURES, LOCKS, REVIEWS, ACCOUNTS = "signatures", "locks", "reviews", "accounts"
KIND_LABELS = {
    DATA: N_("Data"),
    QUERIES: N_("Questions"),
    VERIFICATION: N_("Verification"),
    SIGNATURES: N_("Signatures"),
    LOCKS: N_("Locks"),
    REVIEWS: N_("Reviews of the audit trail"),
    ACCOUNTS: N_("Accounts"),
}
ROWS_OF_FORMS = [row for form in registry.FORMS for row in (form, *form.groups)]
# What each kind of event is about; the tables of a kind that a page names are told in its own words.
KINDS: dict[str, tuple[type[Model], ...]] = {
    DATA: (Participant, Visit, Record, *ROWS_OF_FORMS, Comment, Attachment, SafetyAlert),
    QUERIES: (Query,),
    VERIFICATION: (Verification,),
    SIGNATURES: (Signature,),
    LOCKS: (Lock,),
    REVIEWS: (AuditReview,),
    ACCOUNTS: (User, Membership, SecondFactor, RecoveryCode, Site),
}
TABLES = {kind: [model._meta.db_table for model in models] for kind, models in KINDS.items()}
KIND_OF = {table: kind for kind, tables in TABLES.items() for table in tables}
# Of an account itself, wherever its roles are.
OF_ACCOUNTS = [model._meta.db_table for model in (User, SecondFactor, RecoveryCode)]
# Tracked, and shown by no page of the audit trail.
UNSHOWN = {
    "forms_app.CalendarFeed": "the secret address of one person, who sees it under due visits",
}

# Which site an event belongs to is read from the events themselves: what something belongs to never changes,
# and the row may be gone.
EVENTS = """
select e.id, e.table_name, e.operation, e.record_id, before.row as before, e.row as after, e.actor_id,
       e.reason, e.route, e.at, record.row ->> 'form' as form, (record.row ->> 'repeat')::int as repeat,
       visit.row ->> 'code' as visit, participant.row ->> 'code' as participant, s.id as site_id,
       s.code as site, s.time_zone, account.full_name as account
from trial_event e
left join lateral (
    select x.row from trial_event x
    where x.table_name = 'trial_record' and x.key = e.record_id::text order by x.id limit 1
) record on true
left join lateral (
    select x.row from trial_event x
    where x.table_name = 'trial_visit' and x.key = case e.table_name
        when 'trial_visit' then e.key else coalesce(record.row ->> 'visit_id', e.row ->> 'visit_id') end
    order by x.id limit 1
) visit on true
left join lateral (
    select x.row from trial_event x
    where x.table_name = 'trial_participant' and x.key = case e.table_name
        when 'trial_participant' then e.key
        else coalesce(record.row ->> 'participant_id', e.row ->> 'participant_id') end
    order by x.id limit 1
) participant on true
left join trial_site s on s.id::text = case e.table_name
    when 'trial_site' then e.key else coalesce(participant.row ->> 'site_id', e.row ->> 'site_id') end
left join trial_user account on account.id::text = case e.table_name
    when 'trial_user' then e.key else e.row ->> 'user_id' end
left join lateral (
    select x.row from trial_event x
    where x.table_name = e.table_name and x.key = e.key and x.id < e.id order by x.id desc limit 1
) before on true
where e.table_name = any(%(tables)s)
  and case
        -- who has a role nowhere is seen by whoever sees accounts
        when e.table_name = any(%(own_tables)s) then
            exists (select from trial_membership m
                    where m.user_id = account.id and m.site_id = any(%(account_sites)s))
            or not exists (select from trial_membership m where m.user_id = account.id)
        when e.table_name = any(%(account_tables)s) then s.id = any(%(account_sites)s)
        -- a lock of the whole study belongs to every site
        when e.table_name = 'forms_app_lock' and s.id is null then true
        else s.id = any(%(sites)s)
      end
  and not (e.table_name = 'forms_app_query' and s.id <> all(%(whole)s)
           and (e.row ->> 'state' = 'candidate'
                or (e.row ->> 'state' = 'cancelled'
                    and coalesce(before.row ->> 'state', 'candidate') in ('candidate', 'cancelled'))))
  and not (e.table_name = 'trial_record' and before.row is not null
           and before.row - 'version' = e.row - 'version')
  {conditions}
order by e.id desc
"""

CONDITIONS = {
    "before": "e.id < %(before)s",
    "site": "s.code = %(site)s",
    "participant": "participant.row ->> 'code' = %(participant)s",
    "record": "e.record_id = %(record)s",
    "form": "record.row ->> 'form' = %(form)s",
    "person": "e.actor_id = %(person)s",
    "route": "e.route = %(route)s",
    "since": "(e.at at time zone coalesce(s.time_zone, 'UTC'))::date >= %(since)s",
    "until": "(e.at at time zone coalesce(s.time_zone, 'UTC'))::date <= %(until)s",
    # Of an item speak the rows with its column, and whatever names it by its path.
    "item": "(e.row ->> 'item' = %(item)s "
    "or (e.row ->> %(column)s) is distinct from (before.row ->> %(column)s) "
    "or (e.row ->> %(column)s || '_missing') is distinct from (before.row ->> %(column)s || '_missing'))",
}


# Each event of the sites but those of accounts, whoever looks: by the day at the site.
BY_DAY = """
with record as (
    select distinct on (key) key, row ->> 'participant_id' as participant from trial_event
    where table_name = 'trial_record' order by key, id
), participant as (
    select distinct on (key) key, row ->> 'site_id' as site from trial_event
    where table_name = 'trial_participant' order by key, id
)
select s.id, (e.at at time zone s.time_zone)::date as day, count(*)
from trial_event e
left join record r on r.key = e.record_id::text
left join participant p on p.key = case e.table_name
    when 'trial_participant' then e.key else coalesce(r.participant, e.row ->> 'participant_id') end
join trial_site s on s.id::text = coalesce(p.site, e.row ->> 'site_id')
where e.table_name = any(%s) and s.id = any(%s)
group by 1, 2
"""


@dataclass(frozen=True)
class Filter:
    """What the reader wants to see; an empty part does not restrict. Days are those of the site, both
    included.

    `item` is the path of an item, `person` the key of an account.
    """

    kind: str = ""
    site: str = ""
    participant: str = ""
    record: int | None = None
    form: str = ""
    item: str = ""
    person: int | None = None
    route: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Told:
    """One event: the change of one row, where it belongs, and who made it in which role at that time.

    `account` is whose account it is about.
    """

    id: int
    change: Change
    operation: str
    record: int | None
    form: str
    repeat: int
    visit: str
    participant: str
    site: str
    time_zone: str
    account: str
    at: datetime
    actor: str
    role: str
    reason: str
    route: str


@dataclass(frozen=True)
class Page:
    """Events in order; `older` is where the next page begins, None after the last one."""

    events: list[Told]
    older: int | None


@dataclass(frozen=True)
class People:
    """Names of accounts by their keys, and who held which role where, from when to when."""

    names: dict[int, str]
    roles: list[tuple[int, int, str, date, date | None]]

    def role(self, actor: int | None, site: int | None, day: date) -> str:
        """The roles of somebody at a site (or anywhere, where there is none) on a day, by their labels."""
        held = {
            Role(role).label
            for user, place, role, start, end in self.roles
            if user == actor and site in (None, place) and start <= day and (end is None or day <= end)
        }
        return ", ".join(sorted(held))


def read(person: User, chosen: Filter, before: int | None = None) -> Page:
    """The page of the trail that begins after the event `before`; three statements, however long it is."""
    statement, values = _statement(person, chosen, before)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} limit {PAGE + 1}", values)
        rows = _rows(cursor.description, cursor.fetchall())
    told = _told(rows[:PAGE], _people(row["actor_id"] for row in rows))
    return Page(told, told[-1].id if len(rows) > PAGE else None)


def read_all(person: User, chosen: Filter) -> Iterator[Told]:
    """The whole trail as of one moment, read in pieces."""
    statement, values = _statement(person, chosen, None)
    people = _people(None)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while found := cursor.fetchmany(CHUNK):
            yield from _told(_rows(cursor.description, found), people)


def by_day(sites: Iterable[Site]) -> dict[int, dict[date, int]]:
    """How many events each day of each site has, whoever looks, but for those of accounts; one statement."""
    tables = [table for kind in TABLES if kind not in (ACCOUNTS, REVIEWS) for table in TABLES[kind]]
    keys = [site.pk for site in sites]
    with connection.cursor() as cursor:
        cursor.execute(BY_DAY, [tables, keys])
        found: dict[int, dict[date, int]] = {key: {} for key in keys}
        for site, day, number in cursor.fetchall():
            found[site][day] = number
    return found


def actors(person: User) -> list[User]:
    """Whom a reader may choose: who holds or held a role at the sites, by name."""
    sites = sites_with(person, Right.VIEW_AUDIT)
    return list(User.objects.filter(memberships__site__in=sites).order_by("full_name").distinct())


def kinds(person: User) -> dict[str, str]:
    """The kinds of events that a reader may see, with their labels."""
    accounts = bool(sites_with(person, Right.VIEW_ACCOUNTS))
    return {kind: label for kind, label in KIND_LABELS.items() if accounts or kind != ACCOUNTS}


def _statement(person: User, chosen: Filter, before: int | None) -> tuple[str, dict[str, Any]]:
    check_right(person, Right.VIEW_AUDIT)
    sites = sites_with(person, Right.VIEW_AUDIT)
    shown = kinds(person)
    wanted = [chosen.kind] if chosen.kind in shown else ([] if chosen.kind else list(shown))
    values: dict[str, Any] = {
        **vars(chosen),
        "before": before,
        "column": chosen.item.rpartition(".")[2],
        "tables": [table for kind in wanted for table in TABLES[kind]],
        "sites": [site.pk for site in sites],
        "account_tables": TABLES[ACCOUNTS],
        "own_tables": OF_ACCOUNTS,
        "account_sites": [site.pk for site in sites_with(person, Right.VIEW_ACCOUNTS)],
        "whole": [site.pk for site in sites if sees_all(person, site)],
    }
    asked = [condition for name, condition in CONDITIONS.items() if values[name] not in ("", None)]
    return EVENTS.format(conditions=" ".join(f"and {condition}" for condition in asked)), values


def _rows(description: Any, found: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    names = [column[0] for column in description]
    return [dict(zip(names, row, strict=True)) for row in found]


def _people(actors: Iterable[int | None] | None) -> People:
    """Of these actors, or of everybody; two statements."""
    users, memberships = User.objects.all(), Membership.objects.all()
    if actors is not None:
        keys = {actor for actor in actors if actor}
        users, memberships = users.filter(pk__in=keys), memberships.filter(user__in=keys)
    own = {each.pk: each.full_name for each in (COMMAND_LINE, SYSTEM)}
    names = own | dict(users.values_list("pk", "full_name"))
    roles = memberships.values_list("user_id", "site_id", "role", "valid_from", "valid_to")
    return People(names, list(roles))


def _told(rows: Iterable[dict[str, Any]], people: People) -> list[Told]:
    return [_one(row, people) for row in rows]


def _one(row: dict[str, Any], people: People) -> Told:
    actor = row["actor_id"]
    return Told(
        id=row["id"],
        change=Change(row["table_name"], _json(row["before"]), _json(row["after"]) or {}),
        operation=row["operation"],
        record=row["record_id"],
        form=row["form"] or "",
        repeat=row["repeat"] or 1,
        visit=row["visit"] or "",
        participant=row["participant"] or "",
        site=row["site"] or "",
        time_zone=row["time_zone"] or "UTC",
        account=row["account"] or "",
        at=row["at"],
        actor="Database owner" if actor is None else people.names.get(actor, "Unknown person"),
        role=people.role(actor, row["site_id"], row["at"].date()),
        reason=row["reason"],
        route=row["route"],
    )


def _json(value: str | None) -> dict[str, Any] | None:
    """Django leaves JSON as text to its own fields."""
    read: dict[str, Any] | None = json.loads(value) if value else None
    return read
