"""Reads of the ledger for those who may read the audit trail."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from trial.access import Right, can, check_right, sites_with
from trial.audit import proofs
from trial.audit.proofs import Proof
from trial.audit.signed_root import SignedRoot
from trial.models import Event, LedgerCheck, Participant, Record, Seal, User
from trial.refusals import Refusal

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


def proof(user: User, number: int) -> tuple[Proof, SignedRoot]:
    """The proof of an event of a participant whose audit trail a person may read.

    Any other event is refused as one that does not exist; one that no seal holds yet says so.
    """
    event = Event.objects.filter(pk=number).first()
    if event is None or not _may_see(user, event) or _is_withheld(user, event):
        raise Refusal("not_found")
    found = proofs.of_event(number)
    if found is None:
        raise Refusal("not_sealed")
    return found


def _may_see(user: User, event: Event) -> bool:
    """Whether it belongs to a participant at a site where the person may read the audit trail."""
    sites = sites_with(user, Right.VIEW_AUDIT)
    return bool(sites) and Participant.objects.filter(_whose(event), site__in=sites).exists()


def _is_withheld(user: User, event: Event) -> bool:
    """Whether it speaks of a question that is not put to the site yet, which not everybody is told of."""
    return event.row.get("state") == "candidate" and not can(user, Right.SETTLE_QUERY)


def _whose(event: Event) -> Q:
    if event.table_name == Participant._meta.db_table:
        return Q(pk=int(event.key))
    if event.record_id is not None:
        return Q(pk__in=Record.objects.filter(pk=event.record_id).values("participant"))
    return Q(pk=event.row.get("participant_id"))
