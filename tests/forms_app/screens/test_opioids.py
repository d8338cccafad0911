"""The line of opioids over time: drawn where the sum is known, and nowhere else."""

from datetime import date
from decimal import Decimal

from forms_app.screens.presenters.opioids import _path, _Scale
from forms_app.selectors.opioids import Opioids, Step

BEGIN, TODAY = date(2026, 1, 1), date(2026, 4, 11)
SCALE = _Scale(BEGIN, TODAY, Decimal(30))


def path(*steps: Step) -> str:
    return _path(Opioids(steps, (), None, TODAY), SCALE)


def test_a_known_sum_is_a_line_of_steps() -> None:
    drawn = path(Step(date(2026, 1, 11), Decimal(30), True), Step(date(2026, 2, 20), Decimal(0), True))
    assert drawn.count("M") == 1
    assert drawn.count("V") == 2


def test_where_an_opioid_has_no_factor_nothing_is_drawn() -> None:
    unknown = Step(date(2026, 1, 11), Decimal(0), False)
    known_again = Step(date(2026, 3, 2), Decimal(30), True)
    assert "V" not in path(unknown)
    assert path(unknown) == f"M{SCALE.x(BEGIN):.1f} {SCALE.y(Decimal(0)):.1f}H{SCALE.x(unknown.day):.1f}"
    assert f"M{SCALE.x(known_again.day):.1f} {SCALE.y(Decimal(30)):.1f}" in path(unknown, known_again)
