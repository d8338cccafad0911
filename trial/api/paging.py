"""Pages of a list: `results`, and the addresses of the `next` and the `previous` page, null without one.

A page goes on after the row at which the one before it ended, wherever that stands now: what comes or goes in
between neither repeats nor hides a row, and a page costs the same however deep it lies. The cursor says which
row that was. It is signed, so nothing but a cursor of ours reaches the database, and it is the same for the
same page, so a page that did not change is known by its ETag.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from trial.refusals import Refusal

USUAL, MOST = 100, 500

PAGING = [
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
        description="Rows of a page",
    ),
    OpenApiParameter("cursor", str, description="As in `next` and `previous`; opaque"),
]

Key = tuple[Any, ...]
T = TypeVar("T")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[T]):
    """The rows of a page, and the addresses of its neighbours."""

    rows: list[T]
    next: str | None
    previous: str | None

    def answer(self, shape: Callable[[T], Any]) -> Response:
        return self.of([shape(row) for row in self.rows])

    def of(self, results: list[Any]) -> Response:
        """The answer, where it is not one result for each row."""
        return Response({"results": results, "next": self.next, "previous": self.previous})


@dataclass(frozen=True)
class Cursor:
    """A page goes on after this key, or ends before it when it leads `back`."""

    order: str
    back: bool
    key: Key

    def sign(self) -> str:
        return _signer().sign_object([self.order, self.back, list(self.key)])


@cache
def page_serializer(row: type[serializers.BaseSerializer[Any]]) -> type[serializers.Serializer[Any]]:
    """How a page of such rows is described."""
    name = row.__name__.removesuffix("Serializer")
    members: dict[str, Any] = {
        "__doc__": "A page of the list.",
        "results": row(many=True),
        "next": serializers.URLField(allow_null=True, help_text="Address of the next page"),
        "previous": serializers.URLField(allow_null=True, help_text="Address of the page before"),
    }
    return type(f"{name}PageSerializer", (serializers.Serializer,), members)


def page_of(request: Request, found: QuerySet[M], *order: str) -> Page[M]:
    """A page of what a query finds, by fields that are never null and together are of one row: one statement.

    `-` before a field turns it. Raise Refusal when the limit or the cursor is none.
    """
    most, cursor = limit(request), _cursor(request, " ".join(order))
    turned = [_turned(name) for name in order] if cursor and cursor.back else list(order)
    if cursor:
        found = found.filter(_after(turned, cursor.key))
    rows = list(found.order_by(*turned)[: most + 1])
    return _page(request, rows, most, cursor, " ".join(order), lambda row: _key_of(row, order))


def page_read(
    request: Request, order: str, read: Callable[[Key | None, bool, int], list[T]], key: Callable[[T], Key]
) -> Page[T]:
    """A page of rows that a statement reads: those beyond a key, in their order or turned `back`, so many."""
    most, cursor = limit(request), _cursor(request, order)
    at, back = (cursor.key, cursor.back) if cursor else (None, False)
    return _page(request, read(at, back, most + 1), most, cursor, order, key)


def page_among(request: Request, rows: Iterable[T], key: Callable[[T], Key]) -> Page[T]:
    """A page of rows that are there already, by their keys: numbers, words, days and moments, never null."""
    most, order = limit(request), "among"
    cursor = _cursor(request, order)
    back = cursor is not None and cursor.back
    there = sorted(rows, key=lambda row: _plain(key(row)), reverse=back)
    if cursor:
        there = [row for row in there if _follows(_plain(key(row)), cursor)]
    return _page(request, there[: most + 1], most, cursor, order, lambda row: _plain(key(row)))


def limit(request: Request) -> int:
    """How many rows are asked for, or the refusal that says how many may be."""
    value = request.query_params.get("limit", str(USUAL))
    if not value.isascii() or not value.isdigit() or len(value) > 9 or not 1 <= int(value) <= MOST:
        problem = _("“limit” is a number from 1 to {most}.").format(most=MOST)
        raise Refusal("malformed", problem=problem)
    return int(value)


def _signer() -> signing.Signer:
    return signing.Signer(salt="trial.api.paging")


def _cursor(request: Request, order: str) -> Cursor | None:
    value = request.query_params.get("cursor")
    if value is None:
        return None
    try:
        named, back, key = _signer().unsign_object(value)
    except (signing.BadSignature, ValueError):
        raise Refusal("cursor", name="cursor") from None
    if named != order:
        raise Refusal("cursor", name="cursor")
    return Cursor(order, back, tuple(key))


def _page(
    request: Request, rows: list[T], most: int, cursor: Cursor | None, order: str, key: Callable[[T], Key]
) -> Page[T]:
    """The page of the rows that were read, one more than it holds when others come after them."""
    back, more, rows = cursor is not None and cursor.back, len(rows) > most, rows[:most]
    rows = rows[::-1] if back else rows
    first, last = (key(rows[0]), key(rows[-1])) if rows else (None, None)
    ends = (last, False, more or back), (first, True, cursor is not None and (more or not back))
    following, preceding = (
        _address(request, Cursor(order, leads_back, at)) if at is not None and there else None
        for at, leads_back, there in ends
    )
    # Rows that have gone left the page empty: it lies behind, or before, all that there are.
    if not rows and cursor is not None:
        begin = remove_query_param(request.build_absolute_uri(), "cursor")
        following, preceding = (begin, None) if back else (None, begin)
    return Page(rows, following, preceding)


def _address(request: Request, cursor: Cursor) -> str:
    return str(replace_query_param(request.build_absolute_uri(), "cursor", cursor.sign()))


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _after(order: list[str], key: Key) -> Q:
    """What comes after a key in an order. The first field bounds all of it, so that an index can."""
    found, same = Q(), Q()
    for name, value in zip(order, key, strict=True):
        field, beyond = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
        found |= same & Q(**{f"{field}__{beyond}": value})
        same &= Q(**{field: value})
    bound = Q(**{f"{order[0].removeprefix('-')}__{'lte' if order[0].startswith('-') else 'gte'}": key[0]})
    return bound & found


def _follows(key: Key, cursor: Cursor) -> bool:
    return key < cursor.key if cursor.back else key > cursor.key


def _key_of(row: Model, order: tuple[str, ...]) -> Key:
    return _plain(tuple(attrgetter(name.removeprefix("-").replace("__", "."))(row) for name in order))


def _plain(key: Key) -> Key:
    """The key as a cursor carries it; a day and a moment as they are written, which keeps their order."""
    return tuple(value.isoformat() if isinstance(value, date) else value for value in key)
