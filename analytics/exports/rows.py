"""Where rows of answers stand: in the table of a form, or of a group inside it."""

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg2.sql import SQL, Composable, Identifier, Literal

from analytics.exports import cells
from analytics.exports.scope import Scope
from trial.crf.answers import Answers, GroupAnswers, Row


@dataclass(frozen=True)
class Rows:
    """The answers of a form, or a group inside it.

    `join` joins the row `f` to the record `r`; `key` and `key_place` name the row of a group.
    """

    form: str
    form_place: int
    row: type[Row]
    join: Composable
    group: str
    group_place: int
    key: Composable
    key_place: Composable


def every(scope: Scope) -> Iterator[Rows]:
    """Those of the chosen forms in the order of the casebook, each form followed by its groups."""
    for form_place, form in enumerate(scope.forms()):
        yield of_form(form, form_place)
        for group_place, group in enumerate(form.groups, start=1):
            yield of_group(form, form_place, group, group_place)


def of_form(form: type[Answers], form_place: int = 0) -> Rows:
    """The answers of the form themselves."""
    join = SQL("left join {} f on f.record_id = r.id").format(Identifier(form._meta.db_table))
    return Rows(form.code, form_place, form, join, "", 0, cells.NOTHING, SQL("0"))


def of_group(form: type[Answers], form_place: int, group: type[GroupAnswers], group_place: int) -> Rows:
    """The rows of a group: all of them where they are fixed, otherwise those that are filled."""
    stored = Identifier(group._meta.db_table)
    if group.keys is None:
        join = SQL("join {} f on f.record_id = r.id and not f.removed").format(stored)
        key, key_place = SQL("f.key"), SQL("f.key::int")
    else:
        codes = enumerate(group.keys.codes, start=1)
        fixed = SQL(", ").join(SQL("({}, {})").format(Literal(place), Literal(code)) for place, code in codes)
        join = SQL(
            "cross join (values {}) as k (place, key) "
            "left join {} f on f.record_id = r.id and f.key = k.key and not f.removed"
        ).format(fixed, stored)
        key, key_place = SQL("k.key"), SQL("k.place")
    return Rows(form.code, form_place, group, join, group.code, group_place, key, key_place)
