import re

import pytest
from django.utils.translation import override

from analytics.mixed.covariance import STRUCTURES
from analytics.mixed.covariance.random_slope import FanningIn
from analytics.screens.parameters import at_bound, parameter

VISITS, WEEKS = ("BL", "W1", "W12"), (0.0, 1.0, 12.0)
EVERY = {
    *(name for structure in STRUCTURES.values() for name in structure(VISITS, WEEKS).names),
    *FanningIn.names,
    *FanningIn.held,
}


@pytest.mark.parametrize("name", sorted(EVERY))
def test_every_name_of_the_engine_is_known_in_chinese(name: str) -> None:
    with override("zh-hans"):
        assert re.findall(r"[a-z]+", parameter(name)) == []


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("variance", "variance"),
        ("variance W12", "variance at W12"),
        ("covariance BL, W1", "covariance of BL and W1"),
        ("correlation at lag 2", "correlation at lag 2"),
        ("residual variance (usual care)", "residual variance (usual care)"),
        ("something new", "something new"),
    ],
)
def test_a_name_is_read_as_a_sentence_has_it(name: str, read: str) -> None:
    assert parameter(name) == read


def test_what_the_search_left_at_its_bound_is_listed() -> None:
    assert at_bound([]) == "no parameter is at its bound"
    assert at_bound(["variance BL", "variance W1"]) == "at its bound: variance at BL and variance at W1"
