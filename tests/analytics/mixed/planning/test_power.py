import numpy as np
import pytest
from scipy import stats

from analytics.mixed import AWAITED, InputRefused, ModelSpec, NotEstimable, Term, fit
from analytics.mixed.people import Person
from analytics.mixed.planning import Plan, PowerCurve, Tally, assumptions, power_curve, simulate
from analytics.mixed.planning.assumption import stays_drawn
from tests.analytics.mixed import trials

SIZES = (20, 60, 120, 240)
Z = float(stats.norm.ppf(0.975))


def tallied(rng: np.random.Generator, slopes: list[float], trials_each: int) -> list[list[Tally]]:
    """As if each assumption had exactly the power of its slope."""
    return [
        [
            Tally(size, trials_each, int(rng.binomial(trials_each, stats.norm.cdf(a * np.sqrt(size) - Z))), 0)
            for size in SIZES
        ]
        for a in slopes
    ]


def test_one_assumption_has_no_band_and_the_size_of_the_normal_formula() -> None:
    a = 0.3
    curve = power_curve(tallied(np.random.default_rng(81), [a], 100_000))
    for point in curve.points:
        expected = stats.norm.cdf(a * np.sqrt(point.participants) - Z)
        assert point.power == pytest.approx(expected, abs=0.01)
        assert point.lower == point.upper == point.power
    for needed in curve.needed:
        exact = ((Z + stats.norm.ppf(needed.power)) / a) ** 2
        assert needed.participants == pytest.approx(exact, rel=0.03)
        assert needed.fewest == needed.participants == needed.most


def test_monte_carlo_error_is_not_taken_for_uncertainty() -> None:
    """Forty times the same assumption, with few trials each: the band must be nearly a line."""
    curve = power_curve(tallied(np.random.default_rng(82), [0.3] * 40, 30))
    assert all(point.upper - point.lower < 0.08 for point in curve.points)


def test_true_uncertainty_stays_in_the_band() -> None:
    rng = np.random.default_rng(83)
    slopes = rng.normal(0.3, 0.06, size=200).tolist()
    curve = power_curve(tallied(rng, slopes, 50))
    for point in curve.points:
        powers = stats.norm.cdf(np.array(slopes) * np.sqrt(point.participants) - Z)
        assert point.lower == pytest.approx(np.quantile(powers, 0.05), abs=0.05)
        assert point.upper == pytest.approx(np.quantile(powers, 0.95), abs=0.05)
        assert point.power == pytest.approx(powers.mean(), abs=0.03)
        assert point.observed == pytest.approx(powers.mean(), abs=0.03)


def test_an_effect_the_wrong_way_reaches_no_power() -> None:
    needed = power_curve([[Tally(size, 1000, 0, 0) for size in SIZES]] * 3).needed[0]
    assert needed.participants is None or needed.participants > 10_000


def test_without_trials_there_is_no_curve() -> None:
    with pytest.raises(NotEstimable, match="No trial"):
        power_curve([])


def curve_of_a_pilot(participants: int, seed: int = 84) -> PowerCurve:
    persons = trials.one_arm(seed, participants, visits=("BL", "W12"))
    whole = trials.statistics(persons, visits=("BL", "W12"))
    result = fit(whole, ModelSpec())
    rng = np.random.default_rng(seed)
    drawn = assumptions(result, trials.people(whole, persons), rng, 20, effect=-1.0)
    plan = Plan(("BL", "W12"), trials.UNIT)
    return power_curve([[simulate(plan, each, size, 25, rng) for size in (40, 120)] for each in drawn])


def test_the_band_widens_as_the_pilot_shrinks() -> None:
    small, large = curve_of_a_pilot(12), curve_of_a_pilot(400)
    for narrow, wide in zip(large.points, small.points, strict=True):
        assert wide.upper - wide.lower > 1.5 * (narrow.upper - narrow.lower)


