"""`sensitivity`: what it says is what the engine says of the same persons."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.mixed import ModelSpec, Term, fit
from analytics.mixed.command.main import main
from analytics.mixed.diagnostics import without_each
from analytics.mixed.people import Person
from analytics.mixed.sensitivity import (
    Scenario,
    Strategy,
    Targets,
    compare,
    estimates,
    impute,
    tipping_points,
    under,
)
from analytics.mixed.simulation import redrawn
from tests.analytics.mixed import trials
from tests.analytics.mixed.command.commands import Run, agree, refused, same_estimates, trial, written

STRATEGIES: tuple[Strategy, ...] = ("mar", "j2r", "cr", "cir")
BY_ARM = (Term(), Term("age"), Term(arm=True), Term(by="visit"), Term(by="visit", arm=True))
ARMS = ("--arm", "arm", "--arm-order", ",".join(trials.ARMS), "--covariate", "age")
FEW = ("--imputations", "4")


def held(found: dict[str, Any], persons: list[Person], targets: Targets, *, by_arm: bool, seed: int) -> None:
    """Every number of the answer, with four imputations and deltas 0 and 3."""
    whole = (
        trials.statistics(persons, arms=trials.ARMS, columns=(trials.AGE,))
        if by_arm
        else trials.statistics(persons)
    )
    result = fit(whole, ModelSpec(terms=BY_ARM) if by_arm else ModelSpec())
    refits = list(without_each(whole, result, persons))
    people = trials.people(whole, persons)
    rng = np.random.default_rng([seed, 1])
    draws = [redrawn(result, people, rng) for _ in range(4)]
    same_estimates(found["estimates"], targets.estimates(result))
    assert [each["strategy"] for each in found["conditional_mean"]] == list(STRATEGIES)
    assert [each["strategy"] for each in found["imputed"]] == list(STRATEGIES)
    for place, strategy in enumerate(STRATEGIES):
        exact = under(result, refits, targets, Scenario(strategy))
        same_estimates(found["conditional_mean"][place]["estimates"], estimates(result, targets, exact))
        own = np.random.default_rng([seed, 2])
        pooled = impute(result, people, draws, targets, Scenario(strategy), own)
        imputed = found["imputed"][place]
        assert imputed["imputations"] == 4
        same_estimates(imputed["estimates"], pooled.estimates)
        agree([row["missing_information"] for row in imputed["estimates"]], pooled.missing_information, 1e-9)
    points = tipping_points(result, refits, targets, Scenario(), (0.0, 3.0))
    for row, point in zip(found["tipping_points"]["targets"], points, strict=True):
        assert [each["delta"] for each in row["deltas"]] == [0.0, 3.0]
        same_estimates(row["deltas"], point.estimates)
        assert row["already"] is point.already
        assert row["tips_at"] == (None if point.tips_at is None else pytest.approx(point.tips_at))
    assert [each["comparator"] for each in found["comparisons"]] == ["completers", "locf"]
    same_estimates(
        found["comparisons"][0]["estimates"], targets.estimates(compare(result, people, "completers"))
    )
    same_estimates(found["comparisons"][1]["estimates"], targets.estimates(compare(result, people, "locf")))


def test_each_analysis_is_that_of_the_engine(run: Run, tmp_path: Path) -> None:
    persons = trials.one_arm(31, 18, missing=0.25)
    command = written("sensitivity", tmp_path / "a.csv", persons)
    found = run([*command, *FEW, "--deltas", "0,3", "--seed", "7", "--baseline-visit", "W1"])
    assert (found["estimated"], found["seed"]) == ("changes", 7)
    held(found, persons, Targets("W1"), by_arm=False, seed=7)


def test_with_arms_the_first_is_the_reference(run: Run, tmp_path: Path) -> None:
    persons = trials.two_arms(32, 26, missing=0.25)
    found = run([*written("sensitivity", tmp_path / "a.csv", persons), *ARMS, *FEW, "--deltas", "0,3"])
    assert found["estimated"] == "differences_in_change"
    held(found, persons, Targets("BL"), by_arm=True, seed=1)


def test_missing_at_random_is_the_declared_model_and_the_reference_is_not(run: Run, tmp_path: Path) -> None:
    command = written("sensitivity", tmp_path / "a.csv", trials.one_arm(33, 18, missing=0.25))
    found = run([*command, *FEW, "--strategies", "j2r,mar"])
    assert [each["strategy"] for each in found["imputed"]] == ["j2r", "mar"]
    declared = np.array([row["estimate"] for row in found["estimates"]])
    jump, random = (
        np.array([row["estimate"] for row in each["estimates"]]) for each in found["conditional_mean"]
    )
    agree(random, declared, 1e-9)
    assert (np.abs(jump) < np.abs(declared)).all()


def test_a_seed_decides_the_imputations_and_nothing_else(run: Run, tmp_path: Path) -> None:
    command = written("sensitivity", tmp_path / "a.csv", trials.one_arm(34, 14))
    command += [*FEW, "--strategies", "mar"]
    one, again, other = run(command), run([*command, "--seed", "1"]), run([*command, "--seed", "2"])
    assert one == again
    assert {name for name in one if one[name] != other[name]} == {"seed", "imputed"}


def test_deltas_may_go_down(run: Run, tmp_path: Path) -> None:
    command = written("sensitivity", tmp_path / "a.csv", trials.one_arm(35, 14))
    command += [*FEW, "--strategies", "mar"]
    (last,) = run([*command, "--deltas", "0,-1,-2.5"])["tipping_points"]["targets"][-1:]
    assert [each["delta"] for each in last["deltas"]] == [0, -1, -2.5]
    values = [each["estimate"] for each in last["deltas"]]
    assert values == sorted(values, reverse=True)
    (plain,) = run(command)["tipping_points"]["targets"][-1:]
    assert [each["delta"] for each in plain["deltas"]] == list(range(11))


def test_an_analysis_that_cannot_be_made_says_why_and_the_others_are(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    persons = [Person(f"P{n}", (5 + n % 3, 4 + n % 2, None, n % 4)) for n in range(8)]
    persons += [Person(f"Q{n}", (5 + n % 2, None, 3 + n % 4, (n * 5) % 7)) for n in range(8)]
    command = [*written("sensitivity", tmp_path / "a.csv", persons), "--covariance", "cs", *FEW]
    completers, carried = run(command)["comparisons"]
    assert completers["reason"] == "No participant has a value at every visit yet."
    assert "estimates" not in completers
    assert carried["reason"] is None
    assert len(carried["estimates"]) == 3
    assert main(command) == 0
    words = "Completers only (only to be compared): No participant has a value at every visit yet."
    assert words in capsys.readouterr().out


def test_values_too_fine_to_be_drawn_leave_what_needs_no_draw(run: Run, tmp_path: Path) -> None:
    command = ["sensitivity", *trial(tmp_path / "a.csv")[1:], *FEW]
    plain, fine = run(command), run([*command, "--precision", "1e-16"])
    for each in fine["imputed"]:
        assert "which is not a multiple of the declared precision" in each["reason"]
    for ours, theirs in zip(fine["conditional_mean"], plain["conditional_mean"], strict=True):
        values = [row["estimate"] for row in theirs["estimates"]]
        agree([row["estimate"] for row in ours["estimates"]], values, 1e-9)


def test_the_table_tells_what_is_only_to_be_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = written("sensitivity", tmp_path / "a.csv", trials.one_arm(51, 30, missing=0.3))
    assert main([*command, *FEW, "--deltas", "0,0.01"]) == 0
    text = capsys.readouterr().out
    for title in (
        "Changes from BL, as declared",
        "Missing at random (conditional mean)",
        "Jump to reference (4 imputations)",
        "Tipping points, missing at random",
        "Completers only (only to be compared)",
        "Last value carried forward (only to be compared)",
    ):
        assert f"\n{title} " in text
    assert "none up to 0.01" in text
    assert main([*command, *FEW]) == 0
    tips = capsys.readouterr().out.split("Tipping points")[1].split("\n\n")[0].splitlines()
    assert 0 < float(tips[-1].split()[-1]) < 10


def test_an_interval_that_contains_zero_already_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flat = [
        Person(f"P{n}", (5 + n % 4, 5 + n * 3 % 4, 5 + n * 7 % 4 if n % 5 else None, 5 + n * 5 % 4))
        for n in range(15)
    ]
    assert main([*written("sensitivity", tmp_path / "a.csv", flat), *FEW, "--covariance", "cs"]) == 0
    assert "the interval contains zero without any delta" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--strategies", "mar,none"], "'none' is no strategy; there are mar, j2r, cr, cir"),
        (["--strategies", "mar,mar"], "'mar,mar' must name each once"),
        (["--imputations", "1"], "'1' is not a whole number of at least 2"),
        (["--imputations", "many"], "'many' is not a whole number of at least 2"),
        (["--deltas", "1,2"], "'1,2' must begin at zero and go in one direction"),
        (["--deltas", "0,2,1"], "'0,2,1' must begin at zero and go in one direction"),
        (["--deltas", "0,inf"], "'inf' is not a finite number"),
        (["--deltas", "0,x"], "'x' is not a finite number"),
        (["--seed=-1"], "'-1' is not a whole number of at least 0"),
        (["--random-site", "arm"], "Missing values are not imputed from a model with a random site."),
        (
            ["--arm", "arm", "--covariance-by-arm", "--mean", "visit"],
            "needs a mean that tells the arms apart; leave out --mean visit.",
        ),
        (["--baseline-visit", "W3"], "The model has no visit 'W3'"),
        (["--visit-order", "W1", "--covariance", "diag"], "The model has one visit only"),
        (["--family", "gamma"], "Unrecognized arguments: --family gamma"),
    ],
)
def test_what_it_cannot_mean_is_refused(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = written("sensitivity", tmp_path / "a.csv", trials.two_arms(37, 16))
    assert words in refused([*command, *options], capsys)
