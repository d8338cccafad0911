"""Generalised mixed models beside those of R: the same ratings, the same model, as many nodes.

python -m benchmarks.generalised          both, some minutes: ordinal::clmm takes its time
python -m benchmarks.generalised --quick  without ordinal::clmm
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from analytics.mixed.generalised import GeneralisedSpec, fit_generalised
from benchmarks import report
from benchmarks.comparison import effect, in_words
from benchmarks.peers import Effect, Measured, parse, timed
from benchmarks.ratings import Ratings, simulate
from benchmarks.two_arms import EFFECT, TERMS

SCRIPT = Path(__file__).parent / "r" / "generalised.R"
PARTICIPANTS = 1_000
# Runs of the engine before its peer and after, so that both have the same hour.
BESIDE = 20
PATIENCE = 30.0
FASTER = 100.0
WITHOUT_BASELINE = tuple(term for term in TERMS if term.column != "baseline")


@dataclass(frozen=True)
class Rival:
    """A model, and the tool of generalised.R that fits it, so many times."""

    tool: str
    name: str
    spec: GeneralisedSpec
    runs: int


GLMER = Rival("glmer", "lme4::glmer", GeneralisedSpec("binomial", nodes=11, terms=WITHOUT_BASELINE), 5)
CLMM = Rival("clmm", "ordinal::clmm", GeneralisedSpec("cumulative", nodes=10, terms=WITHOUT_BASELINE), 1)


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="without ordinal::clmm")
    options = parser.parse_args(arguments)
    report.heading(
        "From ratings in memory to all coefficients: y ~ arm * visit + (1 | id), four visits,\n"
        f"{PARTICIPANTS:,} participants, 6 % of values missing. The effect is {EFFECT}."
    )
    trial = simulate(PARTICIPANTS)
    with TemporaryDirectory(prefix="fascicle-bench-") as folder:
        file = Path(folder) / "ratings.csv"
        trial.write(file)
        for rival in (GLMER,) if options.quick else (GLMER, CLMM):
            print("\n".join(compared(rival, trial, file)), flush=True)


def compared(rival: Rival, trial: Ratings, file: Path) -> list[str]:
    """The engine, its peer, the engine again."""
    whole_fit(trial, rival.spec)
    before = timed(lambda: whole_fit(trial, rival.spec), BESIDE, PATIENCE)
    theirs = of_r(rival, file)
    after = timed(lambda: whole_fit(trial, rival.spec), BESIDE, PATIENCE)
    ours = Measured(before + after, whole_fit(trial, rival.spec))
    lines = [
        f"\n{rival.spec.family}, {rival.spec.nodes} nodes",
        line("this engine", ours),
        line(rival.name, theirs),
    ]
    return lines if theirs.skipped else [*lines, verdict(ours, theirs)]


def whole_fit(trial: Ratings, spec: GeneralisedSpec) -> Effect:
    """From an array of ratings to coefficients, and to means and changes in points, which R does not give."""
    result = fit_generalised(trial.responses(), spec)
    assert result.converged
    result.differences_in_change()
    found = {each.label.name: each for each in result.coefficients()}[EFFECT]
    return Effect(found.estimate, found.se, found.df)


def of_r(rival: Rival, file: Path) -> Measured:
    """As measured by generalised.R."""
    if shutil.which("Rscript") is None:
        return Measured(skipped="R is not installed")
    command = ["Rscript", "--vanilla", str(SCRIPT), str(file), rival.tool, str(rival.runs), str(PATIENCE)]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    if answer.returncode:
        return Measured(skipped=f"failed: {answer.stderr.strip().splitlines()[-1]}")
    return parse(answer.stdout)


def line(name: str, found: Measured) -> str:
    if found.skipped:
        return f"  {name}: {found.skipped}"
    low, high = min(found.seconds), max(found.seconds)
    times = f"median {in_words(median(found.seconds))}, {in_words(low)} to {in_words(high)}"
    versions = f"; {found.versions}" if found.versions else ""
    return f"  {name}: {times}, n = {len(found.seconds)}; effect {effect(found.effect)}{versions}"


def verdict(ours: Measured, theirs: Measured) -> str:
    ratio = median(theirs.seconds) / median(ours.seconds)
    met = "met" if ratio >= FASTER else "missed"
    return f"  {ratio:,.0f} × slower than this engine. Goal: at least {FASTER:g} ×, {met}."


if __name__ == "__main__":
    main(sys.argv[1:])
