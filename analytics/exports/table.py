"""What an export holds, as SQL; and the two statements made of it."""

from dataclasses import dataclass

from psycopg2.sql import SQL, Composable, Identifier, Literal

from analytics.exports import cells

ROWS_IN_FILE = "rows_in_file"


@dataclass(frozen=True)
class Table:
    """`select` yields a text column for each name of `header`, called c1, c2, ..., and what sorts them."""

    header: tuple[str, ...]
    select: Composable
    order: Composable

    def count(self) -> Composable:
        """How many rows there are."""
        return SQL("select count(*) from ({}) as t").format(self.select)

    def copy(self, *, rows: int, excel: bool) -> Composable:
        """The COPY of all rows, each ending with how many there are: so a file that was cut off shows."""
        columns = [Identifier("t", name) for name in column_names(len(self.header))]
        safe = [cells.excel_safe(column) for column in columns] if excel else columns
        return SQL("copy (select {}, {} from ({}) as t order by {}) to stdout with (format csv)").format(
            SQL(", ").join(safe), Literal(rows), self.select, self.order
        )

    def head(self) -> bytes:
        """The line of column names."""
        return ",".join([*self.header, ROWS_IN_FILE]).encode() + b"\n"


def column_names(count: int) -> list[str]:
    # Not the names of the header: PostgreSQL cuts an identifier after 63 bytes.
    return [f"c{place}" for place in range(1, count + 1)]


def named(expressions: list[Composable]) -> Composable:
    """The expressions as the columns c1, c2, ... of a select."""
    pairs = zip(expressions, column_names(len(expressions)), strict=True)
    return SQL(", ").join(SQL("{} as {}").format(each, Identifier(name)) for each, name in pairs)
