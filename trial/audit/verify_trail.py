"""Verify an audit trail that was exported from Fascicle. This one file and `cryptography` are all it needs.

    python verify_trail.py TRAIL [--public-key FILE] [--roots FILE]

TRAIL is what `manage.py export_trail` wrote, or a proof that was downloaded. FILE of `--public-key` holds the
keys that you trust, one in base64 a line; without it the keys in the trail itself are used, and you should
compare their names with those that you were told another way. FILE of `--roots` is what `manage.py
export_roots` wrote, at any earlier time: each of its seals must be in the trail as it was. A proof
holds one seal only, and only that one is looked up.

The trail of one participant, and the proof of one event, are parts: they show that what is in them is what
was sealed, and cannot show that nothing was left out. That only the trail of everything can, and that its end
was not cut off only roots that were kept elsewhere.

Every event is hashed (SHA-256 of a zero byte and its canonical bytes), the hashes form the Merkle tree of RFC
6962 of their seal, the seals are a chain, and the hash of each is signed with Ed25519.
"""

import argparse
import json
import sys
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "fascicle trail 1"
UNSIGNED = ("hash", "signature")
SHOWN = 20
LARGEST = 2**63

EVERYTHING, PART, PROOF = "everything", "part", "proof"
# What each kind of line holds, and of what type.
HEAD = {"format": str, "study": str, "of": str, "public_keys": list}
SEAL = dict.fromkeys(("number", "epoch", "from_xact", "to_xact", "events"), int) | dict.fromkeys(
    ("root", "leaves", "previous", "sealed_at", "key_id", "hash", "signature"), str
)
EVENT = {"id": int, "seal": int, "content": str}
PROVEN = EVENT | {"index": int, "path": list}


class Unreadable(Exception):
    """The file is no trail; the sentence says why."""


@dataclass
class Trail:
    """What was read so far, and what was wrong with it."""

    head: dict[str, Any]
    keys: dict[str, Ed25519PublicKey]
    seals: dict[int, dict[str, Any]] = field(default_factory=dict)
    events: int = 0
    problems: list[str] = field(default_factory=list)
    has_roots: bool = False

    @property
    def kind(self) -> str:
        """Everything, all events of each seal; or events each with a path: a part, or the proof of one."""
        if self.head["of"] == EVERYTHING:
            return EVERYTHING
        return PROOF if "event" in self.head else PART


def main() -> int:
    """The exit code: 0 when everything holds, 1 when something does not, 2 when it cannot be read."""
    parser = argparse.ArgumentParser(description="Verify an audit trail that was exported from Fascicle.")
    parser.add_argument("trail", type=Path)
    parser.add_argument("--public-key", metavar="FILE", type=Path, help="the keys that you trust")
    parser.add_argument("--roots", metavar="FILE", type=Path, help="roots that were exported earlier")
    given = parser.parse_args()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # whatever the file names
    try:
        trail = verify(given.trail, given.public_key, given.roots)
    except (Unreadable, OSError) as error:
        print(f"Cannot be verified: {error}")
        return 2
    report(trail, given.public_key is not None)
    return 1 if trail.problems else 0


def verify(path: Path, keys: Path | None = None, roots: Path | None = None) -> Trail:
    """Read a trail from its beginning to its end, and note everything that is wrong. Raises Unreadable."""
    with path.open(encoding="utf-8", errors="replace") as file:
        lines = read(file)
        head = next(lines, {})
        if head.get("format") != FORMAT:
            raise Unreadable(f"{path} does not begin as a trail ({FORMAT}).")
        shaped(head, HEAD, "the first line")
        told = keys.read_text(encoding="utf-8", errors="replace").split() if keys else head["public_keys"]
        trail = Trail(head, public_keys(told))
        # A proof is one object that holds its seal and its event.
        parts: list[dict[str, Any]] = [{name: head[name]} for name in ("seal", "event") if name in head]
        verify_lines(trail, chain(parts, lines))
    if not trail.seals or not trail.events:
        raise Unreadable(
            f"{path} holds {len(trail.seals)} seals and {trail.events} events: nothing to verify."
        )
    if trail.kind == PROOF and (len(trail.seals), trail.events) != (1, 1):
        raise Unreadable(f"{path} holds more than the one seal and the one event of a proof.")
    if roots is not None:
        verify_roots(trail, roots)
    return trail


