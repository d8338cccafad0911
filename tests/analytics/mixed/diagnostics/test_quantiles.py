import numpy as np
import pytest
from scipy import stats

from analytics.mixed.diagnostics import normal_quantiles


def test_each_point_has_the_distribution_of_its_order_statistic() -> None:
    rng = np.random.default_rng(5)
    values = rng.normal(size=40)
    points = normal_quantiles([*values.tolist(), float("nan")])
    assert [point.residual for point in points] == sorted(values.tolist())
    for place, point in enumerate(points, start=1):
        order = stats.beta(place, 41 - place)
        assert point.expected == pytest.approx(stats.norm.ppf(order.median()), abs=1e-9)
        assert point.lower == pytest.approx(stats.norm.ppf(order.ppf(0.025)), abs=1e-9)
        assert point.upper == pytest.approx(stats.norm.ppf(order.ppf(0.975)), abs=1e-9)


def test_normal_values_lie_within_the_band_as_often_as_it_says() -> None:
    rng = np.random.default_rng(6)
    inside = [
        point.lower <= point.residual <= point.upper
        for _ in range(400)
        for point in normal_quantiles(rng.normal(size=20).tolist())
    ]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.012)


def test_no_residuals_have_no_points() -> None:
    assert normal_quantiles([]) == ()
