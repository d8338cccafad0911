"""One covariance for all participants, or one for each arm."""

from itertools import pairwise

import numpy as np
import pytest

from analytics.mixed import NotEstimable
from analytics.mixed.arrays import Floats
from analytics.mixed.covariance import STRUCTURES, GroupedCovariance
from analytics.mixed.spec import CovarianceName
from tests.analytics.mixed.covariance.examples import (
    NAMES,
    TIMES,
    VISITS,
    coverage,
    full,
    is_valid,
    structure,
    theta,
)
from tests.analytics.mixed.covariance.test_derivatives import differences

ARMS = ("placebo", "low")
OUTSIDE = np.array([2.0, 0.4, 0.05, 1.0])
INSIDE = np.array([2.0, 0.1, 0.05, 1.0])


def grouped(kind: CovarianceName, arms: tuple[str, ...] = ARMS) -> GroupedCovariance:
    return GroupedCovariance.of(STRUCTURES[kind], VISITS[:4], TIMES[:4], arms)


def thetas(kind: CovarianceName) -> tuple[Floats, Floats]:
    return theta(kind, 4, 1), theta(kind, 4, 2)


@pytest.mark.parametrize("kind", NAMES)
def test_one_group_is_the_structure_itself(kind: CovarianceName) -> None:
    one, found, at = grouped(kind, ()), structure(kind), theta(kind, 4, 1)
    assert one.names == found.names
    assert np.array_equal(one.lower, found.lower)
    assert np.array_equal(one.sigma(at), found.sigma(at)[None])
    assert np.array_equal(one.derivatives(at), found.derivatives(at)[:, None])
    second, expected = one.second_derivatives(at), found.second_derivatives(at)
    if second is None or expected is None:
        assert second is expected
    else:
        assert np.array_equal(second, expected[:, :, None])
    assert is_valid(one, at)
    assert np.array_equal(one.start(one.sigma(at)), found.start(found.sigma(at)))
    one.check([full(4)])


@pytest.mark.parametrize("kind", NAMES)
def test_each_arm_has_its_own_block(kind: CovarianceName) -> None:
    both, found = grouped(kind), structure(kind)
    first, second = thetas(kind)
    at = np.append(first, second)
    assert np.array_equal(both.sigma(at), [found.sigma(first), found.sigma(second)])
    assert both.derivatives(at) == pytest.approx(differences(both.sigma, at), rel=1e-9, abs=1e-9)
    expected = differences(both.derivatives, at)
    curvature = both.second_derivatives(at)
    if curvature is None:
        assert not expected.any()
    else:
        assert curvature == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert np.array_equal(both.lower, np.tile(found.lower, 2))
    assert np.array_equal(
        both.start(both.sigma(at)), np.concatenate([found.start(s) for s in both.sigma(at)])
    )
    assert is_valid(both, at)
    assert not is_valid(both, np.append(first, -np.abs(second)))


def test_the_arm_stands_behind_each_name() -> None:
    assert grouped("cs").names == (
        "covariance (placebo)",
        "residual variance (placebo)",
        "covariance (low)",
        "residual variance (low)",
    )


def test_too_few_data_name_the_arm() -> None:
    few = coverage([[9, 9, 9, 9], [9, 9, 9, 9], [9, 9, 9, 9], [9, 9, 9, 1]])
    with pytest.raises(NotEstimable, match=r"^In arm low, only 1 participant has a value at W12"):
        grouped("un").check([full(4), few])
    with pytest.raises(NotEstimable, match=r"^Only 1 participant"):
        grouped("un", ()).check([few])


def test_an_arm_without_residuals_is_named() -> None:
    with pytest.raises(NotEstimable, match=r"^In arm low, the means of the model reproduce every value"):
        grouped("cs").start(np.stack([np.eye(4), np.zeros((4, 4))]))


def test_a_boundary_in_one_arm_leaves_the_other_as_it_is() -> None:
    both = grouped("ris")
    assert both.beyond(np.append(INSIDE, INSIDE)) == ()
    found = both.beyond(np.append(INSIDE, OUTSIDE))
    assert len(found) == 3
    for candidate in found:
        assert candidate.structures[0] is both.structures[0]
        assert candidate.boundary.startswith("In arm low, the random")
        start = candidate.start(both.sigma(np.append(INSIDE, OUTSIDE)))
        assert is_valid(candidate, start)
        assert candidate.reported(start)[0] == both.names
        assert candidate.lower.shape == start.shape == (len(candidate.names),)


def test_boundaries_in_both_arms_are_all_tried() -> None:
    found = grouped("ris").beyond(np.append(OUTSIDE, OUTSIDE))
    kinds = {tuple(type(own) for own in candidate.structures) for candidate in found}
    assert len(found) == len(kinds) == 9
    assert all("In arm placebo" in each.boundary and "In arm low" in each.boundary for each in found)


def test_what_was_fitted_instead_can_be_asked_again() -> None:
    first = grouped("ris").beyond(np.append(OUTSIDE, INSIDE))
    for candidate in first:
        own = candidate.start(grouped("ris").sigma(np.append(OUTSIDE, OUTSIDE)))
        sizes = np.cumsum([0, *(len(each.names) for each in candidate.structures)])
        blocks = [own[a:b] for a, b in pairwise(sizes)]
        assert candidate.beyond(np.append(blocks[0], OUTSIDE))
        assert candidate.beyond(np.append(blocks[0], INSIDE)) == ()
