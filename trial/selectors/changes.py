"""What is new since a position of a client: a cursor into the one order of all changes.

The order is that of the epoch, the transaction and the event. A transaction gets its number when it first
writes and may be committed long after a later one, so only the changes below the oldest transaction that
still writes are given out: nothing can come in before them any more. Of an earlier epoch nobody writes.
"""

from dataclasses import astuple, dataclass
from typing import Any

from django.db import connection
from django.db.models import Model, Q
from django.db.models.expressions import RawSQL

from trial.concealment import CURSOR, InvalidToken, conceal, reveal
from trial.crf import registry
from trial.models import Participant, Record, Visit
from trial.refusals import Refusal

# Instead of a cursor: the position of this moment, with nothing before it.
NOW = "now"

# Of an event `e`; an index holds them in this order, and both bounds are of it.
IN_ORDER = "e.epoch, e.xact, e.id"
NEWEST_FIRST = "e.epoch desc, e.xact desc, e.id desc"
AFTER = f"({IN_ORDER}) > (%(epoch)s, %(xact)s::text::xid8, %(event)s)"
SETTLED = "(e.epoch, e.xact) < ((select max(id) from trial_epoch), pg_snapshot_xmin(pg_current_snapshot()))"

LAST = f"""
select e.epoch, e.xact::text::bigint as xact, e.id from trial_event e
where {SETTLED} order by {NEWEST_FIRST} limit 1
"""  # nosec B608
STANDS = "select exists (select from trial_event where id = %s and epoch = %s and xact = %s::text::xid8)"

# The tables of which a participant consists: what the list and the casebook show.
PARTS: list[type[Model]] = [Participant, Visit, Record]
PARTS += [row for form in registry.FORMS for row in (form, *form.groups)]
OF_PARTICIPANTS = [part._meta.db_table for part in PARTS]
CHANGED_PARTICIPANTS = """
select coalesce(r.participant_id, case e.table_name
    when 'trial_participant' then e.key::bigint else (e.row ->> 'participant_id')::bigint end)
from trial_event e left join trial_record r on r.id = e.record_id
where (e.epoch, e.xact, e.id) > (%s, %s::text::xid8, %s) and e.table_name = any(%s)
"""


@dataclass(frozen=True, order=True)
class Cursor:
    """The last change that a client was given, or passed over because it may not see it."""

    epoch: int
    xact: int
    event: int

    @property
    def values(self) -> dict[str, Any]:
        """What `AFTER` asks about."""
        return {"epoch": self.epoch, "xact": self.xact, "event": self.event}


START = Cursor(0, 0, 0)


def write(cursor: Cursor) -> str:
    """The cursor as a client keeps it: it says to nobody how much lies before it."""
    return conceal(" ".join(map(str, astuple(cursor))), CURSOR)


def read(text: str, name: str) -> Cursor:
    """The cursor that a client sends as the parameter `name`; empty means the beginning.

    Refused: what no answer of ours gave, and what stands behind changes that a restore has undone.
    """
    if not text:
        return START
    if text == NOW:
        return now()
    cursor = _opened(text, name)
    if cursor != START and not _stands(cursor):
        raise Refusal("cursor_lost")
    return cursor


def now() -> Cursor:
    """The last change below the oldest transaction that still writes."""
    with connection.cursor() as found:
        found.execute(LAST)
        row = found.fetchone()
    return Cursor(*row) if row else START


def changed_participants(since: Cursor) -> Q:
    """A filter that admits the participants of whom a state, a visit or a form changed since then.

    Later changes may be among them, too: take the next cursor (`since=now`) before you read the list.
    """
    values = [*astuple(since), OF_PARTICIPANTS]
    return Q(pk__in=RawSQL(CHANGED_PARTICIPANTS, values))  # nosec B611  # a constant


def _opened(text: str, name: str) -> Cursor:
    try:
        return Cursor(*map(int, reveal(text, CURSOR).split()))
    except (InvalidToken, UnicodeError, ValueError, TypeError):
        raise Refusal("cursor", name=name) from None


def _stands(cursor: Cursor) -> bool:
    with connection.cursor() as found:
        found.execute(STANDS, [cursor.event, cursor.epoch, cursor.xact])
        return bool(found.fetchone()[0])
