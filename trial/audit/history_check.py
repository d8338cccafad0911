"""Verifies history: the chain of seals, their roots and signatures, each sealed event against its leaf."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from typing import Any

from django.db import connections

from trial.audit import findings, leaves, merkle, reading, seal_keys, signed_root
from trial.audit.findings import EVENT, SEAL, Problem, Report
from trial.audit.seal_keys import PublicKeys
from trial.audit.signed_root import FIRST_PREVIOUS
from trial.models import Seal

# Seals may hold some MB of leaves each.
SEALS_AHEAD = 20

EVENTS = f"""
select e.id, e.xact::text::bigint, {leaves.LEAF} from trial_event e where e.epoch = %s order by e.xact, e.id
"""  # nosec B608
EPOCHS = "select distinct epoch from trial_event order by epoch"
FOUND = f"select e.id, e.table_name, e.key, {leaves.LEAF} from trial_event e where e.id = any(%s)"  # nosec B608
# The events that hold, but for their id, what was sealed under another.
ELSEWHERE = f"""
select e.id from trial_event e
where e.id = any(%s) and {leaves.leaf_sql(leaves.content_sql("(%s)::bigint::text"))} = %s
order by e.id
"""  # nosec B608
# To look for what was moved costs a statement for each.
LOOKED_FOR = 50


@dataclass
class Odd:
    """The events that do not agree with the seals, by their ids.

    What was sealed, in which seal, and what stands in a sealed range and not in its seal.
    """

    sealed: dict[int, tuple[bytes, int]] = field(default_factory=dict)
    present: set[int] = field(default_factory=set)

    @property
    def is_full(self) -> bool:
        return len(self.sealed) + len(self.present) > 2 * findings.MOST


@dataclass
class Rest:
    """The events of an epoch after its last seal: how many, and the first of them."""

    count: int = 0
    first: list[int] = field(default_factory=list)


def check(report: Report, keys: PublicKeys, using: str) -> None:
    """Add what is wrong with the seals, and then with the events, to the report."""
    odd, rests, before = Odd(), dict[int, Rest](), None
    seals = Seal.objects.using(using).order_by("number").iterator(chunk_size=SEALS_AHEAD)
    for epoch, group in groupby(seals, key=lambda seal: seal.epoch):
        with closing(_events(epoch, using)) as events:
            before = _walk(report, group, events, before, keys, odd, rests.setdefault(epoch, Rest()))
    for epoch in _epochs(using):
        if epoch not in rests:
            with closing(_events(epoch, using)) as events:
                rests[epoch] = _rest(events)
    for epoch, rest in rests.items():
        report.events += rest.count
        if before is None or epoch >= before.epoch:
            report.unsealed += rest.count
        else:
            odd.present.update(rest.first)
    for problem in _problems(odd, using):
        report.add(problem)


def _walk(
    report: Report,
    seals: Iterable[Seal],
    events: Iterator[tuple[int, int, bytes]],
    before: Seal | None,
    keys: PublicKeys,
    odd: Odd,
    rest: Rest,
) -> Seal | None:
    """Go through the seals and the events of one epoch side by side; the answer is the last seal."""
    event = next(events, None)
    for seal in seals:
        report.seals += 1
        expected = before.number + 1 if before else 1
        if seal.number != expected:
            sentence = f"Seal {seal.number} stands in its place."
            report.add(Problem(SEAL, findings.REMOVED, sentence, expected))
        elif wrong := _wrong(seal, before, keys):
            report.add(Problem(SEAL, findings.CHANGED, wrong, seal.number))
        while event is not None and event[1] < seal.from_xact:
            if not odd.is_full:
                odd.present.add(event[0])
            event = next(events, None)
        found: dict[int, bytes] = {}
        while event is not None and event[1] < seal.to_xact:
            found[event[0]] = event[2]
            event = next(events, None)
        report.events += len(found)
        _compare(seal, found, odd)
        before = seal
    if event is not None:
        after = _rest(events)
        rest.count, rest.first = after.count + 1, [event[0], *after.first]
    return before


def _wrong(seal: Seal, before: Seal | None, keys: PublicKeys) -> str:
    """What is wrong with a seal after the one before; "" when nothing is."""
    content = bytes(seal.leaves)
    numbers = list(leaves.entries(content))
    root = signed_root.of_seal(seal)
    follows = before is None or seal.epoch > before.epoch or seal.from_xact == before.to_xact
    if seal.pk != seal.number:
        return "Its key is not its number."
    if seal.previous != (before.hash if before else FIRST_PREVIOUS):
        return "It does not name the seal before."
    if not follows or seal.to_xact <= seal.from_xact:
        return "It does not begin where the seal before ends."
    if len(content) != seal.events * leaves.ENTRY_BYTES or numbers != sorted(numbers):
        return "Its leaves are not those of its events."
    if sha256(content).hexdigest() != seal.leaves_digest:
        return "Its leaves are not those that it states."
    if merkle.root(leaves.hashes(content)).hex() != seal.root:
        return "Its root is not that of its leaves."
    problem = seal_keys.problem(root, keys)
    return f"Not signed as it stands: {problem}." if problem else ""


def _compare(seal: Seal, found: dict[int, bytes], odd: Odd) -> None:
    sealed = leaves.entries(bytes(seal.leaves))
    if found == sealed or odd.is_full:
        return
    for number, leaf in sealed.items():
        if found.get(number) != leaf:
            odd.sealed[number] = (leaf, seal.number)
    odd.present.update(number for number in found if number not in sealed)


def _problems(odd: Odd, using: str) -> Iterator[Problem]:
    """What happened to each of these events, in the order of their ids. One that stands as it was sealed,
    though not where its seal looks for it, is in order: then the seal is not.
    """
    numbers = sorted({*odd.sealed, *odd.present})
    if not numbers:
        return
    found = {each[0]: each[1:] for each in reading.rows(FOUND, [numbers], using)}
    wrong = [number for number in numbers if not _stands(number, odd, found)]
    for looked_for, number in enumerate(wrong):
        table, key, _leaf = found.get(number, ("", "", None))
        if number not in odd.sealed:
            sentence = "It stands among sealed events, and no seal holds it"
            yield Problem(EVENT, findings.INSERTED, sentence + ".", number, table, key)
            continue
        leaf, seal = odd.sealed[number]
        moved = reading.rows(ELSEWHERE, [wrong, number, leaf], using) if looked_for < LOOKED_FOR else []
        if moved:
            sentence = f"What seal {seal} holds under this number stands under {moved[0][0]}."
            yield Problem(EVENT, findings.REORDERED, sentence, number, table, key)
        elif number in found:
            sentence = f"It is not what seal {seal} holds."
            yield Problem(EVENT, findings.CHANGED, sentence, number, table, key)
        else:
            yield Problem(EVENT, findings.REMOVED, f"Seal {seal} holds it, and it is gone.", number)


def _stands(number: int, odd: Odd, found: dict[int, Any]) -> bool:
    return number in odd.sealed and number in found and _bytes(found[number][2]) == odd.sealed[number][0]


def _events(epoch: int, using: str) -> Generator[tuple[int, int, bytes], None, None]:
    """Number, transaction and leaf of each event of an epoch, streamed in the order of their transactions."""
    with connections[using].chunked_cursor() as cursor:
        cursor.execute(EVENTS, [epoch])
        for number, xact, leaf in cursor:
            yield number, xact, _bytes(leaf)


def _bytes(leaf: memoryview | None) -> bytes:
    """A leaf; empty where a column is null that never is, so that there are no canonical bytes."""
    return b"" if leaf is None else bytes(leaf)


def _rest(events: Iterator[tuple[int, int, bytes]]) -> Rest:
    rest = Rest()
    for number, *_ in events:
        rest.count += 1
        if len(rest.first) <= findings.MOST:
            rest.first.append(number)
    return rest


def _epochs(using: str) -> list[int]:
    return [epoch for (epoch,) in reading.rows(EPOCHS, [], using)]
