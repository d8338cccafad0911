"""The sufficient statistics are exact, and say so when they cannot be."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import mean, stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.mixed import Cell, Column, InputRefused, Statistics, Stratum

VISITS = ("BL", "W1", "W2", "W12")
Vector = Sequence[Decimal | int | None]

tenths = st.none() | st.integers(-(10**7), 10**7).map(lambda n: Decimal(n) / 10)
vectors_of_tenths = st.lists(st.tuples(tenths, tenths, tenths, tenths), max_size=12)


def build(vectors: Sequence[Vector], precision: str = "0.1", columns: Sequence[Column] = ()) -> Statistics:
    return Statistics.build(visits=VISITS, precision=Decimal(precision), vectors=vectors, columns=columns)


@given(vectors_of_tenths, vectors_of_tenths)
def test_merging_equals_building_from_all(some: list[Vector], others: list[Vector]) -> None:
    assert build(some).merge(build(others)) == build([*some, *others])


@given(vectors_of_tenths, st.randoms())
def test_the_order_of_participants_leaves_no_trace(
    vectors: list[Vector], random: np.random.Generator
) -> None:
    shuffled = list(vectors)
    random.shuffle(shuffled)
    assert build(shuffled) == build(vectors)
    assert build(shuffled).digest() == build(vectors).digest()


@given(vectors_of_tenths, st.tuples(tenths, tenths, tenths, tenths))
def test_adding_and_removing_a_participant_leaves_no_trace(vectors: list[Vector], one: Vector) -> None:
    before = build(vectors)
    assert before.add(one) == build([*vectors, one])
    assert before.add(one).remove(one) == before
    assert before.add(one).remove(one).digest() == before.digest()


@given(vectors_of_tenths)
def test_statistics_survive_bytes(vectors: list[Vector]) -> None:
    stored = build(vectors).to_bytes()
    assert Statistics.from_bytes(stored) == build(vectors)
    assert Statistics.from_bytes(stored).to_bytes() == stored


def test_a_typo_of_a_thousand_million_entered_and_corrected_leaves_no_trace() -> None:
    before = build([(7, 5, 4, 3), (8, 6, None, 2)])
    typo, right = (10**9, 5, 4, 3), (6, 5, 4, 3)
    assert before.add(typo).remove(typo).add(right) == before.add(right)


def test_sums_beyond_64_bits_stay_exact() -> None:
    large = 10**15
    statistics = build([(large, large, large, large)] * 3, precision="1")
    assert statistics.products[Stratum("", "", "1111")][-1] == 3 * large**2


def test_the_products_are_those_of_the_vectors() -> None:
    statistics = Statistics.build(
        visits=("BL", "W1"),
        precision=Decimal("0.5"),
        columns=[Column("age")],
        vectors=[(40, 2, Decimal("1.5")), (50, 1, None)],
    )
    assert statistics.products == {
        Stratum("", "", "10"): (1, 50, 2500, 2, 100, 4, 0, 0, 0, 0),
        Stratum("", "", "11"): (1, 40, 1600, 4, 160, 16, 3, 120, 12, 9),
    }


def test_a_participant_without_any_value_adds_nothing() -> None:
    empty = (None, None, None, None)
    statistics = build([(1, 2, 3, 4)])
    assert build([(1, 2, 3, 4), empty]) == statistics.add(empty) == statistics.remove(empty) == statistics
    assert statistics.n_participants == 1


def test_the_digest_sees_every_value_and_the_meaning_of_the_numbers() -> None:
    base = build([(1, 2, 3, 4)])
    assert base.digest() != build([(1, 2, 3, 5)]).digest()
    assert base.digest() != build([(10, 20, 30, 40)], precision="1").digest()
    assert base.digest() == build([(1, 2, 3, 4)], precision="0.10").digest()
    assert len(base.digest()) == 64


def test_observed_gives_number_mean_and_standard_deviation_at_each_visit() -> None:
    statistics = build([(Decimal("7.5"), 5, None, None), (6, 4, 3, None), (8, None, None, None)])
    baseline, week_1, week_2, week_12 = statistics.observed()
    assert (baseline.n, week_1.n, week_2.n, week_12.n) == (3, 2, 1, 0)
    assert baseline.mean == pytest.approx(mean([7.5, 6, 8]), rel=1e-15)
    assert baseline.sd == pytest.approx(stdev([7.5, 6, 8]), rel=1e-15)
    assert (week_2.mean, week_2.sd) == (3.0, None)
    assert (week_12.mean, week_12.sd) == (None, None)
    assert statistics.n_observations == 6


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("7.25"), "not a multiple of the declared precision 0.1"),
        (Decimal("1e-40"), "not a multiple"),
        (Decimal("NaN"), "a finite number"),
        (Decimal("Infinity"), "a finite number"),
        (Decimal("1e40"), "beyond"),
        (7.5, "give a Decimal"),
        (True, "give a Decimal"),
        ("7", "give a Decimal"),
    ],
)
def test_a_value_that_is_no_multiple_of_the_precision_is_refused(value: Decimal, words: str) -> None:
    with pytest.raises(InputRefused, match=words) as refusal:
        build([(1, 2, 3, 4), (1, value, 3, 4)])
    assert str(refusal.value).startswith("Participant 2: the value at W1 is")


def test_a_vector_of_another_length_is_refused() -> None:
    with pytest.raises(
        InputRefused, match="a vector of 3 values was given; expected 0 covariates and 4 visits"
    ):
        build([(1, 2, 3)])


def test_a_participant_without_a_covariate_is_refused() -> None:
    with pytest.raises(InputRefused, match="Participant 1: age is missing"):
        build([(None, 1, 2, 3, 4)], columns=[Column("age")])


def test_removing_a_participant_who_was_never_added_is_refused() -> None:
    for never in [(1, 2, 3, None), (1, 2, 3, 5)]:
        with pytest.raises(InputRefused, match="cannot be removed"):
            build([(1, 2, 3, 4)]).remove(never)


def test_statistics_of_another_shape_cannot_be_merged() -> None:
    with pytest.raises(InputRefused, match="same visits, precision, columns and arms"):
        build([(1, 2, 3, 4)]).merge(build([(1, 2, 3, 4)], precision="1"))


def test_statistics_of_an_unknown_format_are_refused() -> None:
    with pytest.raises(InputRefused, match="rebuild them"):
        Statistics.from_bytes(b'{"format":0}')


@pytest.mark.parametrize("precision", [Decimal(0), Decimal(-1), Decimal("NaN"), 0.1])
def test_a_precision_that_is_no_positive_decimal_is_refused(precision: Decimal) -> None:
    with pytest.raises(InputRefused, match="precision of the outcome"):
        Statistics.build(visits=VISITS, precision=precision, vectors=[])


def test_visits_and_columns_are_named_once() -> None:
    with pytest.raises(InputRefused, match="each visit once"):
        Statistics.build(visits=("BL", "BL"), precision=Decimal(1), vectors=[])
    with pytest.raises(InputRefused, match="name each once"):
        build([], columns=[Column("age"), Column("age")])


ARMS = ("placebo", "low")
CELLS = [Cell("low", "A"), Cell("placebo", "A"), Cell("low", "B")]
ROWS = [(7, 5, 4, 3), (8, 6, None, 2), (6, 5, 5, 1)]


def in_cells(rows: Sequence[Vector], cells: Sequence[Cell]) -> Statistics:
    return Statistics.build(visits=VISITS, precision=Decimal(1), vectors=rows, arms=ARMS, cells=cells)


def test_arms_and_sites_are_kept_apart_and_can_be_pooled() -> None:
    apart = in_cells(ROWS, CELLS)
    assert {(stratum.arm, stratum.site) for stratum in apart.products} == set(CELLS)
    assert apart.pooled(by_arm=False, by_site=False) == build(ROWS, "1")
    assert apart.pooled(by_arm=True, by_site=False).n_participants == 3
    assert [each.n for each in apart.observed("low")] == [2, 2, 2, 2]
    assert apart.add(ROWS[0], CELLS[1]).remove(ROWS[0], CELLS[1]).to_bytes() == apart.to_bytes()
    assert Statistics.from_bytes(apart.to_bytes()) == apart


def test_an_arm_that_was_not_declared_is_refused() -> None:
    with pytest.raises(
        InputRefused, match="Participant 1: the arm 'high' was not declared; the arms are: placebo"
    ):
        in_cells(ROWS[:1], [Cell("high")])
    with pytest.raises(InputRefused, match="the arm '' was not declared"):
        in_cells(ROWS, [Cell(), Cell(), Cell()])
    with pytest.raises(InputRefused, match="at least two arms"):
        Statistics.empty(visits=VISITS, precision=Decimal(1), arms=("low",))


def as_arrays(statistics_of: Sequence[Vector], columns: int = 0) -> Statistics:
    table = np.array([[np.nan if v is None else float(v) for v in row] for row in statistics_of])
    return Statistics.from_arrays(
        visits=VISITS,
        precision=Decimal("0.1"),
        outcomes=table.reshape(-1, columns + len(VISITS))[:, columns:],
        columns=[Column(f"u{number}", Decimal("0.1")) for number in range(columns)],
        covariates=table.reshape(-1, columns + len(VISITS))[:, :columns],
    )


@given(vectors_of_tenths)
def test_arrays_of_doubles_give_the_same_bits_as_decimals(vectors: list[Vector]) -> None:
    assert as_arrays(vectors).to_bytes() == build(vectors).to_bytes()


def test_arrays_know_covariates_and_arms() -> None:
    outcomes = np.array([[7, 5, np.nan, 3], [8, np.nan, np.nan, 2], [6, 5, 4, 1.0]])
    built = Statistics.from_arrays(
        visits=VISITS,
        precision=Decimal(1),
        outcomes=outcomes,
        columns=[Column("age")],
        covariates=np.array([[50.0], [61.0], [42.0]]),
        arms=ARMS,
        arm_numbers=np.array([1, 0, 1]),
    )
    assert built == Statistics.build(
        visits=VISITS,
        precision=Decimal(1),
        columns=[Column("age")],
        arms=ARMS,
        vectors=[(50, 7, 5, None, 3), (61, 8, None, None, 2), (42, 6, 5, 4, 1)],
        cells=[Cell("low"), Cell("placebo"), Cell("low")],
    )


def test_sums_that_a_double_cannot_hold_stay_exact_in_arrays() -> None:
    large = float(2**50)
    for size in (1, 3):
        built = Statistics.from_arrays(
            visits=("a",), precision=Decimal(1), outcomes=np.full((size, 1), large)
        )
        assert built.products[Stratum("", "", "1")][-1] == size * 2**100


@pytest.mark.parametrize("value", [0.25, 1e16 + 0.0, 0.1 + 0.2, 7.000000001])
def test_a_double_that_is_no_multiple_of_the_precision_is_refused(value: float) -> None:
    with pytest.raises(InputRefused, match="Participant 1: the value at BL is"):
        Statistics.from_arrays(visits=("BL",), precision=Decimal("0.1"), outcomes=np.array([[value]]))


@pytest.mark.parametrize("outcome", [np.inf, -np.inf])
def test_an_infinite_double_is_refused(outcome: float) -> None:
    with pytest.raises(InputRefused, match="must be finite"):
        Statistics.from_arrays(visits=("BL",), precision=Decimal(1), outcomes=np.array([[outcome]]))


@pytest.mark.parametrize("size", [24, 25, 48, 49, 62, 63, 64, 65, 100])
def test_arrays_tell_patterns_and_arms_apart_however_many_visits_there_are(size: int) -> None:
    rng = np.random.default_rng(size)
    values = np.where(rng.random((40, size)) < 0.1, np.nan, rng.integers(0, 11, (40, size)).astype(float))
    # participants who differ in the last visits only
    values[20:] = values[:20]
    values[20:, -1] = np.where(np.isnan(values[:20, -1]), 5.0, np.nan)
    arms, numbers = ("a", "b", "c"), rng.integers(0, 3, 40)
    visits = tuple(str(number) for number in range(size))
    built = Statistics.build(
        visits=visits,
        precision=Decimal(1),
        vectors=[[None if np.isnan(v) else int(v) for v in row] for row in values],
        arms=arms,
        cells=[Cell(arms[number]) for number in numbers],
    )
    read = Statistics.from_arrays(
        visits=visits, precision=Decimal(1), outcomes=values, arms=arms, arm_numbers=numbers
    )
    assert read == built
