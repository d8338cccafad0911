"""The audit trail of the sites at which a person may read it: events with what was there before.

It shows what the screens show: nothing of other sites, of accounts only to who may see those, no candidate
of a question to the staff of the site, and of secret addresses, keys and passwords nothing at all.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

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
from forms_app.selectors.queries import EVENT_IS_PUT, EVENT_VALUES, sees_all
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
    Webhook,
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
    ACCOUNTS: (User, Membership, SecondFactor, RecoveryCode, Site, Webhook),
}
TABLES = {kind: [model._meta.db_table for model in models] for kind, models in KINDS.items()}
KIND_OF = {table: kind for kind, tables in TABLES.items() for table in tables}
# Of an account itself, wherever its roles are.
OF_ACCOUNTS = [model._meta.db_table for model in (User, SecondFactor, RecoveryCode)]
# Tracked, and shown by no page of the audit trail.
UNSHOWN = {
    "forms_app.CalendarFeed": "the secret address of one person, who sees it under due visits",
}

# Each event with where it belongs, and whose account it is of. What belongs to what never changes; of rows
# that are gone their last event tells.
BELONGS = """
left join lateral (
    select l.participant_id, l.visit_id, l.form, l.repeat from trial_record l where l.id = e.record_id
    union all
    (select (x.row ->> 'participant_id')::bigint, (x.row ->> 'visit_id')::bigint, x.row ->> 'form',
            (x.row ->> 'repeat')::smallint
    from trial_event x
    where x.operation = 'delete' and x.table_name = 'trial_record' and x.key = e.record_id::text)
    limit 1
) record on true
left join lateral (
    select coalesce(record.participant_id, case e.table_name
        when 'trial_participant' then e.key::bigint else (e.row ->> 'participant_id')::bigint end) as id
) belongs on true
left join lateral (
    select l.code, l.site_id from trial_participant l where l.id = belongs.id
    union all
    (select x.row ->> 'code', (x.row ->> 'site_id')::bigint from trial_event x
    where x.operation = 'delete' and x.table_name = 'trial_participant' and x.key = belongs.id::text)
    limit 1
) participant on true
left join trial_site s on s.id = case e.table_name
    when 'trial_site' then e.key::bigint
    else coalesce(participant.site_id, (e.row ->> 'site_id')::bigint) end
left join trial_user account on account.id = case e.table_name
    when 'trial_user' then e.key::bigint else (e.row ->> 'user_id')::bigint end
left join lateral (
    select x.row from trial_event x
    where x.table_name = e.table_name and x.key = e.key and x.id < e.id {with_before}
    order by x.id desc limit 1
) before on true
"""
PLACED = f"from trial_event e {BELONGS}"
# What the reader may see of it.
ADMITTED = f"""
where e.table_name = any(%(tables)s)
  and case
        -- who has a role nowhere is seen by whoever sees accounts
        when e.table_name = any(%(own_tables)s) then
            exists (select from trial_membership m
                    where m.user_id = account.id and m.site_id = any(%(account_sites)s))
            or not exists (select from trial_membership m where m.user_id = account.id)
        when e.table_name = any(%(account_tables)s) then s.id = any(%(account_sites)s)
        -- a lock of the whole study belongs to every site
        when e.table_name = 'forms_app_lock' and e.row ->> 'scope' = 'study' then true
        else s.id = any(%(sites)s)
      end
  and not (e.table_name = 'forms_app_query' and s.id <> all(%(whole)s) and not {EVENT_IS_PUT})
"""  # nosec B608
# A record whose version alone went on says what its rows say.
SEEN = f"""{ADMITTED}
  and not (e.table_name = 'trial_record' and before.row is not null
           and before.row - 'version' = e.row - 'version')