def read(file: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Each line as an object. Raises Unreadable."""
    for number, line in enumerate(file, 1):
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            raise Unreadable(f"line {number} is not JSON.") from None
        if not isinstance(found, dict):
            raise Unreadable(f"line {number} is no object.")
        yield found


def shaped(found: Any, shape: Mapping[str, type], what: str) -> None:
    """Raises Unreadable where a member is missing, or is of another type."""
    if not isinstance(found, dict):
        raise Unreadable(f"{what} is no object.")
    for name, kind in shape.items():
        if not isinstance(found.get(name), kind):
            raise Unreadable(f"{what} holds no {name} as a trail has it.")
        if kind is int and not -LARGEST <= found[name] < LARGEST:
            raise Unreadable(f"{what} holds a {name} that is too large.")


def verify_lines(trail: Trail, lines: Iterable[dict[str, Any]]) -> None:
    before: dict[str, Any] | None = None
    whole = Whole(trail)
    for line in lines:
        if "seal" in line:
            shaped(line["seal"], SEAL, "a seal")
            verify_seal(trail, line["seal"], before)
            before = line["seal"]
        elif "event" in line:
            event = line["event"]
            shaped(event, EVENT if trail.kind == EVERYTHING else PROVEN, "an event")
            trail.events += 1
            if stated_id(event["content"]) != event["id"]:
                trail.problems.append(f"Event {event['id']}: its content is that of another event.")
            leaf = sha256(b"\x00" + event["content"].encode("utf-8", "replace")).digest()
            whole.add(event, leaf) if trail.kind == EVERYTHING else verify_path(trail, event, leaf)
        else:
            raise Unreadable("a line is neither a seal nor an event.")
    if trail.kind == EVERYTHING:
        whole.end()


def stated_id(content: str) -> Any:
    """The id that the canonical bytes of an event state; None where they are none."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found.get("id") if isinstance(found, dict) else None


def verify_seal(trail: Trail, seal: dict[str, Any], before: dict[str, Any] | None) -> None:
    """What a seal states must be what was signed, and it must follow the one before."""
    number = seal["number"]
    if before is None and trail.kind != PROOF and number != 1:
        trail.problems.append(f"Seal {number}: the seals before it are missing.")
    if before is None and number == 1 and seal["previous"] != "0" * 64:
        trail.problems.append("Seal 1: it names a seal before it.")
    if before is not None:
        follows = seal["epoch"] > before["epoch"] or seal["from_xact"] == before["to_xact"]
        if number != before["number"] + 1:
            trail.problems.append(f"Seal {before['number'] + 1}: it is missing; seal {number} follows.")
        elif seal["previous"] != before["hash"]:
            trail.problems.append(f"Seal {number}: it does not name the seal before it.")
        elif not follows:
            trail.problems.append(f"Seal {number}: it does not begin where the seal before it ends.")
    if problem := signature_problem(trail, seal):
        trail.problems.append(f"Seal {number}: {problem}.")
    trail.seals[number] = seal


def signature_problem(trail: Trail, seal: dict[str, Any]) -> str:
    stated = {name: value for name, value in seal.items() if name not in UNSIGNED}
    text = json.dumps(stated, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if sha256(text.encode("utf-8", "replace")).hexdigest() != seal["hash"]:
        return "what it states was changed after it was signed"
    if seal["key_id"] not in trail.keys:
        return f"it is signed with the key {seal['key_id']}, which is not among the trusted ones"
    try:
        trail.keys[seal["key_id"]].verify(bytes.fromhex(seal["signature"]), bytes.fromhex(seal["hash"]))
    except (InvalidSignature, ValueError):
        return "its signature is wrong"
    return ""


@dataclass
class Whole:
    """Gathers the events of one seal after the other, and holds each seal against all of its own."""

    trail: Trail
    seal: int = 0
    leaves: dict[int, bytes] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)

    def add(self, event: dict[str, Any], leaf: bytes) -> None:
        if event["seal"] != self.seal:
            self._verify()
            self.seal, self.leaves = event["seal"], {}
        if event["id"] in self.leaves:
            self.trail.problems.append(f"Event {event['id']}: it is in the file twice.")
        self.leaves[event["id"]] = leaf

    def end(self) -> None:
        self._verify()
        for number in sorted(set(self.trail.seals) - self.done):
            self.trail.problems.append(f"Seal {number}: its events are missing.")

    def _verify(self) -> None:
        if not self.leaves:
            return
        if self.seal in self.done:
            self.trail.problems.append(f"Seal {self.seal}: its events come in two places.")
        self.done.add(self.seal)
        seal = self.trail.seals.get(self.seal)
        first, last = min(self.leaves), max(self.leaves)
        if seal is None:
            self.trail.problems.append(f"Events {first} to {last}: their seal {self.seal} is missing.")
            return
        if [*self.leaves] != sorted(self.leaves):
            self.trail.problems.append(f"Events {first} to {last}: they are not in their order.")
        joined = b"".join(number.to_bytes(8, signed=True) + leaf for number, leaf in self.leaves.items())
        if sha256(joined).hexdigest() != seal["leaves"] or root(self.leaves.values()).hex() != seal["root"]:
            self.trail.problems.append(
                f"Events {first} to {last}: they are not the {seal['events']} that seal {self.seal} was made "
                f"over. Of these {len(self.leaves)}, one was changed, added, taken away or exchanged."
            )


def verify_path(trail: Trail, event: dict[str, Any], leaf: bytes) -> None:
    """The path of an event must lead to the root of its seal."""
    seal = trail.seals.get(event["seal"])
    if seal is None:
        trail.problems.append(f"Event {event['id']}: its seal {event['seal']} is missing.")
        return
    try:
        path, expected = [bytes.fromhex(each) for each in event["path"]], bytes.fromhex(seal["root"])
    except (TypeError, ValueError):
        raise Unreadable(f"the path of event {event['id']} is none.") from None
    if not included(leaf, event["index"], seal["events"], path, expected):
        trail.problems.append(f"Event {event['id']}: it is not what seal {event['seal']} was made over.")


def verify_roots(trail: Trail, path: Path) -> None:
    """Every seal of an earlier file must be there, and be the same; of a proof its own. Raises Unreadable."""
    trail.has_roots = True
    with path.open(encoding="utf-8", errors="replace") as file:
        for kept in read(file):
            if "public_keys" in kept:
                continue
            shaped(kept, SEAL, f"a line of {path.name}")
            now = trail.seals.get(kept["number"])
            if now is None and trail.kind == PROOF:
                continue
            if now is None:
                trail.problems.append(f"Seal {kept['number']}: {path.name} knows it; it was cut off.")
            elif now["hash"] != kept["hash"]:
                trail.problems.append(f"Seal {kept['number']}: {path.name} knows another one.")


def root(leaves: Iterable[bytes]) -> bytes:
    """The Merkle root (RFC 6962): a node that stands alone moves up as it is."""
    nodes = list(leaves)
    while len(nodes) > 1:
        above = [node(*nodes[at : at + 2]) for at in range(0, len(nodes) - 1, 2)]
        nodes = [*above, nodes[-1]] if len(nodes) % 2 else above
    return nodes[0]


def included(leaf: bytes, index: int, size: int, path: list[bytes], expected: bytes) -> bool:
    """Whether the path leads from leaf `index` of `size` to the expected root (RFC 9162, 2.1.3.2)."""
    place, last, found = index, size - 1, leaf
    if not 0 <= place <= last:
        return False
    for each in path:
        if last == 0:
            return False
        if place % 2 == 1 or place == last:
            found = node(each, found)
            while place % 2 == 0 and place != 0:
                place, last = place // 2, last // 2
        else:
            found = node(found, each)
        place, last = place // 2, last // 2
    return last == 0 and found == expected


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def public_keys(lines: Iterable[str]) -> dict[str, Ed25519PublicKey]:
    """The keys by their names: the first 16 hexadecimal digits of the SHA-256 of each."""
    try:
        raw = [b64decode(line, validate=True) for line in lines]
        return {sha256(key).hexdigest()[:16]: Ed25519PublicKey.from_public_bytes(key) for key in raw}
    except (TypeError, ValueError):
        raise Unreadable("a public key is none.") from None


def report(trail: Trail, trusted: bool) -> None:
    """What was found, in words."""
    print(f"Audit trail of the study {trail.head['study']}: {trail.head['of']}.")
    numbers = sorted(trail.seals)
    if numbers:
        newest = trail.seals[numbers[-1]]
        print(
            f"{len(numbers)} seals, {numbers[0]} to {numbers[-1]}; the newest was made {newest['sealed_at']}."
        )
    print(f"{trail.events} events.")
    whose = "that you trust" if trusted else "in the file itself; compare their names with what you were told"
    print(f"Keys ({whose}): {', '.join(trail.keys) or 'none'}.")
    for problem in trail.problems[:SHOWN]:
        print(f"WRONG. {problem}")
    if len(trail.problems) > SHOWN:
        print(f"... and {len(trail.problems) - SHOWN} more.")
    print(f"RESULT: {result(trail)}")


def result(trail: Trail) -> str:
    """What was shown, and what could not be."""
    if trail.problems:
        return f"this trail is NOT as it was sealed; {len(trail.problems)} wrong."
    if trail.kind == PROOF:
        return "this event is what was sealed, and its seal is signed. Of other events nothing is shown."
    if trail.kind == PART:
        return (
            "each of these events is what was sealed, and each seal is signed. This is a part of the trail: "
            "whether events were left out of it cannot be told; the trail of everything shows that."
        )
    end = "" if trail.has_roots else " Whether its end was cut off is shown by --roots only."
    return f"every event is what was sealed, each seal is signed, and none is missing between them.{end}"


if __name__ == "__main__":
    sys.exit(main())
