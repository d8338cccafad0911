"""Proofs that an event stands under a seal: its canonical bytes, its place, the path to the signed root."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from django.db import connections

from trial.audit import journal, leaves, merkle
from trial.audit.signed_root import SignedRoot
from trial.models import Seal

# With the seal whose range an event stands in; the order in which seals are gone through.
SEALED = f"""
select s.number, e.id, {leaves.CONTENT}
from trial_event e join trial_seal s
    on s.epoch = e.epoch and s.from_xact <= e.xact and e.xact < s.to_xact
where e.id = any(%s) order by s.number, e.id
"""  # nosec B608


@dataclass(frozen=True)
class Proof:
    """The event `id` is leaf `index` of its seal. Hashes are hexadecimal; the path goes up from the leaf."""

    id: int
    seal: int
    content: str
    index: int
    path: list[str]

    @property
    def plain(self) -> dict[str, Any]:
        return asdict(self)


def of_event(number: int, using: str = "default") -> tuple[Proof, SignedRoot] | None:
    """The proof of an event with the signed root that it leads to; None while no seal holds the event."""
    proof = next(of_events([number], using), None)
    root = journal.root_of(proof.seal, using) if proof else None
    return (proof, root) if proof and root else None


def of_events(numbers: Iterable[int], using: str = "default") -> Iterator[Proof]:
    """The proofs of those of the events that are sealed, seal by seal."""
    with connections[using].cursor() as cursor:
        cursor.execute(SEALED, [list(numbers)])
        rows = cursor.fetchall()
    for seal, found in groupby(rows, key=lambda row: row[0]):
        content = bytes(Seal.objects.using(using).values_list("leaves", flat=True).get(number=seal))
        places = {number: place for place, number in enumerate(leaves.entries(content))}
        tree = merkle.levels(leaves.hashes(content))
        for _, number, text in found:
            # What was written into a sealed range afterwards has no place there.
            if number in places:
                path = [each.hex() for each in merkle.path(tree, places[number])]
                yield Proof(number, seal, text, places[number], path)
