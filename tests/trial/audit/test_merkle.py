"""Merkle trees against the vectors of RFC 6962's own tests, and against their definition."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sealing import leaf
from trial.audit import merkle, verify_trail

# The inputs and roots of the tests of Certificate Transparency.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf(bytes.fromhex(each)) for each in INPUTS]

hashes = st.integers(1, 70).map(lambda size: [leaf(str(each).encode()) for each in range(size)])


@pytest.mark.parametrize("size", range(1, len(ROOTS) + 1))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_nothing_has_the_root_of_nothing() -> None:
    assert merkle.root([]) == sha256(b"").digest()


def defined(leaves: list[bytes]) -> bytes:
    """The root by the recursion of RFC 6962, 2.1."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + defined(leaves[:split]) + defined(leaves[split:])).digest()


@given(hashes)
def test_the_root_in_one_pass_is_the_root_by_definition(leaves: list[bytes]) -> None:
    assert merkle.root(iter(leaves)) == defined(leaves)


@given(hashes, st.data())
def test_a_leaf_has_a_path_to_the_root_from_its_place_only(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.integers(0, len(leaves) - 1))
    root, path = merkle.root(leaves), merkle.path(merkle.levels(leaves), index)
    assert verify_trail.included(leaves[index], index, len(leaves), path, root)
    if other != index:
        assert not verify_trail.included(leaves[other], index, len(leaves), path, root)
        assert not verify_trail.included(leaves[index], other, len(leaves), path, root)


@given(hashes, st.data())
def test_a_path_that_was_changed_proves_nothing(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, path = merkle.root(leaves), merkle.path(merkle.levels(leaves), index)
    assert not verify_trail.included(leaves[index], index, len(leaves), [*path, root], root)
    if path:
        assert not verify_trail.included(leaves[index], index, len(leaves), path[:-1], root)
        changed = data.draw(st.integers(0, len(path) - 1))
        path[changed] = bytes(32)
        assert not verify_trail.included(leaves[index], index, len(leaves), path, root)


def test_a_leaf_and_a_node_of_the_same_bytes_differ() -> None:
    pair = LEAVES[0] + LEAVES[1]
    assert leaf(pair) != merkle.root(LEAVES[:2])


@pytest.mark.parametrize("index", [-1, 8])
def test_there_is_no_path_of_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError, match="has 8 leaves"):
        merkle.path(merkle.levels(LEAVES), index)
    assert not verify_trail.included(LEAVES[0], index, 8, [], merkle.root(LEAVES))
