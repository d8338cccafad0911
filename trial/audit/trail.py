"""A trail to hand to a third party: one file that can be verified without Fascicle (`verify_trail.py`).

Lines of JSON: a head with the study and the public keys; every seal; then events, each as the text of its
canonical bytes (`content`). In the trail of everything each seal's events are all there, in the order of
their ids. In the trail of one participant, or of one event, each event has its place (`index`) and its `path`
to the root of its seal.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any, Final

from django.db import connections

from trial.audit import belonging, journal, leaves, proofs, reading
from trial.audit.proofs import Proof
from trial.audit.signed_root import SignedRoot, canonical
from trial.models import Participant
from trial.protocol import STUDY

FORMAT: Final = "fascicle trail 1"

OF_SEAL = f"""
select e.id, {leaves.CONTENT} from trial_event e
where e.epoch = %s and e.xact >= %s::text::xid8 and e.xact < %s::text::xid8 order by e.id
"""  # nosec B608
OF_PARTICIPANT = f"select e.id from trial_event e where {belonging.EVENTS} order by e.id"  # nosec B608


def everything(using: str = "default") -> Iterator[str]:
    """The lines of the trail of all that is sealed."""
    with reading.at_once(using):
        yield canonical(head("everything")) + "\n"
        yield from _seals(using)
        for root in journal.roots(using=using):
            values = [root.epoch, root.from_xact, root.to_xact]
            with closing(_stream(OF_SEAL, values, using)) as rows:
                for number, content in rows:
                    yield canonical({"event": {"id": number, "seal": root.number, "content": content}}) + "\n"


def of_participant(participant: Participant, using: str = "default") -> Iterator[str]:
    """The lines of the trail of one participant: what is sealed of it."""
    with reading.at_once(using):
        yield canonical(head(participant.code)) + "\n"
        yield from _seals(using)
        with connections[using].cursor() as cursor:
            cursor.execute(OF_PARTICIPANT, belonging.values(participant, using))
            numbers = [number for (number,) in cursor.fetchall()]
        for proof in proofs.of_events(numbers, using):
            yield canonical({"event": proof.plain}) + "\n"


def of_event(proof: Proof, root: SignedRoot) -> dict[str, Any]:
    """The trail of one event, as one object."""
    return {**head(f"event {proof.id}"), "seal": vars(root), "event": proof.plain}


def head(of: str) -> dict[str, Any]:
    """What a trail says of itself."""
    return {"format": FORMAT, "study": STUDY.code, "of": of, "public_keys": journal.public_keys()}


def _seals(using: str) -> Iterator[str]:
    for root in journal.roots(using=using):
        yield canonical({"seal": vars(root)}) + "\n"


def _stream(statement: str, values: list[Any], using: str) -> Generator[tuple[Any, ...], None, None]:
    with connections[using].chunked_cursor() as cursor:
        cursor.execute(statement, values)
        yield from cursor
