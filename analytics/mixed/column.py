"""A number that belongs to the participant and not to the visit: age, a dummy of sex."""

from dataclasses import dataclass
from decimal import Decimal

from analytics.mixed.quanta import check_precision


@dataclass(frozen=True)
class Column:
    """`precision` is the quantum in which the column was recorded; a dummy has 1, and names its `factor`."""

    name: str
    precision: Decimal = Decimal(1)
    factor: str = ""

    def __post_init__(self) -> None:
        check_precision(self.precision, self.name)
