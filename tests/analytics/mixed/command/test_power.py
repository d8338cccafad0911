"""`power`: what it says is what the engine says of the same persons."""

import re
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from analytics.mixed import ModelSpec, fit
from analytics.mixed.command.main import main
from analytics.mixed.command.reports.power import power_report
from analytics.mixed.planning import Plan, assumptions, power_curve, simulate
from tests.analytics.mixed import trials
from tests.analytics.mixed.command.commands import Run, refused, trial, written

SMALL = ("--draws", "3", "--trials", "4", "--sizes", "20,40")


def test_the_curve_is_that_of_the_engine(run: Run, tmp_path: Path) -> None:
    persons = trials.one_arm(41, 20)
    command = [*written("power", tmp_path / "a.csv", persons), *SMALL]
    found = run([*command, "--effect", "-1.5", "--share", "0.2", "--alpha", "0.1", "--seed", "5"])
    whole = trials.statistics(persons)
    result, people = fit(whole, ModelSpec()), trials.people(whole, persons)
    plan = Plan(trials.VISITS, trials.UNIT, alpha=0.1)
    drawn, tallies = [], []
    for number in range(3):
        rng = np.random.default_rng([5, number])
        (assumption,) = assumptions(result, people, rng, 1, effect=-1.5, share=0.2)
        drawn.append(assumption)
        tallies.append([simulate(plan, assumption, size, 4, rng) for size in (20, 40)])
    curve = power_curve(tallies, alpha=0.1)
    assert found["points"] == [pytest.approx(asdict(point)) for point in curve.points]
    assert found["needed"] == [asdict(needed) for needed in curve.needed]
    assert [each["effect"] for each in found["assumptions"]] == pytest.approx([each.effect for each in drawn])
    for ours, theirs in zip(found["assumptions"], drawn, strict=True):
        np.testing.assert_allclose(ours["means"], theirs.means)
        np.testing.assert_allclose(ours["sigma"], theirs.sigma)
        np.testing.assert_allclose(ours["stays"], theirs.stays)
        change = ours["means"][-1] - ours["means"][0]
        assert ours["effect"] == pytest.approx(-1.5 + 0.2 * change)
    names = ("effect", "share", "alpha", "seed", "draws", "trials")
    assert [found[name] for name in names] == [-1.5, 0.2, 0.1, 5, 3, 4]
    assert found["band"] == 0.9


def test_a_larger_effect_needs_fewer(run: Run, tmp_path: Path) -> None:
    command = [*written("power", tmp_path / "a.csv", trials.one_arm(42, 24)), *SMALL]
    small, large = (run([*command, "--effect", effect]) for effect in ("1", "4"))
    assert large["needed"][0]["most"] < small["needed"][0]["fewest"]
    for needed in large["needed"]:
        assert needed["fewest"] <= needed["participants"] <= needed["most"]


def test_a_seed_decides_and_more_draws_leave_the_others(run: Run, tmp_path: Path) -> None:
    command = [*written("power", tmp_path / "a.csv", trials.one_arm(43, 16)), "--effect", "2", *SMALL]
    one, again = run(command), run([*command, "--seed", "1"])
    assert one == again
    assert run([*command, "--seed", "2"])["assumptions"] != one["assumptions"]
    assert run([*command, "--draws", "4"])["assumptions"][:3] == one["assumptions"]


def test_arms_may_be_taken_as_one_pilot(run: Run, tmp_path: Path) -> None:
    command = ["power", *trial(tmp_path / "a.csv")[1:], "--effect", "1", *SMALL]
    one = run([*command, "--arm", "arm", "--mean", "visit"])
    assert one["points"] == run(command)["points"]
    assert one["notes"][0].startswith("The arms are left out of the model")


def test_the_table_gives_a_band_and_never_a_single_number(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [*written("power", tmp_path / "a.csv", trials.one_arm(44, 24)), "--effect", "3", *SMALL]
    found = run(command)
    assert main([*command, "--share", "0.5"]) == 0
    text = capsys.readouterr().out
    assert "compared at W12 by a two-sided test at level 0.05" in text
    assert "Effect: 3 plus 0.5 of the change in the pilot" in text
    assert "Simulated: 4 trials for each size and each of 3 draws" in text
    table = text[text.index("Participants in both arms") :].split("\n\n")[0].splitlines()
    assert [line.split()[0] for line in table[1:]] == ["20", "40"]
    band = r"Needed for a power of 80 %: between \d+ and \d+ participants, in 90 % of what the pilot leaves"
    assert re.search(band, text)
    fewest, middle, most = found["needed"][0]["fewest"], 999_999, found["needed"][0]["most"]
    told = power_report(found | {"needed": [found["needed"][0] | {"participants": middle}]})
    assert f"between {fewest} and {most} participants" in told
    assert str(middle) not in told


def test_where_the_band_has_no_end_it_says_so(run: Run, tmp_path: Path) -> None:
    found = run([*written("power", tmp_path / "a.csv", trials.one_arm(45, 16)), "--effect", "3", *SMALL])
    needed = {"power": 0.8, "participants": None, "fewest": 40, "most": None}
    assert "40 participants or more, without an upper bound" in power_report(found | {"needed": [needed]})
    never = power_report(found | {"needed": [needed | {"fewest": None}]})
    assert "Needed for a power of 80 %: no number of participants" in never


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--sizes", "40,41"], "'41' is not an even number of at least 4"),
        (["--sizes", "2"], "'2' is not an even number of at least 4"),
        (["--sizes", "40,forty"], "'forty' is not an even number"),
        (["--sizes", "40,40"], "'40,40' must name each once"),
        (["--draws", "0"], "'0' is not a whole number of at least 1"),
        (["--trials", "0"], "'0' is not a whole number of at least 1"),
        (["--alpha", "1"], "The level must lie between 0 and 1, for example 0.05; got 1.0."),
        (["--share", "nan"], "'nan' is not a finite number"),
        (["--effect", "much"], "'much' is not a finite number"),
        (["--effect", "0"], "There is no power to find an effect of zero"),
        (["--arm", "arm"], "is planned from a pilot of one arm; leave out --arm, or take all arms as one"),
        (
            ["--arm", "arm", "--mean", "visit", "--covariance-by-arm"],
            "is planned from a pilot of one arm",
        ),
        (["--random-site", "arm"], "The next trial is not planned from a model with a random site."),
        (["--covariate", "age"], "so its pilot has none; leave out --covariate."),
        (["--baseline-visit", "W1"], "Unrecognized arguments: --baseline-visit W1"),
        (["--visit-order", "W1", "--covariance", "diag"], "needs the baseline and at least one visit after"),
        (["--df", "z"], "Unrecognized arguments: --df z"),
    ],
)
def test_what_it_cannot_mean_is_refused(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [*written("power", tmp_path / "a.csv", trials.two_arms(46, 16)), "--effect", "1"]
    assert words in refused([*command, *options], capsys)


def test_the_effect_is_never_guessed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = written("power", tmp_path / "a.csv", trials.one_arm(47, 12))
    assert "required: --effect" in refused(command, capsys)
