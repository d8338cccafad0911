from hashlib import sha256, shake_128

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.datasets.set_hash import STATE_BYTES, SetHash

lines = st.lists(st.binary(max_size=20), unique=True, max_size=8)


@given(lines, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_matter(some: list[bytes], random: object) -> None:
    other = sorted(some, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert SetHash.of(some) == SetHash.of(other)


@given(lines, st.binary(min_size=21, max_size=30))
def test_a_line_that_is_taken_out_again_leaves_no_trace(some: list[bytes], line: bytes) -> None:
    before, one = SetHash.of(some), SetHash.of([line])
    assert before + one == SetHash.of([*some, line])
    assert before + one != before
    assert before + one - one == before
    assert before - one + one == before


def test_it_is_the_sum_of_the_expanded_lines_lane_by_lane() -> None:
    """By hand, with whole numbers of Python."""
    some = [f"line {number}".encode() for number in range(100)]
    lanes = [0] * 1024
    for line in some:
        expanded = shake_128(line).digest(2048)
        for lane in range(1024):
            lanes[lane] += int.from_bytes(expanded[2 * lane : 2 * lane + 2], "little")
    state = b"".join((lane % 2**16).to_bytes(2, "little") for lane in lanes)
    assert SetHash.of(some).state == state
    assert SetHash.of(some).hexdigest(b"head\n") == sha256(b"head\n" + state).hexdigest()


def test_nothing_is_zeros() -> None:
    assert SetHash() == SetHash.of([]) == SetHash(bytes(STATE_BYTES))


def test_a_state_of_another_length_is_none() -> None:
    with pytest.raises(ValueError, match="2048 bytes"):
        SetHash(b"short")
