"""Reads of the ledger for those who may read the audit trail."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from trial.access import Right, check_right
from trial.models import LedgerCheck, Seal, User

# What no seal covers yet: how many events, and the time of the oldest.
UNSEALED = """
select count(*), min(e.at) from trial_event e
where e.xact >= coalesce((select s.to_xact from trial_seal s order by s.number desc limit 1), '0'::xid8)
    and e.epoch = (select max(id) from trial_epoch)
"""


@dataclass(frozen=True)
class Standing:
    """How far the ledger is sealed, and what the last verification found, if there was one."""

    seals: list[Seal]
    unsealed: int
    oldest_unsealed: datetime | None
    check: LedgerCheck | None

    @property
    def waiting_seconds(self) -> int:
        """For how long the oldest event has waited for its seal."""
        if self.oldest_unsealed is None:
            return 0
        return max(0, int((timezone.now() - self.oldest_unsealed).total_seconds()))


def standing(user: User, newest: int) -> Standing:
    """The newest seals first; three statements."""
    check_right(user, Right.VIEW_AUDIT)
    with connection.cursor() as cursor:
        cursor.execute(UNSEALED)
        unsealed, oldest = cursor.fetchone()
    seals = list(Seal.objects.defer("leaves").order_by("-number")[:newest])
    return Standing(seals, unsealed, oldest, LedgerCheck.objects.last())
