"""The column of the outcome, read once and exactly."""

from decimal import Decimal

from analytics.mixed.command.number import MISSING, decimals, read_number
from analytics.mixed.quanta import quanta

REMEMBERED = 100_000


class Outcome:
    """Texts to numbers. Values repeat, so each text is read once while there is room to remember it."""

    def __init__(self, name: str, precision: Decimal | None) -> None:
        self.name = name
        self._declared = precision
        self._decimals = 0
        self._known: dict[str, Decimal | None] = dict.fromkeys(MISSING)

    @property
    def precision(self) -> Decimal:
        """As declared, else the finest that was read."""
        return self._declared or Decimal(1).scaleb(-self._decimals)

    def read(self, text: str, line: int) -> Decimal | None:
        """None where it is missing. Refuses, with the line, what is no finite number or no multiple of the
        declared precision."""
        try:
            return self._known[text]
        except KeyError:
            number = self._new(text.strip(), line)
        if len(self._known) < REMEMBERED:
            self._known[text] = number
        return number

    def _new(self, text: str, line: int) -> Decimal | None:
        if text in MISSING:
            return None
        what = f"Line {line}: {self.name}"
        number = read_number(text, what)
        if self._declared is None:
            self._decimals = max(self._decimals, decimals(text, what))
        else:
            quanta(number, self._declared, what)
        return number
