"""What must hold whatever the data: order, counting, turning the scale round, a recovery of the truth."""

from decimal import Decimal

import numpy as np
import pytest

from analytics.mixed import Cell, Column, Term
from analytics.mixed.arrays import Floats
from analytics.mixed.generalised import FamilyName, GeneralisedSpec, Responses, fit_generalised
from analytics.mixed.generalised.fitting import SD
from tests.analytics.mixed.generalised.reference import TWO_ARMS, fitted, responses

VISITS = ("BL", "W1", "W2", "W12")
EFFECTS = np.array([0.6, -0.3, -0.7, -1.0, -1.5, -0.2, -0.4, -0.6])


def simulated(n: int, seed: int, sd: float = 0.8) -> Responses:
    """Two arms, a binomial scale from 0 to 10, a random intercept, gaps."""
    rng = np.random.default_rng(seed)
    arms = rng.integers(0, 2, n)
    visit = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 1]], dtype=float)
    fixed = visit @ EFFECTS[[0, 2, 3, 4]]
    with_arm = fixed + visit @ EFFECTS[[1, 5, 6, 7]]
    eta = np.where(arms[:, None] == 1, with_arm, fixed) + sd * rng.normal(size=(n, 1))
    values = rng.binomial(10, 1 / (1 + np.exp(-eta))).astype(float)
    values[:, 1:][rng.random((n, 3)) < 0.1] = np.nan
    return Responses.from_arrays(
        visits=VISITS, precision=Decimal(1), outcomes=values, arms=("control", "active"), arm_numbers=arms
    )


def test_the_order_of_participants_is_nothing() -> None:
    vectors = [(7, 4, 2), (6, None, 3), (9, 8, 8), (3, 1, 1), (10, 6, None)]
    one, other = (
        Responses.build(visits=VISITS[:3], precision=Decimal(1), vectors=order)
        for order in (vectors, vectors[::-1])
    )
    assert one == other
    assert one.digest() == other.digest()
    first, second = (fit_generalised(each, GeneralisedSpec("binomial")) for each in (one, other))
    assert (first.parameters == second.parameters).all()


def test_arrays_and_vectors_give_the_same_responses() -> None:
    values = np.array([[7.0, 4.0], [6.0, np.nan], [7.0, 4.0], [np.nan, np.nan]])
    arms = np.array([0, 1, 0, 1])
    by_array = Responses.from_arrays(
        visits=VISITS[:2], precision=Decimal(1), outcomes=values, arms=("a", "b"), arm_numbers=arms
    )
    by_vector = Responses.build(
        visits=VISITS[:2],
        precision=Decimal(1),
        vectors=[(7, 4), (6, None), (7, 4), (None, None)],
        arms=("a", "b"),
        cells=[Cell("a"), Cell("b"), Cell("a"), Cell("b")],
    )
    assert by_array == by_vector
    assert by_array.n_participants == 3
    assert by_array.n_observations == 5


def test_twice_the_participants_say_the_same_with_twice_the_certainty() -> None:
    vectors = [(7, 4, 2), (6, None, 3), (9, 8, 8), (3, 1, 1), (10, 6, None), (5, 5, 4)]
    once, twice = (
        fit_generalised(
            Responses.build(visits=VISITS[:3], precision=Decimal(1), vectors=vectors * times),
            GeneralisedSpec("binomial"),
        )
        for times in (1, 2)
    )
    assert twice.parameters == pytest.approx(once.parameters, abs=1e-8)
    assert twice.vcov == pytest.approx(once.vcov / 2, abs=1e-8)
    assert twice.log_likelihood == pytest.approx(2 * once.log_likelihood, abs=1e-9)


def test_a_binomial_scale_turned_round_turns_the_effects_round() -> None:
    vectors = [(7, 4, 2), (6, None, 3), (9, 8, 8), (3, 1, 1), (10, 6, None), (5, 5, 4)]
    turned = [tuple(None if value is None else 10 - value for value in vector) for vector in vectors]
    one, other = (
        fit_generalised(
            Responses.build(visits=VISITS[:3], precision=Decimal(1), vectors=given),
            GeneralisedSpec("binomial"),
        )
        for given in (vectors, turned)
    )
    assert other.parameters[:-1] == pytest.approx(-one.parameters[:-1], abs=1e-7)
    assert other.sd == pytest.approx(one.sd, abs=1e-7)
    changes = [each.estimate for each in one.changes()]
    assert [each.estimate for each in other.changes()] == pytest.approx([-each for each in changes], abs=1e-7)


def test_participants_who_say_the_same_are_one_cell() -> None:
    result = fitted("pilot26_glmm", "binomial", 11)
    by_total = {(response.pattern, sum(response.values)) for response in result.responses.counts}
    assert result.n_cells == len(by_total) < result.n_participants


def test_the_truth_is_recovered() -> None:
    """4 000 participants: each estimate within four standard errors, most within two."""
    result = fit_generalised(simulated(4000, seed=7), GeneralisedSpec("binomial", terms=TWO_ARMS))
    truth = np.append(EFFECTS, 0.8)
    apart = np.abs(result.parameters - truth) / np.sqrt(np.diag(result.vcov))
    assert apart.max() < 4
    assert np.median(apart) < 2
    assert np.sqrt(np.diag(result.vcov)).max() < 0.06


