"""`diagnostics`: what it says is what the engine says of the same persons."""

from dataclasses import asdict, fields
from pathlib import Path

import pytest

from analytics.mixed import ModelSpec, Term, fit
from analytics.mixed.command.main import main
from analytics.mixed.diagnostics import Residual, determination, normal_quantiles, residuals
from analytics.mixed.people import People, Person
from tests.analytics.mixed import trials
from tests.analytics.mixed.command.commands import Run, refused, trial, written

BY_ARM = (Term(), Term("age"), Term(arm=True), Term(by="visit"), Term(by="visit", arm=True))


def test_residuals_and_quantiles_are_those_of_the_engine(run: Run, tmp_path: Path) -> None:
    persons = trials.two_arms(31, 24)
    model = ("--arm", "arm", "--arm-order", ",".join(trials.ARMS), "--covariate", "age", "--covariance", "cs")
    found = run([*written("diagnostics", tmp_path / "a.csv", persons), *model])
    whole = trials.statistics(persons, arms=trials.ARMS, columns=(trials.AGE,))
    result = fit(whole, ModelSpec(terms=BY_ARM, covariance="cs"))
    expected = residuals(result, People.of(whole.shape, persons))
    assert len(found["residuals"]) == len(expected) == found["n_observations"]
    for name in (field.name for field in fields(Residual)):
        ours, theirs = [row[name] for row in found["residuals"]], [getattr(each, name) for each in expected]
        assert ours == (theirs if name in ("participant", "visit") else pytest.approx(theirs, rel=1e-9))
    points = normal_quantiles(each.cholesky for each in expected)
    for ours, point in zip(found["quantiles"], points, strict=True):
        assert ours == pytest.approx(asdict(point), rel=1e-9)
    assert found["outside"] == sum(not p.lower <= p.residual <= p.upper for p in points)
    assert found["determination"]["effects"] == pytest.approx(determination(result).effects)


def test_the_table_begins_with_the_outlier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    persons = [*trials.one_arm(23, 15), Person("outlier", (6, 12, 12, 15))]
    assert main(written("diagnostics", tmp_path / "a.csv", persons)) == 0
    text = capsys.readouterr().out
    table = text[text.index("Largest residuals") :].splitlines()
    assert table[0].split()[2:] == ["value", "fitted", "marginal", "conditional", "cholesky", "leverage"]
    assert table[1].startswith("outlier ")
    assert len(table) == 11
    assert "\nCondition numbers (1 is the best)" in text
    assert " independent (Cholesky) residuals lie outside " in text


def test_each_arm_may_have_its_own_covariance(run: Run, tmp_path: Path) -> None:
    command = ["diagnostics", *trial(tmp_path / "a.csv")[1:], "--arm", "arm", "--covariance-by-arm"]
    together = run([*command, "--mean", "visit"])["residuals"]
    by_arm = run(command)["residuals"]
    assert len(together) == len(by_arm) == 108
    assert [each["cholesky"] for each in together] != [each["cholesky"] for each in by_arm]


def test_a_parameter_at_its_bound_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Values of a participant that repel one another leave a random intercept no variance."""
    persons = [Person(f"P{n}", (5, 4 + 2 * (n % 2), 6 - 2 * (n % 2), 5 + n % 3)) for n in range(12)]
    assert main([*written("diagnostics", tmp_path / "a.csv", persons), "--covariance", "ri"]) == 0
    assert "\nHeld at their bound: " in capsys.readouterr().out


@pytest.mark.usefixtures("unconverged")
def test_a_search_that_did_not_converge_says_so(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = written("diagnostics", tmp_path / "a.csv", trials.one_arm(26, 12))
    assert run(command, code=1)["determination"] is None
    assert main(command) == 1
    assert capsys.readouterr().out.startswith("NOT CONVERGED: do not use these numbers.\n")


def test_a_random_site_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["diagnostics", *trial(tmp_path / "a.csv")[1:], "--covariance", "ri", "--random-site", "site"]
    assert "leave out --random-site" in refused(command, capsys)


@pytest.mark.parametrize("option", ["--df z", "--information expected", "--level 0.9", "--baseline-visit W1"])
def test_what_says_how_to_infer_is_refused(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [*written("diagnostics", tmp_path / "a.csv", trials.one_arm(26, 12)), *option.split()]
    assert f"Unrecognized arguments: {option}; " in refused(command, capsys)
