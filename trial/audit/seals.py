"""Sealing: what was written since the last seal is put under a signed Merkle root, and chained to it.

A seal reaches to the oldest transaction that still writes. Nothing waits for it, and it waits for nobody:
events of later transactions come into the next one.
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from django.utils import timezone
from psycopg2 import Binary

from trial.audit import epochs, journal, leaves, merkle, seal_keys, signed_root
from trial.audit.signed_root import FIRST_PREVIOUS, SignedRoot
from trial.models import Epoch, Seal

# One at a time; who finds it taken leaves the work to that one.
LOCK = "select pg_try_advisory_xact_lock(hashtext('fascicle.seal'))"

# More events than this come into several seals, unless one transaction wrote them: 4 MB of leaves each.
LARGEST = 100_000

WRITING_SINCE = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
FIRST_OF_EPOCH = "select xact::text::bigint from trial_event where epoch = %s order by xact limit 1"
LAST_OF_EPOCH = "select xact::text::bigint from trial_event where epoch = %s order by xact desc limit 1"
WITHIN = "epoch = %s and xact >= %s::text::xid8 and xact < %s::text::xid8"
FIRST_WITHIN = f"select xact::text::bigint from trial_event where {WITHIN} order by xact limit 1"  # nosec B608
NEXT_AFTER_MANY = f"select xact::text::bigint from trial_event where {WITHIN} order by xact offset %s limit 1"  # nosec
LEAVES = f"""
select string_agg(int8send(e.id) || {leaves.LEAF}, ''::bytea order by e.id) from trial_event e where {WITHIN}
"""  # nosec B608
ADD = """
select fascicle_add_seal(%s, %s, %s::text::xid8, %s::text::xid8, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True)
class Batch:
    """The transactions of an epoch from `first` (included) to `end` (excluded)."""

    epoch: int
    first: int
    end: int

    @property
    def values(self) -> list[int]:
        return [self.epoch, self.first, self.end]


def latest() -> Seal | None:
    """The newest seal, its leaves not read."""
    return Seal.objects.defer("leaves").order_by("-number").first()


def seal() -> Seal | None:
    """Seal what was written since the last seal; None when there is nothing, or another is at it.

    Raises WrongEpoch in another cluster, and NoKey. The journal follows after the commit.
    """
    epochs.check()
    key = seal_keys.private()
    with transaction.atomic():
        if not _value(LOCK):
            return None
        last = latest()
        batch = _next(last)
        if batch is None:
            return None
        number = _add(batch, last, key)
        seal_keys.remember(key.public_key())
        transaction.on_commit(journal.append)
    return Seal.objects.defer("leaves").get(number=number)


def seal_all() -> int:
    """Seal until nothing is left; how many seals that took."""
    made = 0
    while seal() is not None:
        made += 1
    return made


def _next(last: Seal | None) -> Batch | None:
    """What the next seal covers: the rest of the last seal's epoch, or the first later one with events."""
    newest = Epoch.objects.order_by("-id").values_list("id", flat=True).first()
    if last is not None:
        batch = _within(last.epoch, last.to_xact, newest)
        if batch is not None:
            return batch
    later = Epoch.objects.filter(id__gt=last.epoch if last else 0).order_by("id")
    for epoch in later.values_list("id", flat=True):
        first = _value(FIRST_OF_EPOCH, epoch)
        if first is not None:
            return _within(epoch, first, newest)
    return None


def _within(epoch: int, first: int, newest: int | None) -> Batch | None:
    """The events of an epoch from `first` on whose transactions are over; None if there are none."""
    # In an epoch of another cluster nobody writes any more.
    end = _value(WRITING_SINCE) if epoch == newest else (_value(LAST_OF_EPOCH, epoch) or 0) + 1
    oldest = _value(FIRST_WITHIN, epoch, first, end)
    if oldest is None:
        return None
    bound = _value(NEXT_AFTER_MANY, epoch, first, end, LARGEST)
    if bound is not None:
        end = max(bound, oldest + 1)
    return Batch(epoch, first, end)


def _add(batch: Batch, last: Seal | None, key: Ed25519PrivateKey) -> int:
    """Add the seal of a batch; its number."""
    content = bytes(_value(LEAVES, *batch.values))
    moment = timezone.now()
    stated = SignedRoot(
        number=last.number + 1 if last else 1,
        epoch=batch.epoch,
        from_xact=batch.first,
        to_xact=batch.end,
        events=len(content) // leaves.ENTRY_BYTES,
        root=merkle.root(leaves.hashes(content)).hex(),
        leaves=sha256(content).hexdigest(),
        previous=last.hash if last else FIRST_PREVIOUS,
        sealed_at=signed_root.in_utc(moment),
        key_id=seal_keys.key_id(key.public_key()),
    )
    root = replace(stated, hash=stated.stated_hash, signature=seal_keys.sign(key, stated))
    values: list[Any] = [
        *(root.number, root.epoch, root.from_xact, root.to_xact, root.events, Binary(content)),
        *(root.root, root.previous, moment, root.hash, root.key_id, root.signature),
    ]
    with connection.cursor() as cursor:
        cursor.execute(ADD, values)
    return root.number


def _value(statement: str, *values: int) -> Any:
    """The first column of the first row; None without a row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        row = cursor.fetchone()
    return row[0] if row else None