def test_intervals_cover_as_often_as_they_say() -> None:
    """Of a change in points, over 300 trials of 60: 95 % ± 4 standard errors of the simulation."""
    truth = _true_change()
    covered = []
    for seed in range(300):
        result = fit_generalised(simulated(60, seed), GeneralisedSpec("binomial", terms=TWO_ARMS, nodes=9))
        found = next(
            each for each in result.changes() if each.label.visit == "W12" and each.label.arm == "active"
        )
        covered.append(found.lower <= truth <= found.upper)
    assert np.mean(covered) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 300))


def _true_change() -> float:
    u = np.random.default_rng(3).normal(size=2_000_000) * 0.8
    before, after = EFFECTS[0] + EFFECTS[1], EFFECTS[[0, 1, 4, 7]].sum()
    return float(10 * np.mean(1 / (1 + np.exp(-after - u)) - 1 / (1 + np.exp(-before - u))))


@pytest.mark.parametrize("family", ["binomial", "cumulative", "gamma"])
def test_means_are_those_of_what_the_model_would_send(family: FamilyName) -> None:
    """A simulation from the fitted model, 400 000 participants a visit."""
    result = fitted("glmm80", family, 11)
    rng = np.random.default_rng(11)
    u = result.sd * rng.normal(size=400_000)
    cuts = 10 if family == "cumulative" else 0
    effects = result.parameters[cuts : cuts + (7 if cuts else 8)]
    intercept, effects = (0.0, effects) if cuts else (effects[0], effects[1:])
    arm, visits, crossed = effects[0], np.append(0, effects[1:4]), np.append(0, effects[4:7])
    etas = [
        intercept + active * arm + visits[place] + active * crossed[place]
        for active in (0, 1)
        for place in range(4)
    ]
    found = [_mean_of(family, float(eta), u, result.parameters[:cuts], rng) for eta in etas]
    stated = [each.estimate for each in result.means()]
    assert stated == pytest.approx(found, rel=0.005)


def _mean_of(
    family: FamilyName, eta: float, u: Floats, thresholds: Floats, rng: np.random.Generator
) -> float:
    if family == "gamma":
        return float(np.exp(eta + u).mean())
    if family == "binomial":
        return float(rng.binomial(10, 1 / (1 + np.exp(-eta - u))).mean())
    below = 1 / (1 + np.exp(-(thresholds[:, None] - eta - u)))
    return float((rng.random(len(u)) > below).sum(axis=0).mean())


@pytest.mark.parametrize("family", ["binomial", "cumulative", "gamma"])
def test_standard_errors_of_means_are_by_the_slopes_of_the_means(family: FamilyName) -> None:
    from analytics.mixed.generalised import fitting

    result = fitted("glmm80", family, 11)
    outcome = "odi" if family == "gamma" else "nrs"
    prepared = fitting.prepare(responses("glmm80", outcome), result.spec)
    for place, value in enumerate(result.parameters):
        step = np.zeros(len(result.parameters))
        step[place] = 1e-5 * max(1.0, abs(value))
        above = fitting.margin(prepared, result.parameters + step).value
        below = fitting.margin(prepared, result.parameters - step).value
        slope = (above - below) / (2 * step[place])
        assert result.margin.gradient[:, place] == pytest.approx(slope, abs=2e-7)


def test_with_covariates_the_means_are_over_the_participants() -> None:
    vectors = [(41, 7, 4), (55, 6, 3), (63, 9, 8), (37, 3, 1), (70, 10, 6), (48, 4, 4)]
    result = fit_generalised(
        Responses.build(visits=VISITS[:2], precision=Decimal(1), vectors=vectors, columns=[Column("age")]),
        GeneralisedSpec("binomial", terms=(Term(), Term(by="visit"), Term("age"))),
    )
    z, weights = np.polynomial.hermite_e.hermegauss(61)
    intercept, at_w1, by_age = result.parameters[:3]
    expected = [
        np.mean(
            [
                10 * weights @ (1 / (1 + np.exp(-intercept - visit - by_age * age - result.sd * z)))
                for age, *_ in vectors
            ]
        )
        / weights.sum()
        for visit in (0.0, at_w1)
    ]
    assert [each.estimate for each in result.means()] == pytest.approx(expected, abs=1e-10)


def test_no_variation_between_participants_is_named() -> None:
    """Every total the same: less than chance alone would bring."""
    vectors = [(7, 3), (6, 4), (5, 5), (7, 3), (6, 4), (5, 5), (6, 4)]
    result = fit_generalised(
        Responses.build(visits=VISITS[:2], precision=Decimal(1), vectors=vectors), GeneralisedSpec("binomial")
    )
    assert result.converged
    assert result.at_boundary == (SD,)
    assert result.sd < 1e-4
    assert "was estimated as zero" in result.warnings[0]
    # then it is a logistic regression: the logit of each share, and its usual variance
    shares = np.array([42 / 70, 28 / 70])
    logits = np.log(shares / (1 - shares))
    assert result.parameters[:2] == pytest.approx([logits[0], logits[1] - logits[0]], abs=1e-8)
    variances = 1 / (70 * shares * (1 - shares))
    assert np.diag(result.vcov) == pytest.approx([variances[0], variances.sum(), 0.0], abs=1e-7)
    assert [each.label.name for each in result.coefficients()] == ["(Intercept)", "visitW1"]