def test_draws_scatter_about_the_fit_as_its_standard_errors_say() -> None:
    persons = trials.one_arm(85, 80, missing=0.2)
    whole = trials.statistics(persons)
    result = fit(whole, ModelSpec())
    people = trials.people(whole, persons)
    drawn = assumptions(result, people, np.random.default_rng(86), 150, effect=-1.0, share=0.5)
    means = np.array([each.means for each in drawn])
    ses = np.array([each.se for each in result.means()])
    np.testing.assert_allclose(
        means.mean(axis=0), [each.estimate for each in result.means()], atol=4 * ses.max() / 12
    )
    np.testing.assert_allclose(means.std(axis=0), ses, rtol=0.2)
    stays = np.array([each.stays for each in drawn])
    last = people.attended[:, -1].mean()
    assert stays[:, 0] == pytest.approx(1)
    assert stays[:, -1].mean() == pytest.approx(last, abs=0.03)
    assert (np.diff(stays, axis=1) <= 1e-12).all()
    changes = means[:, -1] - means[:, 0]
    np.testing.assert_allclose([each.effect for each in drawn], -1.0 + 0.5 * changes)


def test_a_pilot_of_several_arms_is_refused() -> None:
    persons = trials.two_arms(87, with_age=False)
    whole = trials.statistics(persons, arms=trials.ARMS)
    terms = (Term(), Term(arm=True), Term(by="visit"), Term(by="visit", arm=True))
    result = fit(whole, ModelSpec(terms=terms))
    with pytest.raises(InputRefused, match="one arm"):
        assumptions(result, trials.people(whole, persons), np.random.default_rng(1), 1, effect=1.0)


def test_few_trials_do_not_pull_the_curve_from_the_truth() -> None:
    """Sizes at which nearly every trial finds the effect say little, and must not flatten the others."""
    rng = np.random.default_rng(88)
    curve = power_curve(tallied(rng, [0.45] * 400, 20))
    for point in curve.points:
        assert point.power == pytest.approx(stats.norm.cdf(0.45 * np.sqrt(point.participants) - Z), abs=0.01)


def test_the_curve_between_the_sizes_meets_their_points() -> None:
    curve = power_curve(tallied(np.random.default_rng(89), [0.2, 0.25, 0.3], 50))
    between = {each.participants: each for each in curve.between}
    assert all(size % 2 == 0 for size in between)
    for point in (curve.points[0], curve.points[-1]):
        same = between[point.participants]
        assert (same.power, same.lower, same.upper) == (point.power, point.lower, point.upper)
    powers = [each.power for each in curve.between]
    assert powers == sorted(powers)


@pytest.mark.parametrize("visits", [("BL", "W12"), trials.VISITS])
def test_the_chance_to_stay_knows_no_number_of_visits(visits: tuple[str, ...]) -> None:
    persons = [Person(f"P{n:02}", (6, *(4,) * (len(visits) - 1))) for n in range(24)]
    persons += [Person(f"Q{n}", (7, *(None,) * (len(visits) - 1))) for n in range(2)]
    people = trials.people(trials.statistics(persons, visits=visits), persons)
    rng = np.random.default_rng(87)
    last = np.array([stays_drawn(people, rng)[-1] for _ in range(4000)])
    a, b = 24.5, 2.5  # of Jeffreys' prior
    assert last.mean() == pytest.approx(a / (a + b), abs=0.004)
    assert last.std() == pytest.approx(np.sqrt(a * b / (a + b) ** 2 / (a + b + 1)), rel=0.05)


def test_whoever_is_awaited_has_neither_stayed_nor_left() -> None:
    whole = [Person(f"P{n:02}", (6, 5, 4, 4)) for n in range(20)]
    ahead = [Person(f"Q{n:02}", (7, 5, AWAITED, AWAITED)) for n in range(20)]
    gone = [Person(f"R{n:02}", (7, 5, None, None)) for n in range(5)]
    persons = whole + ahead + gone
    people = trials.people(trials.statistics(persons), persons)
    rng = np.random.default_rng(88)
    drawn = np.array([stays_drawn(people, rng) for _ in range(4000)]).mean(axis=0)
    sixth = 0.5 / 3
    first = (45 + 0.5 + 2 * sixth) / (45 + 0.5 + 3 * sixth)
    second = (20 + 0.5 + sixth) / (25 + 0.5 + 2 * sixth)
    assert drawn[1:3] == pytest.approx([first, first * second], abs=0.005)
