"""The command line against R on data that neither has seen before."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.oracles.rscript import Json, answer

WEEKS = (0, 1, 2, 12)


@pytest.fixture(scope="session")
def data(seed: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two arms, a covariate, a random intercept and slope, gaps."""
    rng = np.random.default_rng(seed)
    path = tmp_path_factory.mktemp("oracles") / "data.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "arm", "age", "visit", "week", "pain"])
        for number in range(60):
            arm, age = ("control", "treated")[number % 2], int(rng.integers(25, 70))
            start, slope = rng.normal(scale=2.0), rng.normal(scale=0.25)
            for week, scale in zip(WEEKS, (1.0, 1.4, 1.2, 1.7), strict=True):
                mean = 30 + 0.05 * age - week * (0.2 + 0.2 * (arm == "treated"))
                pain = mean + start + slope * week + rng.normal(scale=scale)
                missing = week > 0 and rng.random() < 0.12
                writer.writerow([f"P{number:02}", arm, age, week, week, "" if missing else f"{pain:.1f}"])
    return path


@pytest.fixture(scope="session")
def r(data: Path) -> Json:
    return answer("fit.R", data)


def ours(data: Path, covariance: str, *options: str) -> Json:
    out = data.with_name("fascicle.json")
    columns = [
        "--outcome",
        "pain",
        "--participant",
        "id",
        "--visit",
        "visit",
        "--arm",
        "arm",
        "--covariate",
        "age",
    ]
    command = [sys.executable, "-m", "analytics.mixed", "fit", str(data), *columns]
    command += ["--covariance", covariance, *options, "--json", str(out)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found: Json = json.loads(out.read_text(encoding="utf-8"))
    return found


def column(found: Json, name: str) -> dict[str, float]:
    return {row["name"]: row[name] for row in found["coefficients"]}


def differs(actual: dict[str, float], expected: dict[str, float]) -> float:
    assert actual.keys() == expected.keys()
    return largest([actual[name] for name in expected], list(expected.values()))


def largest(actual: npt.ArrayLike, expected: npt.ArrayLike) -> float:
    """Difference, relative to the largest number."""
    a, e = np.asarray(actual, float), np.asarray(expected, float)
    assert a.shape == e.shape
    return float(np.max(np.abs(a - e)) / np.max(np.abs(e)))


MIXED = {
    "ri": ("ri",),
    "ri_ml": ("ri", "--method", "ml"),
    "ris": ("ris", "--mean", "slope", "--time", "week"),
}
KENWARD_ROGER = ("--df", "kenward-roger-linear", "--information", "expected")


@pytest.mark.parametrize("name", MIXED)
def test_lme4_and_lmertest_agree(name: str, data: Path, r: Json) -> None:
    found, expected = ours(data, *MIXED[name], "--df", "satterthwaite"), r[name]
    assert found["converged"]
    assert abs(found["loglik"] - expected["loglik"]) < 1e-7
    assert largest(list(found["covariance_parameters"].values()), expected["parameters"]) < 1e-5
    for quantity, tolerance in (("estimate", 1e-7), ("se", 1e-6), ("df", 2e-3), ("p", 1e-3)):
        theirs = {name: row[quantity] for name, row in expected["satterthwaite"].items()}
        assert differs(column(found, quantity), theirs) < tolerance


@pytest.mark.parametrize("name", ["ri", "ris"])
@pytest.mark.parametrize("method", ["satterthwaite", "kenward_roger"])
def test_the_f_test_of_the_interaction_agrees(name: str, method: str, data: Path, r: Json) -> None:
    options = KENWARD_ROGER if method == "kenward_roger" else ("--df", "satterthwaite")
    interaction = ours(data, *MIXED[name], *options)["tests"][-1]
    expected = r[name][f"{method}_f"]
    assert interaction["term"].startswith("arm:")
    assert largest(interaction["f"], expected["f"]) < 1e-5
    assert largest(interaction["denominator_df"], expected["df"]) < 2e-3
    assert largest(interaction["p"], expected["p"]) < 1e-3


@pytest.mark.parametrize("name", ["ri", "ris"])
def test_pbkrtest_agrees(name: str, data: Path, r: Json) -> None:
    found, expected = ours(data, *MIXED[name], *KENWARD_ROGER), r[name]["kenward_roger"]
    for quantity, tolerance in (("estimate", 1e-7), ("se", 1e-5), ("df", 1e-5), ("p", 1e-3)):
        theirs = {name: row[quantity] for name, row in expected.items()}
        assert differs(column(found, quantity), theirs) < tolerance


@pytest.mark.parametrize("name", ["un", "cs", "csh", "ar1", "ar1h"])
def test_gls_agrees(name: str, data: Path, r: Json) -> None:
    found, expected = ours(data, name), r[name]
    if "error" in expected:
        pytest.skip(f"gls failed: {expected['error']}")
    assert abs(found["loglik"] - expected["loglik"]) < 1e-5
    assert differs(found["beta"], expected["estimate"]) < 1e-4
    se = dict(zip(found["beta"], np.sqrt(np.diag(found["vcov"])), strict=True))
    assert differs(se, expected["se"]) < 1e-4
    assert largest(found["covariance_matrix"], expected["sigma"]) < 2e-3
