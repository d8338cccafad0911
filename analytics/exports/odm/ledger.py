"""The changes of one participant's rows, as the ledger has them, in the order in which they were made."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from forms_app.selectors.documents import Exact
from forms_app.selectors.queries import EVENT_IS_PUT, EVENT_VALUES
from trial.audit import belonging
from trial.models import Participant

DELETE = "delete"

# A question that was never put to the site is told to nobody who might be of the site.
EVENTS = f"""
select e.id, e.table_name, e.key, e.record_id, e.operation, e.row::text, e.actor_id, e.reason, e.at
from trial_event e
left join lateral (
    select x.row from trial_event x
    where x.table_name = e.table_name and x.key = e.key and x.id < e.id and e.table_name = 'forms_app_query'
    order by x.id desc limit 1
) before on true
where {belonging.EVENTS} and (e.table_name <> 'forms_app_query' or {EVENT_IS_PUT})
order by e.id
"""  # nosec B608


@dataclass(frozen=True)
class Change:
    """One event: the row as it was before (None when there was none) and after (None when it was deleted).

    Decimals are exact. `actor` is the key of an account, or tells who was no person.
    """

    id: int
    table: str
    key: str
    record: int | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    actor: int | None
    reason: str
    at: datetime

    @property
    def row(self) -> dict[str, Any]:
        """The row after, or the one that was deleted."""
        row = self.after if self.after is not None else self.before
        assert row is not None
        return row

    @property
    def changed(self) -> dict[str, Any]:
        """The columns that are not what they were."""
        if self.before is None or self.after is None:
            return self.row
        return {name: value for name, value in self.after.items() if self.before.get(name) != value}


def changes(participant: Participant) -> Iterator[Change]:
    """Every change of what belongs to the participant; two statements.

    Refuses nothing: who may read it was asked before.
    """
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    values = {**belonging.values(participant), **EVENT_VALUES}
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, values)
        for number, table, key, record, operation, text, actor, reason, at in cursor:
            row = json.loads(text, cls=Exact)
            before = latest.get((table, key))
            yield Change(
                number, table, key, record, before, None if operation == DELETE else row, actor, reason, at
            )
            latest[table, key] = row
