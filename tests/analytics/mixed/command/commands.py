"""Commands to run: the reference cases as arguments, a trial of our own, and what is asked of answers."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from analytics.mixed import Estimate
from analytics.mixed.command.main import main
from analytics.mixed.people import Person
from tests.analytics.mixed import trials
from tests.analytics.mixed.reference import FOLDER, golden

Run = Callable[..., dict[str, Any]]

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


ORDER = ("--arm", "arm", "--arm-order", "placebo,low,high")


def arguments(case: str) -> list[str]:
    expected = golden(case)
    return [
        *("fit", str(FOLDER / expected["dataset"]), "--outcome", expected["outcome"]),
        *LAYOUTS[expected["fixed"]],
        *("--covariance", expected["covariance"], "--method", expected["method"].lower()),
    ]


def agree(actual: npt.ArrayLike, expected: npt.ArrayLike, tolerance: float) -> None:
    # the reference stores a list of one as a number
    np.testing.assert_allclose(
        np.atleast_1d(np.asarray(actual, float)), np.atleast_1d(expected), rtol=tolerance, atol=1e-12
    )


def trial(path: Path, *, visits: Sequence[str] = ("BL", "W1", "W2"), scale: float = 1.0) -> list[str]:
    """Writes a trial of three arms; the arguments that read it."""
    rows = ["id,visit,week,arm,age,sex,site,y"]
    rng = np.random.default_rng(1)
    for n in range(36):
        arm, own = ("placebo", "low", "high")[n % 3], rng.normal()
        for week, visit in enumerate(visits):
            y = round(float(5 + own + rng.normal() - week * (n % 3) / 3), 2) * scale
            rows.append(f"P{n},{visit},{2 * week},{arm},{30 + n * 7 % 40},{'FM'[n % 2]},S{n % 4},{y:.12g}")
    path.write_text("\n".join(rows), encoding="utf-8")
    return ["fit", str(path), "--outcome", "y", "--participant", "id", "--visit", "visit"]


def written(command: str, path: Path, persons: Sequence[Person]) -> list[str]:
    """Writes the persons of a synthetic trial, with their arm and age where they have them; the arguments
    that read them."""
    rows = ["id,visit,arm,age,y"]
    for code, vector, cell in persons:
        own, values = vector[: len(vector) - len(trials.VISITS)], vector[-len(trials.VISITS) :]
        for visit, value in zip(trials.VISITS, values, strict=True):
            age = own[0] if own else ""
            rows.append(f"{code},{visit},{cell.arm},{age},{'' if value is None else value}")
    path.write_text("\n".join(rows), encoding="utf-8")
    return [
        *(command, str(path), "--outcome", "y", "--participant", "id", "--visit", "visit"),
        *("--visit-order", ",".join(trials.VISITS), "--precision", str(trials.UNIT)),
    ]


def refused(command: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What the command says when it refuses: one line, and nothing else."""
    assert main(command) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    return printed.err


def same_estimates(rows: Sequence[dict[str, Any]], expected: Sequence[Estimate]) -> None:
    """Label by label and number by number."""
    assert [(row.get("visit", ""), row.get("arm", ""), row.get("name", "")) for row in rows] == [
        (each.label.visit, each.label.arm, each.label.name) for each in expected
    ]
    for ours, theirs in (
        *(("estimate", "estimate"), ("se", "se"), ("lower", "lower"), ("upper", "upper")),
        *(("t", "statistic"), ("p", "p")),
    ):
        agree([row[ours] for row in rows], [getattr(each, theirs) for each in expected], 1e-9)
    dfs = [each.df if np.isfinite(each.df) else None for each in expected]
    assert [row["df"] for row in rows] == pytest.approx(dfs)
