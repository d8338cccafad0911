"""Values as the text that stands in a file."""

from psycopg2.sql import SQL, Composable, Identifier, Literal

from trial.crf.items import Clock, Item, Several
from trial.models import Site
from trial.spreadsheet import FORMULA, NUMBER

NOTHING = SQL("null::text")


def text(value: str) -> Composable:
    """A constant, empty where there is nothing to say."""
    return SQL("{}::text").format(Literal(value)) if value else NOTHING


def value(item: Item, row: str) -> Composable:
    """The value of an item in the row with this alias: ISO dates, times to the minute, codes, no labels;
    several codes with a semicolon between them."""
    if isinstance(item, Several):
        return SQL("array_to_string({}, ';')").format(Identifier(row, item.name))
    stored = SQL("{}::text").format(Identifier(row, item.name))
    return SQL("left({}, 5)").format(stored) if isinstance(item, Clock) else stored


def missing(item: Item, row: str) -> Composable:
    """The code that says why there is no value; a derived item has none."""
    return NOTHING if item.derived else SQL("{}::text").format(Identifier(row, item.missing_name))


def excel_safe(column: Composable) -> Composable:
    """The column with an apostrophe before what a spreadsheet would take for a formula."""
    return SQL("case when {0} ~ {1} and {0} !~ {2} then '''' || {0} else {0} end").format(
        column, Literal(FORMULA), Literal(NUMBER)
    )


def any_of(sites: tuple[Site, ...]) -> Composable:
    """The keys of the sites as an array; of none, the empty one."""
    return SQL("{}::bigint[]").format(Literal([site.pk for site in sites]))
