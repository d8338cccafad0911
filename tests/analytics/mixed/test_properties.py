"""What a fit must keep when the data are told in another way, with arms, covariates and sites."""

from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.mixed import Cell, Column, CovarianceName, ModelSpec, Result, Statistics, Term, fit
from tests.analytics.mixed.reference import relative

VISITS = ("BL", "W1", "W2")
ARMS = ("placebo", "low", "high")
TERMS = (Term(), Term("age"), Term(arm=True), Term(by="visit"), Term(arm=True, by="visit"))
Row = tuple[Decimal | None, ...]
Trial = list[tuple[Row, Cell]]


@st.composite
def trials(draw: st.DrawFn) -> Trial:
    """Three arms at three sites, with ages and dropout; large enough to be estimated."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = draw(st.integers(36, 60))
    arm, site = rng.permutation(np.arange(size) % 3), rng.permutation(np.arange(size) // 3 % 3)
    level = rng.normal(0, 2, (size, 1)) + 1.5 * site[:, None] + 0.5 * arm[:, None] * np.arange(3)
    values = np.round(5 + level + rng.normal(0, [1.0, 1.5, 2.0], (size, 3)), 1)
    seen = rng.random((size, 3)) > 0.12
    seen[:, 0] = True
    return [
        (
            (
                Decimal(int(rng.integers(20, 80))),
                *(Decimal(f"{v:.1f}") if s else None for v, s in zip(values[i], seen[i], strict=True)),
            ),
            Cell(ARMS[arm[i]], f"site {site[i]}"),
        )
        for i in range(size)
    ]


def statistics(trial: Trial, arms: tuple[str, ...] = ARMS, precision: str = "0.1") -> Statistics:
    return Statistics.build(
        visits=VISITS,
        precision=Decimal(precision),
        columns=[Column("age")],
        arms=arms,
        vectors=[row for row, _ in trial],
        cells=[cell for _, cell in trial],
    )


def spec(covariance: CovarianceName = "un", *, random_site: bool = False) -> ModelSpec:
    return ModelSpec(terms=TERMS, covariance=covariance, random_site=random_site, times=(0.0, 1.0, 2.0))


def numbers(result: Result) -> list[list[float]]:
    rows = (*result.changes(), *result.differences(), *result.differences_in_change())
    return [[row.estimate, row.se, row.df] for row in rows]


few = settings(max_examples=8, deadline=None)


@few
@given(trials(), st.randoms())
def test_the_order_of_participants_does_not_change_a_bit(trial: Trial, random: np.random.Generator) -> None:
    shuffled = list(trial)
    random.shuffle(shuffled)
    assert numbers(fit(statistics(shuffled), spec())) == numbers(fit(statistics(trial), spec()))


@few
@given(trials(), st.integers(1, 30))
def test_splitting_and_merging_leave_no_trace(trial: Trial, cut: int) -> None:
    merged = statistics(trial[cut:]).merge(statistics(trial[:cut]))
    assert merged.to_bytes() == statistics(trial).to_bytes()


@few
@given(trials(), st.integers(1, 30))
def test_removing_what_was_added_leaves_no_trace(trial: Trial, cut: int) -> None:
    changed = statistics(trial)
    for row, cell in trial[:cut]:
        changed = changed.remove(row, cell)
    assert changed.to_bytes() == statistics(trial[cut:]).to_bytes()
    for row, cell in reversed(trial[:cut]):
        changed = changed.add(row, cell)
    assert changed.to_bytes() == statistics(trial).to_bytes()


@few
@given(trials(), st.booleans())
def test_another_unit_of_the_outcome_scales_the_answer(trial: Trial, random_site: bool) -> None:
    def told(row: Row) -> Row:
        return (row[0], *(None if value is None else value * Decimal("-2.5") + 70 for value in row[1:]))

    before = fit(statistics(trial), spec(random_site=random_site))
    moved = statistics([(told(row), cell) for row, cell in trial], precision="0.25")
    after = fit(moved, spec(random_site=random_site))
    scaled = [[-2.5 * estimate, 2.5 * se, df] for estimate, se, df in numbers(before)]
    assert relative(numbers(after), scaled) < 1e-7
    assert relative(after.theta, 6.25 * before.theta) < 1e-6


@few
@given(trials())
def test_naming_the_arms_otherwise_changes_names_only(trial: Trial) -> None:
    names = dict(zip(ARMS, ("A", "B", "C"), strict=True))
    renamed = [(row, Cell(names[cell.arm], cell.site)) for row, cell in trial]
    after = fit(statistics(renamed, ("A", "B", "C")), spec())
    assert relative(numbers(after), numbers(fit(statistics(trial), spec()))) < 1e-9


@few
@given(trials())
def test_another_reference_arm_gives_the_same_means_and_likelihood(trial: Trial) -> None:
    before = fit(statistics(trial), spec())
    after = fit(statistics(trial, ARMS[::-1]), spec())
    assert after.log_likelihood == pytest.approx(before.log_likelihood, abs=1e-8)
    own = {(e.label.visit, e.label.arm): (e.estimate, e.se, e.df) for e in after.means()}
    for e in before.means():
        assert own[e.label.visit, e.label.arm] == pytest.approx((e.estimate, e.se, e.df), rel=1e-7)
    difference = {(e.label.visit, e.label.arm): e for e in after.differences("placebo")}
    for e in before.differences():
        assert difference[e.label.visit, e.label.arm].estimate == pytest.approx(e.estimate, abs=1e-9)


@few
@given(trials())
def test_the_mean_structure_can_be_told_by_cells_or_by_effects(trial: Trial) -> None:
    """The REML likelihoods differ by the constant log determinant of the change of coordinates: here 1."""
    by_effects = fit(statistics(trial), spec())
    by_cells = fit(statistics(trial), replace(spec(), terms=(Term(arm=True, by="visit"), Term("age"))))
    assert relative(by_cells.theta, by_effects.theta) < 1e-7
    assert by_cells.log_likelihood == pytest.approx(by_effects.log_likelihood, abs=1e-8)
    assert relative(numbers(by_cells), numbers(by_effects)) < 1e-6


NESTED: tuple[tuple[CovarianceName, CovarianceName], ...] = (
    *(("ri", "cs"), ("cs", "csh"), ("csh", "un"), ("cs", "toep"), ("toep", "toeph"), ("toeph", "un")),
    *(("ar1", "ar1h"), ("ar1", "ad"), ("ad", "adh"), ("adh", "un"), ("diag", "un"), ("ri", "ris")),
)


@few
@given(trials(), st.booleans())
def test_a_covariance_with_more_freedom_is_never_less_likely(trial: Trial, random_site: bool) -> None:
    fits = {
        name: fit(statistics(trial), spec(name, random_site=random_site)) for name in set(sum(NESTED, ()))
    }
    for small, large in NESTED:
        if fits[small].converged and fits[large].converged:
            assert fits[large].log_likelihood >= fits[small].log_likelihood - 1e-7, (small, large)


@few
@given(trials())
def test_a_covariance_for_each_arm_is_at_least_as_likely_as_one_for_all(trial: Trial) -> None:
    one = fit(statistics(trial), spec("ar1"))
    each = fit(statistics(trial), replace(spec("ar1"), covariance_by_arm=True))
    assert each.sigma.shape == (3, 3, 3)
    assert each.theta_names[0] == "variance (placebo)"
    assert each.log_likelihood >= one.log_likelihood - 1e-7


@few
@given(trials())
def test_arms_that_share_nothing_but_visits_are_fitted_as_if_alone(trial: Trial) -> None:
    """With all means by arm and a covariance for each arm, the likelihood is a product over the arms."""
    terms = (Term(arm=True, by="visit"),)
    together = fit(statistics(trial), ModelSpec(terms=terms, covariance_by_arm=True))
    for arm in ARMS:
        own = [(row, Cell()) for row, cell in trial if cell.arm == arm]
        alone = fit(statistics(own, ()), ModelSpec())
        changes = [change for change in together.changes() if change.label.arm == arm]
        for found, expected in zip(changes, alone.changes(), strict=True):
            assert (found.estimate, found.se, found.df) == pytest.approx(
                (expected.estimate, expected.se, expected.df), rel=1e-7
            )


@few
@given(trials())
def test_an_f_test_does_not_depend_on_how_the_contrasts_are_written(trial: Trial) -> None:
    result = fit(statistics(trial), spec())
    places = [k for k, name in enumerate(result.names) if ":" in name]
    rows = np.eye(len(result.names))[places]
    mixing = np.array([[1.0, 2, 0, 1], [0, 1, 1, 0], [1, 0, 3, 0], [0, 1, 0, 2]])
    one, other = result.test(rows), result.test(mixing @ rows)
    assert (
        relative(
            [one.statistic, one.numerator, one.denominator, one.p],
            [other.statistic, other.numerator, other.denominator, other.p],
        )
        < 1e-7
    )


@few
@given(trials())
def test_one_contrast_gives_the_same_answer_as_t_and_as_f(trial: Trial) -> None:
    for method in ("kenward-roger", "satterthwaite", "residual", "z"):
        result = fit(statistics(trial), replace(spec(), df_method=method))
        for k, coefficient in enumerate(result.coefficients()):
            f = result.test(np.eye(len(result.names))[[k]])
            assert f.statistic == pytest.approx(coefficient.statistic**2, rel=1e-9)
            assert f.denominator == pytest.approx(coefficient.df, rel=1e-9)
            assert f.p == pytest.approx(coefficient.p, rel=1e-6, abs=1e-300)


def test_observed_weights_count_levels_as_they_are() -> None:
    rows = [(0, 5, 3), (0, 6, 5), (0, 4, 4), (1, 9, 6), (0, 5, 5), (1, 7, 4), (0, 8, 3)]
    built = Statistics.build(
        visits=("a", "b"), precision=Decimal(1), vectors=rows, columns=[Column("sexM", factor="sex")]
    )
    result = fit(built, ModelSpec(terms=(Term(), Term(by="visit"), Term("sexM")), covariance="cs"))
    slope = result.coefficients()[2].estimate
    equal, observed = result.means("equal"), result.means("observed")
    for e, o in zip(equal, observed, strict=True):
        assert e.estimate - o.estimate == pytest.approx((1 / 2 - 2 / 7) * slope, rel=1e-10)
    assert [c.estimate for c in result.changes()] == pytest.approx([equal[1].estimate - equal[0].estimate])


@few
@given(trials())
def test_contrasts_that_depend_on_each_other_are_refused_together(trial: Trial) -> None:
    result = fit(statistics(trial), spec())
    rows = np.eye(len(result.names))
    with pytest.raises(ValueError, match="depend on each other"):
        result.test(np.array([rows[0], rows[1], rows[0] + rows[1]]))
    assert all(result.test(rows[[a, b]]).numerator == 2 for a, b in combinations(range(3), 2))
