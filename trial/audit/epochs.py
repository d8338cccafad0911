"""Epochs: transaction ids can be compared only within one cluster and time line.

After a restore into a new cluster they start again. Then nothing is written until the owner has
opened the next epoch with `manage.py ledger_epoch`.
"""

from dataclasses import dataclass

from django.db import connection, connections
from django.utils import timezone

from trial.models import Epoch

IDENTITY = """
select s.system_identifier::text, c.timeline_id from pg_control_system() s, pg_control_checkpoint() c
"""


class WrongEpoch(RuntimeError):
    """The database is not the cluster that the ledger was written in. Run `manage.py ledger_epoch`."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True)
class Cluster:
    system_identifier: str
    timeline: int


def cluster(using: str = "default") -> Cluster:
    """The identity of the cluster behind a connection."""
    with connections[using].cursor() as cursor:
        cursor.execute(IDENTITY)
        identifier, timeline = cursor.fetchone()
    return Cluster(identifier, timeline)


def open_first(using: str) -> None:
    """Open epoch 1 where the ledger has none yet."""
    if not Epoch.objects.using(using).exists():
        open_next(using)


def open_next(using: str) -> Epoch:
    """Open an epoch for the cluster behind the owner's connection; it may have had an earlier one."""
    now = cluster(using)
    return Epoch.objects.using(using).create(
        system_identifier=now.system_identifier, timeline=now.timeline, opened_at=timezone.now()
    )


def is_current(using: str = "default") -> bool:
    """Whether the newest epoch is the cluster we are connected to."""
    newest = Epoch.objects.using(using).order_by("-id").first()
    now = cluster(using)
    return newest is not None and (newest.system_identifier, newest.timeline) == (
        now.system_identifier,
        now.timeline,
    )


def check() -> None:
    """Raise WrongEpoch when the ledger's epoch is not this cluster."""
    if not is_current():
        raise WrongEpoch


def require_current() -> None:
    """`check` for a process that is about to fork: its children do not inherit the connection."""
    try:
        check()
    finally:
        connection.close()
