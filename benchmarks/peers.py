"""Other tools that fit the model of two_arms.py: statsmodels in this process, R's in a process of its own.

Each has its data in memory as its own frame before the clock starts, and has fitted once before.
"""

import csv
import shutil
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.two_arms import ARMS, TwoArms, simulate

SCRIPT = Path(__file__).parent / "r" / "peers.R"


@dataclass(frozen=True)
class Effect:
    """The arm difference in change at the last visit; df is infinite for z."""

    estimate: float
    se: float
    df: float


@dataclass(frozen=True)
class Measured:
    """The seconds of each run; `skipped` says why there are none."""

    seconds: tuple[float, ...] = ()
    effect: Effect | None = None
    versions: str = ""
    skipped: str = ""


@dataclass(frozen=True)
class Peer:
    """`largest` is the number of participants up to which a fit takes less than about two minutes."""

    name: str
    covariance: str
    method: str
    largest: int
    measure: Callable[["Data", int, float], Measured] = field(repr=False)
    beyond: str = "would take more than two minutes"


@dataclass(frozen=True)
class Data:
    """A trial, and the CSV file from which R reads it."""

    trial: TwoArms
    file: Path


@contextmanager
def written(trial: TwoArms) -> Iterator[Data]:
    """With the trial as a CSV file, for as long as the block lasts."""
    with TemporaryDirectory(prefix="fascicle-bench-") as folder:
        file = Path(folder) / "trial.csv"
        long = trial.long()
        with file.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle)
            writer.writerow(long)
            writer.writerows(zip(*(column.tolist() for column in long.values()), strict=True))
        yield Data(trial, file)


def timed(run: Callable[[], object], runs: int, patience: float) -> tuple[float, ...]:
    """The seconds of each run; no further run after `patience` seconds."""
    began = time.perf_counter()
    seconds: list[float] = []
    while len(seconds) < runs and (not seconds or time.perf_counter() - began < patience):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return tuple(seconds)


def statsmodels(data: Data, runs: int, patience: float) -> Measured:
    """MixedLM with a random intercept from a data frame and a formula."""
    frame = _frame(data.trial)
    _mixed_lm(_frame(simulate(40)))
    found: list[Effect] = []
    seconds = timed(lambda: found.append(_mixed_lm(frame)), runs, patience)
    return Measured(seconds, found[-1], f"statsmodels {version('statsmodels')}")


def _mixed_lm(frame: Any) -> Effect:
    from statsmodels.formula.api import mixedlm  # type: ignore[import-untyped]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = mixedlm("y ~ arm * visit + baseline", frame, groups="id").fit(reml=True)
    name = "arm[T.active]:visit[T.4]"
    return Effect(float(fitted.params[name]), float(fitted.bse[name]), inf)


def _frame(trial: TwoArms) -> Any:
    import pandas as pd

    frame = pd.DataFrame(trial.long())
    frame["arm"] = pd.Categorical(frame["arm"], categories=list(ARMS))
    return frame


def of_r(tool: str) -> Callable[[Data, int, float], Measured]:
    """A tool of peers.R."""

    def measure(data: Data, runs: int, patience: float) -> Measured:
        if shutil.which("Rscript") is None:
            return Measured(skipped="R is not installed")
        command = ["Rscript", "--vanilla", str(SCRIPT), str(data.file), tool, str(runs), str(patience)]
        answer = subprocess.run(command, check=False, capture_output=True, text=True)
        if answer.returncode:
            return Measured(skipped=f"failed: {answer.stderr.strip().splitlines()[-1]}")
        return parse(answer.stdout)

    return measure


def parse(output: str) -> Measured:
    """What peers.R wrote."""
    lines = [line.split(maxsplit=1) for line in output.splitlines()]
    words = dict(lines)
    if "absent" in words:
        return Measured(skipped=f"{', '.join(words['absent'].split())} not installed")
    estimate, se, df = map(float, words["effect"].split())
    return Measured(
        seconds=tuple(float(value) for name, value in lines if name == "seconds"),
        effect=Effect(estimate, se, df),
        versions=words["versions"].strip(),
    )


PEERS = (
    Peer("statsmodels MixedLM", "random intercept", "z", 100_000, statsmodels),
    Peer(
        "lme4 + lmerTest + pbkrtest",
        "random intercept",
        "Kenward–Roger",
        1_000,
        of_r("lmer-kenward-roger"),
        "would need matrices of all values by all values",
    ),
    Peer("lme4 + lmerTest", "random intercept", "Satterthwaite", 100_000, of_r("lmer-satterthwaite")),
    Peer("nlme::gls", "unstructured", "residual", 10_000, of_r("gls")),
    Peer("mmrm", "unstructured", "Kenward–Roger", 100_000, of_r("mmrm")),
)
