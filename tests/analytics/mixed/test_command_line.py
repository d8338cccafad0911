"""`python -m analytics.mixed fit` on files: the numbers of the references, the contract, the refusals."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.mixed.command.main import main
from tests.analytics.mixed.reference import CASES, FOLDER, golden

PILOT = ("--participant", "id", "--visit", "week")
LAYOUTS: dict[str, tuple[str, ...]] = {
    "~ visit": PILOT,
    "~ visit + age + sex": (*PILOT, "--covariate", "age", "--covariate", "sex"),
    "~ base + site + arm * visit": (
        *(*PILOT, "--covariate", "base", "--covariate", "site"),
        *("--arm", "arm", "--arm-order", "control,active"),
    ),
    "~ Days": ("--participant", "Subject", "--visit", "Days", "--time", "Days", "--mean", "slope"),
    "~ Sex * age": (
        *("--participant", "Subject", "--visit", "age", "--time", "age", "--arm", "Sex"),
        *("--mean", "slope"),
    ),
}

# What a reference calls a method, as options.
METHODS = {
    "satterthwaite": ("--df", "satterthwaite"),
    "kr_observed": (),
    "kr_observed_linear": ("--df", "kenward-roger-linear"),
    "kr_expected": ("--information", "expected"),
    "kr_expected_linear": ("--df", "kenward-roger-linear", "--information", "expected"),
}

Run = Callable[..., dict[str, Any]]


def arguments(case: str) -> list[str]:
    expected = golden(case)
    return [
        *("fit", str(FOLDER / expected["dataset"]), "--outcome", expected["outcome"]),
        *LAYOUTS[expected["fixed"]],
        *("--covariance", expected["covariance"], "--method", expected["method"].lower()),
    ]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command that must succeed, and gives its JSON."""

    def run(command: Sequence[str], code: int = 0) -> dict[str, Any]:
        assert main([*command, "--json", str(tmp_path / "out.json")]) == code
        assert capsys.readouterr().err == ""
        found: dict[str, Any] = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
        return found

    return run


def agree(actual: npt.ArrayLike, expected: npt.ArrayLike, tolerance: float) -> None:
    # the reference stores a list of one as a number
    np.testing.assert_allclose(
        np.atleast_1d(np.asarray(actual, float)), np.atleast_1d(expected), rtol=tolerance, atol=1e-12
    )


@pytest.mark.parametrize("case", CASES)
def test_the_fit_is_that_of_the_reference(case: str, run: Run) -> None:
    expected, found = golden(case), run(arguments(case))
    oracle = expected["oracle"]
    assert list(found["beta"]) == expected["coef_names"]
    agree(list(found["beta"].values()), oracle["beta"], 1e-7)
    agree(found["vcov"], oracle["vcov"], 1e-7)
    agree(found["loglik"], oracle["logLik"], 1e-9)
    agree(found["criterion"], oracle["minus2ll"], 1e-9)
    agree(found["covariance_matrix"], oracle["Sigma"], 1e-7)
    assert found["converged"]
    assert found["visits"] == expected["visits"]
    assert (found["n_participants"], found["n_observations"]) == (expected["n_subjects"], expected["n_obs"])
    agree(
        sorted(found["covariance_parameters"].values()),
        sorted(np.atleast_1d(list(oracle["theta"].values()))),
        1e-6,
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", CASES)
def test_each_method_gives_the_coefficients_of_the_reference(case: str, method: str, run: Run) -> None:
    found, oracle = run([*arguments(case), *METHODS[method]]), golden(case)["oracle"]
    expected = oracle["coefficients"][method]
    assert [row["name"] for row in found["coefficients"]] == list(found["beta"])
    for ours, theirs, tolerance in (
        ("estimate", "est", 1e-7),
        ("se", "se", 1e-6),
        ("df", "df", 1e-6),
        ("t", "t", 1e-6),
        ("p", "p", 1e-4),
    ):
        agree([row[ours] for row in found["coefficients"]], expected[theirs], tolerance)
    if method == "satterthwaite":
        assert found["vcov_adjusted"] is None
        assert found["kenward_roger"] is None
    else:
        agree(np.sqrt(np.diag(found["vcov_adjusted"])), expected["se"], 1e-6)
    if f"vcov_{method}" in oracle:
        agree(found["vcov_adjusted"], oracle[f"vcov_{method}"], 1e-6)
