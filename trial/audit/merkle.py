"""Merkle trees as RFC 6962 and 9162 have them: a leaf that stands alone moves up as it is.

Leaf = SHA-256(0x00 ‖ content), node = SHA-256(0x01 ‖ left ‖ right). Hashes are 32 bytes. Standard library
only.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over hashes of leaves, in one pass; no more than one hash for each level is held."""
    # Perfect subtrees from left to right, each smaller than the one before: (height, hash).
    standing: list[tuple[int, bytes]] = []
    for each in leaves:
        height, node = 0, each
        while standing and standing[-1][0] == height:
            height, node = height + 1, _node(standing.pop()[1], node)
        standing.append((height, node))
    if not standing:
        return sha256().digest()
    whole = standing.pop()[1]
    while standing:
        whole = _node(standing.pop()[1], whole)
    return whole


def levels(leaves: Sequence[bytes]) -> list[Sequence[bytes]]:
    """The nodes of the tree from the leaves up to the root, so that many paths cost little."""
    found = [leaves]
    while len(found[-1]) > 1:
        below = found[-1]
        above = [_node(*below[at : at + 2]) for at in range(0, len(below) - 1, 2)]
        found.append([*above, below[-1]] if len(below) % 2 else above)
    return found


def path(levels: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """The inclusion path of the leaf at `index`: the hashes to join it with, from the bottom up."""
    if not 0 <= index < len(levels[0]):
        raise IndexError(f"The tree has {len(levels[0])} leaves; {index} is none of them.")
    places = ((level, (index >> height) ^ 1) for height, level in enumerate(levels))
    return [level[beside] for level, beside in places if beside < len(level)]


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
