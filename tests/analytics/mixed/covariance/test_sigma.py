"""Sigma is what its definition says, and what R's reference fits have."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.mixed import InputRefused
from analytics.mixed.covariance import IN_WORDS, STRUCTURES
from analytics.mixed.spec import CovarianceName
from tests.analytics.mixed.covariance.examples import KINDS, NAMES, SIZES, structure, theta, written_out

REFERENCE = Path(__file__).parents[3] / "reference"


def fits() -> list[Path]:
    return [path for path in sorted(REFERENCE.glob("*.json")) if "Sigma" in read(path).get("oracle", {})]


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_sigma_is_as_defined_and_symmetric(kind: str, size: int) -> None:
    for seed in (1, 2, 3):
        at = theta(kind, size, seed)
        sigma = structure(kind, size).sigma(at)
        assert sigma == pytest.approx(written_out(kind, size, at), rel=1e-13, abs=1e-14)
        assert np.array_equal(sigma, sigma.T)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_parameter_has_one_name_and_one_bound(kind: str, size: int) -> None:
    found = structure(kind, size)
    assert len(set(found.names)) == len(found.names) == len(found.lower) == len(theta(kind, size, 1))


@pytest.mark.parametrize("path", fits(), ids=lambda path: path.stem)
def test_the_parameters_are_those_of_the_reference_fits(path: Path) -> None:
    """Kenward–Roger depends on them."""
    expected = read(path)
    visits = tuple(expected["visits"])
    times = tuple(float(visit) for visit in visits)
    found = STRUCTURES[expected["covariance"]](visits, times)
    values = expected["oracle"]["theta"].values()
    at = np.array([np.ravel(value)[0] for value in values])
    sigma = np.array(expected["oracle"]["Sigma"])
    assert found.sigma(at) == pytest.approx(sigma, rel=1e-9)
    assert found.start(sigma) == pytest.approx(at, rel=0.05)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("un", ("variance BL", "covariance BL, W1", "variance W1")),
        ("cs", ("covariance", "residual variance")),
        ("ri", ("variance between participants", "residual variance")),
        ("diag", ("variance BL", "variance W1")),
        ("toep", ("variance", "covariance at lag 1")),
        ("ar1", ("variance", "correlation at lag 1")),
        ("ar1h", ("variance BL", "variance W1", "correlation at lag 1")),
        ("csh", ("variance BL", "variance W1", "correlation")),
        ("toeph", ("variance BL", "variance W1", "correlation at lag 1")),
        ("ad", ("variance", "correlation BL, W1")),
        ("adh", ("variance BL", "variance W1", "correlation BL, W1")),
    ],
)
def test_the_parameters_have_names_for_people(kind: str, names: tuple[str, ...]) -> None:
    assert structure(kind, 2).names == names


@pytest.mark.parametrize("kind", NAMES)
def test_each_structure_can_be_said_in_words(kind: CovarianceName) -> None:
    assert IN_WORDS[kind]
    assert structure(kind).boundary == ""


@pytest.mark.parametrize("kind", ["ris", "fanning out", "fanning in"])
def test_a_random_slope_without_times_is_refused(kind: str) -> None:
    with pytest.raises(InputRefused, match="one nominal time for each of the 3 visits; got 0"):
        KINDS[kind](("BL", "W1", "W2"))
    with pytest.raises(InputRefused, match="must be finite"):
        KINDS[kind](("BL", "W1", "W2"), (0.0, 1.0, float("nan")))
