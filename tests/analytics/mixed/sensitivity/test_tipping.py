import pytest

from analytics.mixed import ModelSpec, fit
from analytics.mixed.diagnostics import without_each
from analytics.mixed.sensitivity import Scenario, Targets, TippingPoint, estimates, tipping_points, under
from tests.analytics.mixed import trials

TARGETS = Targets("BL")


def found(deltas: tuple[float, ...], seed: int = 51, missing: float = 0.3) -> tuple[TippingPoint, ...]:
    persons = trials.one_arm(seed, 30, missing=missing)
    whole = trials.statistics(persons)
    result = fit(whole, ModelSpec())
    refits = list(without_each(whole, result, persons))
    points = tipping_points(result, refits, TARGETS, Scenario(), deltas)
    for point in points:
        for delta, each in zip(point.deltas, point.estimates, strict=True):
            direct = estimates(result, TARGETS, under(result, refits, TARGETS, Scenario("mar", delta)))
            same = next(one for one in direct if one.label == each.label)
            assert (each.estimate, each.se) == pytest.approx((same.estimate, same.se))
    return points


def test_at_the_tipping_point_the_interval_touches_zero() -> None:
    last = found((0.0, 2.0, 4.0, 6.0, 8.0, 10.0))[-1]
    assert last.estimates[0].upper < 0
    assert last.tips_at is not None
    assert not last.already
    before = max(delta for delta, each in zip(last.deltas, last.estimates, strict=True) if each.upper < 0)
    after = min(delta for delta, each in zip(last.deltas, last.estimates, strict=True) if each.upper >= 0)
    assert before < last.tips_at <= after
    # the upper limit is zero there: between the neighbours it is nearly a line
    (again,) = found((0.0, last.tips_at))[-1:]
    assert again.estimates[1].upper == pytest.approx(0, abs=1e-9)


def test_where_no_delta_of_the_range_tips_there_is_no_point() -> None:
    last = found((0.0, 0.1), missing=0.1)[-1]
    assert last.tips_at is None
    assert not last.already


def test_what_contained_zero_from_the_start_cannot_tip() -> None:
    persons = [p._replace(vector=(p.vector[0], *p.vector[:1], *p.vector[2:])) for p in trials.one_arm(52, 20)]
    tilted = [
        p._replace(
            vector=(p.vector[0], None if n % 5 == 0 else (p.vector[0] or 0) + (-1) ** n, *p.vector[2:])
        )
        for n, p in enumerate(persons)
    ]
    whole = trials.statistics(tilted)
    result = fit(whole, ModelSpec(covariance="cs"))
    refits = list(without_each(whole, result, tilted))
    first = tipping_points(result, refits, TARGETS, Scenario(), (0.0, 1.0))[0]
    assert first.estimates[0].lower < 0 < first.estimates[0].upper
    assert first.already
    assert first.tips_at is None
