"""Values as the text that stands in a file."""

from collections.abc import Iterable

from psycopg2.sql import SQL, Composable, Literal

from analytics.exports.dataset import Kind
from trial.spreadsheet import FORMULA, NUMBER

NOTHING = SQL("null::text")

# How the value of a column is written, where it is not written as the database writes a text.
WRITTEN: dict[Kind, str] = {
    Kind.CODES: "array_to_string({}, ';')",
    Kind.TIME: "left(({})::text, 5)",
    Kind.MOMENT: "to_char(({}) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
}

LABELS = """
(select string_agg(coalesce(l.label, u.code), ';' order by u.place)
 from unnest(string_to_array({0}, ';')) with ordinality as u (code, place)
 left join (values {1}) as l (code, label) on l.code = u.code
 where {0} is not null)
"""


def text(value: str) -> Composable:
    """A constant, empty where there is nothing to say."""
    return SQL("{}::text").format(Literal(value)) if value else NOTHING


def written(kind: Kind, value: Composable) -> Composable:
    """A stored value as text: ISO dates, times to the minute, moments in UTC, a semicolon between codes."""
    return SQL(WRITTEN.get(kind, "({})::text")).format(value)


def label(kind: Kind, codes: Iterable[tuple[str, str]], written: Composable) -> Composable:
    """The label of a written code; of one that is not in the list, the code; of several, all of them."""
    pairs = [(Literal(code), Literal(label)) for code, label in codes]
    if kind is Kind.CODES:
        rows = SQL(", ").join(SQL("({}, {})").format(*pair) for pair in pairs)
        return SQL(LABELS).format(written, rows)
    cases = SQL(" ").join(SQL("when {} then {}").format(*pair) for pair in pairs)
    return SQL("case {0} {1} else {0} end").format(written, cases)


def spreadsheet_safe(cell: Composable) -> Composable:
    """The cell with an apostrophe before what a spreadsheet would take for a formula."""
    return SQL("case when {0} ~ {1} and {0} !~ {2} then '''' || {0} else {0} end").format(
        cell, Literal(FORMULA), Literal(NUMBER)
    )


def any_of(column: Composable, codes: Iterable[str]) -> Composable:
    """Whether the column holds one of the codes."""
    return SQL("{} = any ({}::text[])").format(column, Literal(list(codes)))
