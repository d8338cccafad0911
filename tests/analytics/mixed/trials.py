"""Synthetic trials as persons, for what needs single participants."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from analytics.mixed import AWAITED, Cell, Column, Statistics
from analytics.mixed.encoding import Outcome
from analytics.mixed.people import People, Person

VISITS = ("BL", "W1", "W2", "W12")
ARMS = ("control", "active")
UNIT = Decimal("0.1")
SIGMA = np.array([[4.0, 2.4, 2.2, 1.6], [2.4, 4.4, 3.0, 2.2], [2.2, 3.0, 4.8, 2.8], [1.6, 2.2, 2.8, 5.2]])
MEANS = np.array([6.6, 5.2, 4.8, 4.1])
AGE = Column("age")


def one_arm(
    seed: int, participants: int = 30, *, missing: float = 0.15, visits: Sequence[str] = VISITS
) -> list[Person]:
    """Dropout, and a few gaps before it."""
    rng = np.random.default_rng(seed)
    size = len(visits)
    drawn = rng.multivariate_normal(MEANS[:size], SIGMA[:size, :size], participants)
    return [Person(f"P{number:03}", with_gaps(rng, row, missing)) for number, row in enumerate(drawn)]


def two_arms(
    seed: int,
    participants: int = 60,
    *,
    missing: float = 0.15,
    visits: Sequence[str] = VISITS,
    with_age: bool = True,
) -> list[Person]:
    rng = np.random.default_rng(seed)
    size = len(visits)
    found = []
    for number in range(participants):
        arm, age = number % 2, int(rng.integers(25, 75))
        means = MEANS[:size] - arm * np.arange(size) * 0.5 + 0.02 * (age - 50)
        row = rng.multivariate_normal(means, SIGMA[:size, :size])
        covariates = (age,) if with_age else ()
        vector = (*covariates, *with_gaps(rng, row.tolist(), missing))
        found.append(Person(f"P{number:03}", vector, Cell(ARMS[arm])))
    return found


def with_gaps(
    rng: np.random.Generator, row: Sequence[float], missing: float
) -> tuple[Decimal | int | None, ...]:
    """The first visit is always there."""
    values: list[Decimal | int | None] = [Decimal(str(round(float(value), 1))) for value in row]
    last = len(values) - 1
    if rng.random() < 2 * missing and last:
        last = int(rng.integers(0, last))
    for place in range(1, len(values)):
        if place > last or rng.random() < missing / 4:
            values[place] = None
    return tuple(values)


def statistics(
    persons: Sequence[Person],
    *,
    arms: Sequence[str] = (),
    columns: Sequence[Column] = (),
    visits: Sequence[str] = VISITS,
) -> Statistics:
    return Statistics.build(
        visits=visits,
        precision=UNIT,
        vectors=[person.vector for person in persons],
        columns=columns,
        arms=arms,
        cells=[person.cell for person in persons],
    )


def people(whole: Statistics, persons: Sequence[Person]) -> People:
    return People.of(whole.shape, persons)


def number(value: Outcome) -> float:
    """Of a value that is there."""
    assert value is not None
    assert value is not AWAITED
    return float(value)
