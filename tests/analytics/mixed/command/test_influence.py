"""`influence`: what it says is what the engine says of the same persons."""

from pathlib import Path

import pytest

from analytics.mixed import ModelSpec, Term, fit
from analytics.mixed.command.main import main
from analytics.mixed.diagnostics import determination, influence, without_each
from analytics.mixed.people import Person
from tests.analytics.mixed import trials
from tests.analytics.mixed.command.commands import Run, agree, refused, same_estimates, trial, written

BY_ARM = (Term(), Term("age"), Term(arm=True), Term(by="visit"), Term(by="visit", arm=True))
ARMS = ("--arm", "arm", "--arm-order", ",".join(trials.ARMS), "--covariate", "age")


def test_shifts_of_the_changes_are_those_of_the_engine(run: Run, tmp_path: Path) -> None:
    persons = trials.one_arm(21, 16)
    found = run([*written("influence", tmp_path / "a.csv", persons), "--baseline-visit", "W1"])
    whole = trials.statistics(persons)
    result = fit(whole, ModelSpec())
    expected = influence(result, without_each(whole, result, persons), lambda of: of.changes("W1"))
    assert found["estimated"] == "changes"
    same_estimates(found["estimates"], result.changes("W1"))
    by_name = {each.participant: each for each in expected}
    assert len(found["participants"]) == len(by_name) == 16
    for each in found["participants"]:
        agree(each["shifts"], by_name[each["participant"]].shifts, 1e-9)
        assert each["cook"] == pytest.approx(by_name[each["participant"]].cook, rel=1e-9)
        assert each["reason"] == ""
    cooks = [each["cook"] for each in found["participants"]]
    assert cooks == sorted(cooks, reverse=True)
    conditions = determination(result)
    assert found["determination"] == pytest.approx(
        {
            "effects": conditions.effects,
            "covariance": conditions.covariance,
            "parameters": conditions.parameters,
            "poor": False,
        }
    )


def test_with_arms_they_are_shifts_of_the_differences_in_change(run: Run, tmp_path: Path) -> None:
    persons = trials.two_arms(22, 24)
    model = ("--covariance", "cs", "--df", "satterthwaite")
    found = run([*written("influence", tmp_path / "a.csv", persons), *ARMS, *model])
    whole = trials.statistics(persons, arms=trials.ARMS, columns=(trials.AGE,))
    spec = ModelSpec(terms=BY_ARM, covariance="cs", df_method="satterthwaite")
    result = fit(whole, spec)
    expected = influence(result, without_each(whole, result, persons), lambda of: of.differences_in_change())
    assert found["estimated"] == "differences_in_change"
    same_estimates(found["estimates"], result.differences_in_change())
    first = max(expected, key=lambda each: each.cook or 0.0)
    assert found["participants"][0]["participant"] == first.participant
    agree(found["participants"][0]["shifts"], first.shifts, 1e-9)


def test_the_outlier_comes_first(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    persons = [*trials.one_arm(23, 15), Person("outlier", (6, 12, 12, 15))]
    command = written("influence", tmp_path / "a.csv", persons)
    assert run(command)["participants"][0]["participant"] == "outlier"
    assert main(command) == 0
    text = capsys.readouterr().out
    table = text[text.index("Without ") :].splitlines()
    assert table[0].split() == ["Without", "Cook's", "distance", "shift", "W1", "shift", "W2", "shift", "W12"]
    assert table[1].startswith("outlier ")
    assert len(table) == 17
    for title in ("Changes from BL ", "Condition numbers (1 is the best)"):
        assert f"\n{title}" in text
    assert "poorly" not in text


def test_without_whom_there_is_no_model_comes_before_all(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only two have a value at W12: without either, its variance has nothing to be estimated from."""
    persons = [person._replace(vector=(*person.vector[:3], None)) for person in trials.one_arm(24, 14)]
    persons[3] = Person("needed", (5, 4, 6, 7))
    persons[9] = Person("needed too", (7, 4, 3, 3))
    command = [*written("influence", tmp_path / "a.csv", persons), "--covariance", "csh"]
    found = run(command)["participants"]
    names = {each["participant"] for each in found[:2]}
    assert names == {"needed", "needed too"}
    for each in found[:2]:
        assert (each["shifts"], each["cook"]) == ([], None)
        assert each["reason"]
    assert all(each["reason"] == "" for each in found[2:])
    assert main(command) == 0
    assert "\nWithout needed or needed too: " in capsys.readouterr().out


def test_a_model_that_is_poorly_determined_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shifted = [
        person._replace(vector=(1_000_000 + int(trials.number(person.vector[0])), *person.vector[1:]))
        for person in trials.two_arms(25, 24)
    ]
    assert main([*written("influence", tmp_path / "a.csv", shifted), "--covariate", "age"]) == 0
    assert "The data determine the model poorly" in capsys.readouterr().out


def test_a_random_site_and_arms_of_their_own_covariance_can_be_left_out_too(run: Run, tmp_path: Path) -> None:
    command = ["influence", *trial(tmp_path / "a.csv")[1:], "--covariance", "ri"]
    assert len(run([*command, "--random-site", "site"])["participants"]) == 36
    by_arm = run([*command, "--arm", "arm", "--covariance-by-arm", "--mean", "visit"])
    assert by_arm["estimated"] == "changes"
    assert len(by_arm["participants"][0]["shifts"]) == 6


@pytest.mark.usefixtures("unconverged")
def test_a_search_that_did_not_converge_says_so(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = written("influence", tmp_path / "a.csv", trials.one_arm(26, 12))
    found = run(command, code=1)
    assert found["determination"] is None
    assert main(command) == 1
    assert capsys.readouterr().out.startswith("NOT CONVERGED: do not use these numbers.\n")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--family", "binomial"], "Unrecognized arguments: --family binomial"),
        (["--weights", "equal"], "Unrecognized arguments: --weights equal"),
        (["--baseline-visit", "W3"], "The model has no visit 'W3'"),
        (["--covariance-by-arm"], "--covariance-by-arm needs --arm"),
        (["--json", "/nowhere/out.json"], "The file /nowhere/out.json cannot be written"),
    ],
)
def test_what_it_cannot_mean_is_refused(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = written("influence", tmp_path / "a.csv", trials.one_arm(27, 12))
    assert words in refused([*command, *options], capsys)
