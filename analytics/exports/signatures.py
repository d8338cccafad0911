"""The shape of signatures: one row for each, broken ones too.

`intact` is found anew for the file: no change broke the signature, and the hash of what is stored is the one
that was signed.
"""

from collections.abc import Iterator

from psycopg2.sql import SQL, Composable

from analytics.exports import cells
from analytics.exports.table import Table, named
from forms_app.selectors.signatures import standing_sql
from trial.models import Site
from trial.protocol import STUDY

HEADER = (
    *("study", "site", "participant", "scope", "visit", "form", "repeat"),
    *("signer", "username", "role", "meaning", "signed_at", "content_hash", "intact", "broken_at"),
)

SELECT = """
select {columns}, t.participant_code as place, t.signed_at as since, t.id as number
from ({standing}) as t
join trial_participant p on p.id = t.participant_id
join trial_site s on s.id = p.site_id
join trial_user u on u.id = t.signer_id
"""

OVER = "s.participant_id in (select id from trial_participant where site_id = any (array[{keys}]::bigint[]))"

UTC = "to_char(t.{} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

ORDER = SQL("place, since, number")


def table(sites: tuple[Site, ...]) -> Table:
    """The table of these sites."""
    keys = ", ".join(str(int(site.pk)) for site in sites)
    standing = SQL(standing_sql(OVER.format(keys=keys)))
    return Table(HEADER, SQL(SELECT).format(columns=named(list(_columns())), standing=standing), ORDER)


def _columns() -> Iterator[Composable]:
    """In the order of the header."""
    yield cells.text(STUDY.code)
    for column in ("s.code", "t.participant_code", "t.scope", "t.visit_code", "t.form", "t.repeat"):
        yield SQL(f"{column}::text")
    for column in ("t.printed_name", "u.username", "t.role", "t.meaning"):
        yield SQL(f"{column}::text")
    yield SQL(UTC.format("signed_at"))
    yield SQL("t.content_hash::text")
    yield SQL("(t.broken_at is null and t.matches)::text")
    yield SQL(UTC.format("broken_at"))
