"""What was injected in all: volume, local anaesthetic, steroid, and dose for each kilogram of body weight.

Alert levels of single doses: bupivacaine 2, ropivacaine 3, lidocaine with adrenaline 7 mg/kg, as a checklist
of the American Society of Regional Anesthesia (2020) is quoted; plain lidocaine 4.5 and levobupivacaine
2 mg/kg are settings of this study. They raise a question and forbid nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from trial.protocol.drugs import DRUGS, normal
from trial.protocol.scoring.rounding import half_up

# Milligrams for each kilogram.
ALERTS: Mapping[str, Decimal] = {
    "bupivacaine": Decimal(2),
    "levobupivacaine": Decimal(2),
    "ropivacaine": Decimal(3),
    "lidocaine": Decimal("4.5"),
    "lidocaine with adrenaline": Decimal(7),
}


@dataclass(frozen=True)
class Given:
    """One drug as given: its name, its dose in mg, its volume in mL; None is not known yet."""

    drug: str | None
    dose: Decimal | None
    volume: Decimal | None

    @property
    def name(self) -> str:
        """By which the rows of one drug are known, however they were typed."""
        return DRUGS.find(self.drug) or normal(self.drug or "")


def volume(given: Iterable[Given]) -> Decimal | None:
    """The volume in all, mL; None when nothing was given or one volume is not known."""
    return _total([each.volume for each in given])


def mass(given: Iterable[Given], kind: Collection[str]) -> Decimal | None:
    """The dose in all of the drugs of a kind, mg; None when none was given or one dose is not known."""
    return _total([each.dose for each in given if each.name in kind])


def per_kilogram(milligrams: Decimal, weight: Decimal) -> Decimal:
    """mg/kg to 0.01."""
    return half_up(Fraction(milligrams) / Fraction(weight), 2)


def totals(given: Iterable[Given]) -> dict[str, Decimal]:
    """The dose of each drug that has one, mg, by name. Doses of one drug add up."""
    found: dict[str, Decimal] = {}
    for each in given:
        if each.name and each.dose is not None:
            found[each.name] = found.get(each.name, Decimal(0)) + each.dose
    return found


def above_alert(given: Iterable[Given], weight: Decimal) -> dict[str, Decimal]:
    """Drugs whose dose is above its alert level, with their mg/kg."""
    # Compared exactly: rounding is for showing.
    return {
        name: per_kilogram(total, weight)
        for name, total in totals(given).items()
        if name in ALERTS and Fraction(total) > Fraction(ALERTS[name]) * Fraction(weight)
    }


def _total(parts: list[Decimal | None]) -> Decimal | None:
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(parts) else None
