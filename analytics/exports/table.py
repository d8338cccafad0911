"""What a table of an export holds, as SQL; and the statements made of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from psycopg2.sql import SQL, Composable, Identifier, Literal

from analytics.exports import cells
from analytics.exports.dataset import Column, Dataset, Kind
from analytics.exports.deidentification import Alteration
from analytics.exports.options import Options, Values


@dataclass(frozen=True)
class Table:
    """`select` yields a text for each column of the dataset, called c1, c2, ..., and what sorts the rows.

    `decimals` says, for a column in which only some cells are decimal numbers, which of its rows those are.
    """

    dataset: Dataset
    select: Composable
    order: Composable
    alterations: tuple[Alteration, ...] = ()
    decimals: Mapping[str, Composable] = field(default_factory=dict)

    def count(self) -> Composable:
        """How many rows there are."""
        return SQL("select count(*) from ({}) as t").format(self.select)

    def rows(self) -> Composable:
        """All rows in their order, each cell as it is."""
        return self._ordered([cell for cell, _ in self._cells()])

    def copy(self, options: Options) -> Composable:
        """The COPY of all rows in their order, with what was chosen for CSV."""
        shown = [cell for each in self._cells() for cell in self._shown(*each, options)]
        safe = [cells.spreadsheet_safe(cell) for cell in shown] if options.spreadsheet_safe else shown
        return SQL("copy ({}) to stdout with (format csv, delimiter {})").format(
            self._ordered(safe), Literal(options.separator)
        )

    def _ordered(self, shown: Sequence[Composable]) -> Composable:
        return SQL("select {} from ({}) as t order by {}").format(
            SQL(", ").join(shown), self.select, self.order
        )

    def _cells(self) -> Iterator[tuple[Composable, Column]]:
        names = column_names(len(self.dataset.columns))
        for name, column in zip(names, self.dataset.columns, strict=True):
            yield Identifier("t", name), column

    def _shown(self, cell: Composable, column: Column, options: Options) -> Iterator[Composable]:
        """The cell, its label in its place, or both."""
        if not column.codes or options.values is not Values.LABELS:
            yield self._with_decimal(cell, column, options.decimal)
        if column.codes and options.values is not Values.CODES:
            yield cells.label(column.kind, column.codes, cell)

    def _with_decimal(self, cell: Composable, column: Column, decimal: str) -> Composable:
        if decimal == ".":
            return cell
        replaced = SQL("replace({}, '.', {})").format(cell, Literal(decimal))
        if column.name in self.decimals:
            return SQL("case when {} then {} else {} end").format(self.decimals[column.name], replaced, cell)
        return replaced if column.kind is Kind.DECIMAL else cell


def column_names(count: int) -> list[str]:
    # Not those of the dataset: PostgreSQL cuts an identifier after 63 bytes.
    return [f"c{place}" for place in range(1, count + 1)]


def named(expressions: Sequence[Composable]) -> Composable:
    """The expressions as the columns c1, c2, ... of a select."""
    pairs = zip(expressions, column_names(len(expressions)), strict=True)
    return SQL(", ").join(SQL("{} as {}").format(each, Identifier(name)) for each, name in pairs)
