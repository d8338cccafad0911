"""Which events belong to one participant, in SQL."""

from typing import Any

from trial.models import Participant, Record

# What `e.row` says of whom it belongs to; the values come twice from `values`.
EVENTS = """(e.record_id = any(%(records)s)
or (e.table_name = 'trial_participant' and e.key = %(participant)s)
or e."row" ->> 'participant_id' = %(participant)s)"""

# The same of a live row `l.row` of the table that `%(table)s` names.
ROWS = """((l.row ->> 'record_id')::bigint = any(%(records)s)
or (%(table)s = 'trial_participant' and l.key = %(participant)s)
or l.row ->> 'participant_id' = %(participant)s)"""


def values(participant: Participant, using: str = "default") -> dict[str, Any]:
    """What the conditions ask about."""
    records = Record.objects.using(using).filter(participant=participant).values_list("id", flat=True)
    return {"participant": str(participant.pk), "records": list(records)}
