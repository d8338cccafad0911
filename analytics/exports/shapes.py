"""The shapes of tables that an export can have."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from analytics.exports import analysis, forms, long, signatures, wide
from analytics.exports.scope import Scope
from analytics.exports.table import Table
from trial.protocol.marker import N_

# The shape of every format of casebooks; it has no tables.
CASEBOOKS = "casebooks"


@dataclass(frozen=True)
class Shape:
    """A shape as it is offered."""

    title: str
    tables: Callable[[Scope], Iterator[Table]]


SHAPES: Mapping[str, Shape] = {
    "long": Shape(N_("Long: a row for each item"), long.tables),
    "wide": Shape(N_("Wide: a row for each participant"), wide.tables),
    "forms": Shape(N_("Forms: a table for each form"), forms.tables),
    "analysis": Shape(N_("Analysis: a row for each outcome and visit"), analysis.tables),
    "signatures": Shape(N_("Signatures"), signatures.tables),
}