"""
OF_VISIT = """left join lateral (
    select x.row from trial_event x
    where x.table_name = 'trial_visit' and x.key = case e.table_name
        when 'trial_visit' then e.key else coalesce(record.visit_id::text, e.row ->> 'visit_id') end
    order by x.id limit 1
) visit on true"""
EVENTS = f"""
select e.id, e.table_name, e.operation, e.record_id, before.row as before, e.row as after, e.actor_id,
       e.reason, e.route, e.at, record.form, record.repeat, visit.row ->> 'code' as visit,
       participant.code as participant, s.id as site_id, s.code as site, s.time_zone,
       account.full_name || ' (' || account.username || ')' as account
{PLACED}
{OF_VISIT}
{SEEN}
{{conditions}}
order by e.id {{order}}
"""  # nosec B608
# How many events of the kinds each day of each site has, by the day at the site: what the site may know of,
# and all. Only where the conditions ask is it looked at what was before.
BY_DAY = f"""
select s.id, (e.at at time zone s.time_zone)::date as day,
       count(*) filter (where e.table_name <> 'forms_app_query' or {EVENT_IS_PUT}), count(*)
{PLACED}
{SEEN} and s.id is not null {{conditions}}
group by 1, 2
"""  # nosec B608
# All that belongs to a site begins with somebody there, or with a lock.
FIRST_DAYS = """
select s.id, min((e.at at time zone s.time_zone)::date) from trial_event e
join trial_site s on s.id = (e.row ->> 'site_id')::bigint
where e.table_name in ('trial_participant', 'forms_app_lock') and s.id = any(%s)
group by 1
"""
ASKED_BEFORE = "and e.table_name in ('trial_record', 'forms_app_query')"

PEOPLE = """select l.id::text from trial_participant l where l.code = %(participant)s
union select x.key from trial_event x
where x.operation = 'delete' and x.table_name = 'trial_participant' and x.row ->> 'code' = %(participant)s"""
# By keys that have an index: whoever asks for somebody does not wait for the events of all.
OF_PARTICIPANT = f"""e.id = any(array(
    select x.id from trial_event x where x.row ->> 'participant_id' = any(array({PEOPLE}))
    union select x.id from trial_event x
        where x.table_name = 'trial_participant' and x.key = any(array({PEOPLE}))
    union select x.id from trial_event x where x.record_id = any(array(
        select y.record_id from trial_event y
        where y.row ->> 'participant_id' = any(array({PEOPLE})) and y.table_name = 'trial_record'))))
"""  # nosec B608
CONDITIONS = {
    "event": "e.id = %(event)s",
    "before": "e.id < %(before)s",
    "after": "e.id > %(after)s",
    "site": "s.code = %(site)s",
    "participant": OF_PARTICIPANT,
    "record": "e.record_id = %(record)s",
    "form": """(e.record_id in (select l.id from trial_record l where l.form = %(form)s)
or e.record_id in (
    select x.key::bigint from trial_event x
    where x.operation = 'delete' and x.table_name = 'trial_record' and x.row ->> 'form' = %(form)s))""",
    "person": "e.actor_id = %(person)s",
    "route": "e.route = %(route)s",
    # The day at the site, and around it wherever the site is: that is known before where the event belongs.
    "since": """e.at >= %(since)s::date - interval '1 day'
and (e.at at time zone coalesce(s.time_zone, 'UTC'))::date >= %(since)s""",
    "until": """e.at < %(until)s::date + interval '2 days'
and (e.at at time zone coalesce(s.time_zone, 'UTC'))::date <= %(until)s""",
    # Of an item speak the rows with its column, and whatever names it by its path.
    "item": "(e.row ->> 'item' = %(item)s "
    "or (e.row ->> %(column)s) is distinct from (before.row ->> %(column)s) "
    "or (e.row ->> %(column)s || '_missing') is distinct from (before.row ->> %(column)s || '_missing'))",
}


@dataclass(frozen=True)
class Filter:
    """What the reader wants to see; an empty part does not restrict. Days are those of the site, both
    included.

    `item` is the path of an item, `person` the key of an account, `event` the number of one event.
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
    event: int | None = None


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
    username: str
    role: str
    reason: str
    route: str


@dataclass(frozen=True)
class Page:
    """Events in order; `older` is where the next page begins, None after the last one."""

    events: list[Told]
    older: int | None


class Count(NamedTuple):
    """How many events there are, and how many of them the site may know of."""

    whole: int
    put: int


class HeldRole(NamedTuple):
    """A role that somebody holds at a site, from one day there to another, or without end; or until it was
    ended at once."""

    user: int
    site: int
    time_zone: str
    role: str
    start: date
    end: date | None
    ended_at: datetime | None

    def holds(self, at: datetime) -> bool:
        if self.ended_at is not None and self.ended_at <= at:
            return False
        day = at.astimezone(ZoneInfo(self.time_zone)).date()
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class People:
    """Names and user names of accounts by their keys, and the roles that they hold or held."""

    names: dict[int, str]
    usernames: dict[int, str]
    roles: list[HeldRole]

    def role(self, actor: int | None, site: int | None, at: datetime) -> str:
        """The roles of somebody at a site (or anywhere, where there is none) at a moment, by their labels."""
        held = {
            Role(each.role).label
            for each in self.roles
            if each.user == actor and site in (None, each.site) and each.holds(at)
        }
        return ", ".join(sorted(held))


def read(person: User, chosen: Filter, before: int | None = None) -> Page:
    """The page of the trail that begins after the event `before`; three statements, however long it is."""
    told = read_some(person, chosen, PAGE + 1, before=before)
    return Page(told[:PAGE], told[PAGE - 1].id if len(told) > PAGE else None)


def read_some(
    person: User, chosen: Filter, most: int, *, before: int | None = None, after: int | None = None
) -> list[Told]:
    """So many events: the newest before one; or those that follow one, the oldest first. Three statements."""
    statement, values = _statement(person, chosen, before, after)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} limit {most}", values)
        rows = named_rows(cursor.description, cursor.fetchall())
    return _told(rows, _people(row["actor_id"] for row in rows))


