from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Paged(Generic[T]):
    """One page of rows that are all at hand; a number beyond the end gives the last page."""

    rows: Sequence[T]
    page: int
    pages: int

    @classmethod
    def of(cls, rows: Sequence[T], page: int, size: int) -> "Paged[T]":
        pages = max(1, -(-len(rows) // size))
        page = min(max(page, 1), pages)
        return cls(rows[(page - 1) * size : page * size], page, pages)
