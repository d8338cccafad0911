"""Oral morphine equivalents per day, for counting opioids; never for converting one into another.

Factors: CDC clinical practice guideline 2022. A drug that the table does not have gives no value, never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from trial.protocol.drugs import DRUGS, OPIOIDS
from trial.protocol.scoring.rounding import half_up

MILLIGRAMS: Mapping[str, Fraction] = {"g": Fraction(1000), "mg": Fraction(1), "ug": Fraction(1, 1000)}
# Of a patch the rate is written down: it counts for the whole day, however often it is renewed.
RATE = "ug/h"

Outcome = Literal["no opioid", "no factor", "no dose", "value"]


@dataclass(frozen=True)
class Factor:
    """What one unit of a drug counts, by the only route for which that holds."""

    per_unit: Decimal
    unit: str = "mg"
    route: str = "ORAL"

    def units(self, dose: Decimal, unit: str) -> Fraction | None:
        """A dose in the unit of the factor; None when the one does not convert into the other."""
        if unit == self.unit:
            return Fraction(dose)
        convertible = unit in MILLIGRAMS and self.unit == "mg"
        return Fraction(dose) * MILLIGRAMS[unit] if convertible else None


@dataclass(frozen=True)
class FactorTable:
    """A published table under its name; a changed table is a new one."""

    name: str
    factors: Mapping[str, Factor]


CDC_2022 = FactorTable(
    "CDC-2022",
    {
        "codeine": Factor(Decimal("0.15")),
        "fentanyl": Factor(Decimal("2.4"), unit="ug/h", route="TRANSDERMAL"),
        "hydrocodone": Factor(Decimal(1)),
        "hydromorphone": Factor(Decimal(5)),
        "methadone": Factor(Decimal("4.7")),
        "morphine": Factor(Decimal(1)),
        "oxycodone": Factor(Decimal("1.5")),
        "oxymorphone": Factor(Decimal(3)),
        "tapentadol": Factor(Decimal("0.4")),
        "tramadol": Factor(Decimal("0.2")),
    },
)

# Doses a day; "as needed" is what was taken on average.
PER_DAY: Mapping[str, Fraction] = {
    "QD": Fraction(1),
    "BID": Fraction(2),
    "TID": Fraction(3),
    "QID": Fraction(4),
    "Q4H": Fraction(6),
    "Q6H": Fraction(4),
    "Q8H": Fraction(3),
    "Q12H": Fraction(2),
    "QOD": Fraction(1, 2),
    "CONTINUOUS": Fraction(1),
}


@dataclass(frozen=True)
class Equivalent:
    """Milligrams of oral morphine a day (0.1 mg) with the factor and table used, or why there is no value."""

    outcome: Outcome
    per_day: Decimal | None = None
    factor: Decimal | None = None
    table: str | None = None


def is_opioid(drug: str | None) -> bool:
    """Whether a drug is known as an opioid, with a factor or without."""
    return DRUGS.find(drug) in OPIOIDS


def daily(
    *,
    drug: str | None,
    route: str | None,
    dose: Decimal | None,
    unit: str | None,
    frequency: str | None,
    as_needed: Decimal | None = None,
    table: FactorTable = CDC_2022,
) -> Equivalent:
    """The equivalent of one drug. `as_needed` is the mean number of doses a day when taken as needed."""
    name = DRUGS.find(drug)
    if name is None or name not in OPIOIDS:
        return Equivalent("no opioid")
    # An opioid for which the table has no factor is to be asked about, not to be counted as none.
    factor = table.factors.get(name)
    if factor is None or (route is not None and route != factor.route):
        return Equivalent("no factor")
    times = _times_a_day(frequency, as_needed, unit)
    if dose is None or times is None or route is None or unit is None:
        return Equivalent("no dose")
    units = factor.units(dose, unit)
    if units is None:
        return Equivalent("no factor")
    value = half_up(units * times * Fraction(factor.per_unit), 1)
    return Equivalent("value", value, factor.per_unit, table.name)


def _times_a_day(frequency: str | None, as_needed: Decimal | None, unit: str | None) -> Fraction | None:
    if unit == RATE:
        return Fraction(1) if frequency else None
    if frequency == "PRN":
        return None if as_needed is None else Fraction(as_needed)
    return PER_DAY.get(frequency or "")