def read_all(person: User, chosen: Filter) -> Iterator[Told]:
    """The whole trail as of one moment, read in pieces."""
    statement, values = _statement(person, chosen)
    people = _people(None)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while found := cursor.fetchmany(CHUNK):
            yield from _told(named_rows(cursor.description, found), people)


def find(person: User, number: int) -> Told | None:
    """The event of this number, if the trail shows it to the person."""
    return next(iter(read(person, Filter(event=number)).events), None)


def by_day(since: Mapping[Site, date]) -> dict[int, dict[date, Count]]:
    """How many events each day of each site has, from a day of the site on; those of accounts and of reviews
    are not counted. One statement."""
    keys = [site.pk for site in since]
    tables = [table for kind in TABLES if kind not in (ACCOUNTS, REVIEWS) for table in TABLES[kind]]
    values = {**asked_about(tables, keys, whole=keys), "since": min(since.values(), default=date.max)}
    statement = BY_DAY.format(conditions=f"and {CONDITIONS['since']}", with_before=ASKED_BEFORE)
    begun = {site.pk: first for site, first in since.items()}
    found: dict[int, dict[date, Count]] = {key: {} for key in keys}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for site, day, put, number in cursor.fetchall():
            if day >= begun[site]:
                found[site][day] = Count(number, put)
    return found


def first_days(sites: Iterable[Site]) -> dict[int, date]:
    """The day of the first event of each site that has any; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_DAYS, [[site.pk for site in sites]])
        return dict(cursor.fetchall())


def actors(person: User) -> list[User]:
    """Whom a reader may choose: who holds or held a role at the sites, by name."""
    sites = sites_with(person, Right.VIEW_AUDIT)
    return list(User.objects.filter(memberships__site__in=sites).order_by("full_name", "username").distinct())


def kinds(person: User) -> dict[str, str]:
    """The kinds of events that a reader may see, with their labels."""
    accounts = bool(sites_with(person, Right.VIEW_ACCOUNTS))
    return {kind: label for kind, label in KIND_LABELS.items() if accounts or kind != ACCOUNTS}


def _statement(
    person: User, chosen: Filter, before: int | None = None, after: int | None = None
) -> tuple[str, dict[str, Any]]:
    check_right(person, Right.VIEW_AUDIT)
    sites = sites_with(person, Right.VIEW_AUDIT)
    shown = kinds(person)
    wanted = [chosen.kind] if chosen.kind in shown else ([] if chosen.kind else list(shown))
    values = {
        **vars(chosen),
        "before": before,
        "after": after,
        "column": chosen.item.rpartition(".")[2],
        **asked_about(
            [table for kind in wanted for table in TABLES[kind]],
            [site.pk for site in sites if chosen.site in ("", site.code)],
            whole=[site.pk for site in sites if sees_all(person, site)],
            accounts=[site.pk for site in sites_with(person, Right.VIEW_ACCOUNTS)],
        ),
    }
    asked = (condition for name, condition in CONDITIONS.items() if values[name] not in ("", None))
    conditions = " ".join(f"and {condition}" for condition in asked)
    order = "desc" if after is None else "asc"
    return EVENTS.format(conditions=conditions, with_before="", order=order), values


def asked_about(
    tables: list[str], sites: list[int], *, whole: list[int], accounts: Iterable[int] = ()
) -> dict[str, Any]:
    """What every statement asks about; `whole` are the sites of which everything is seen."""
    return {
        "tables": tables,
        "sites": sites,
        "whole": whole,
        "account_sites": list(accounts),
        "account_tables": TABLES[ACCOUNTS],
        "own_tables": OF_ACCOUNTS,
        **EVENT_VALUES,
    }


def named_rows(description: Any, found: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    names = [column[0] for column in description]
    return [dict(zip(names, row, strict=True)) for row in found]


def _people(actors: Iterable[int | None] | None) -> People:
    """Of these actors, or of everybody; two statements."""
    users, memberships = User.objects.all(), Membership.objects.all()
    if actors is not None:
        keys = {actor for actor in actors if actor}
        users, memberships = users.filter(pk__in=keys), memberships.filter(user__in=keys)
    own = {each.pk: each.full_name for each in (COMMAND_LINE, SYSTEM)}
    found = list(users.values_list("pk", "full_name", "username"))
    names = own | {key: name for key, name, _username in found}
    usernames = {key: username for key, _name, username in found}
    columns = ("user_id", "site_id", "site__time_zone", "role", "valid_from", "valid_to", "ended_at")
    return People(names, usernames, [HeldRole(*row) for row in memberships.values_list(*columns)])


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
        username=people.usernames.get(actor or 0, ""),
        role=people.role(actor, row["site_id"], row["at"]),
        reason=row["reason"],
        route=row["route"],
    )


def _json(value: str | None) -> dict[str, Any] | None:
    """Django leaves JSON as text to its own fields."""
    read: dict[str, Any] | None = json.loads(value) if value else None
    return read
