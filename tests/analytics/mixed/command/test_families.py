"""Families other than gaussian: what the command says is what the engine says."""

from dataclasses import replace
from pathlib import Path

import pytest

from analytics.mixed.command.main import main
from analytics.mixed.generalised import FamilyName, GeneralisedResult, GeneralisedSpec, Responses
from analytics.mixed.generalised import fit_generalised as fit
from analytics.mixed.generalised.fitting import LOG_SHAPE, SD
from tests.analytics.mixed.command.commands import Run, agree, refused, same_estimates, trial
from tests.analytics.mixed.generalised.reference import expected, fitted
from tests.analytics.mixed.reference import FOLDER

FAMILIES: tuple[FamilyName, ...] = ("binomial", "cumulative", "gamma")
COLUMNS = ("--participant", "id", "--visit", "week")
ARMS = ("--arm", "arm", "--arm-order", "control,active")


def arguments(case: str, family: FamilyName) -> list[str]:
    outcome = "odi" if family == "gamma" else "nrs"
    file = FOLDER / expected(case, "dataset")
    arms = ARMS if case == "glmm80" else ("--visit-order", "0,1,2,12")
    return ["fit", str(file), "--outcome", outcome, *COLUMNS, *arms, "--family", family]


# The other case has an odi of zero, which a gamma distribution does not have.
@pytest.mark.parametrize(
    ("case", "family"),
    [
        ("pilot26_glmm", "binomial"),
        ("pilot26_glmm", "cumulative"),
        *(("glmm80", family) for family in FAMILIES),
    ],
)
def test_the_fit_is_that_of_the_engine(case: str, family: FamilyName, run: Run) -> None:
    found, result = run(arguments(case, family)), fitted(case, family, 11)
    assert list(found["parameters"]) == list(result.names)
    agree(list(found["parameters"].values()), result.parameters, 1e-12)
    agree(found["vcov"], result.vcov, 1e-12)
    agree(found["sd"], result.sd, 1e-12)
    assert found["shape"] == (None if result.shape is None else pytest.approx(result.shape))
    agree(found["loglik"], result.log_likelihood, 1e-12)
    assert found["criterion"] == -2 * found["loglik"]
    assert (found["converged"], found["warnings"]) == (True, list(result.warnings))
    assert found["n_participants"] == result.n_participants
    assert found["n_observations"] == result.n_observations
    same_estimates(found["coefficients"], result.coefficients())
    same_estimates(found["means"], result.means())
    same_estimates(found["changes"], result.changes())
    if case == "glmm80":
        same_estimates(found["differences_in_change"], result.differences_in_change())
    else:
        assert "differences_in_change" not in found


def test_the_fit_is_the_exact_maximum(run: Run) -> None:
    found = run([*arguments("glmm80", "binomial"), "--nodes", "25"])
    truth = expected("glmm80", "binomial10", "exact_ml")
    agree(list(found["parameters"].values()), [*truth["beta"], truth["sd"]], 1e-7)
    agree(found["loglik"], truth["logLik"], 1e-9)


def test_nodes_are_those_asked_for(run: Run) -> None:
    found = run([*arguments("glmm80", "binomial"), "--nodes", "1"])
    assert found["nodes"] == 1
    agree(found["loglik"], fitted("glmm80", "binomial", 1).log_likelihood, 1e-12)
    assert abs(found["loglik"] - fitted("glmm80", "binomial", 11).log_likelihood) > 1e-6


def test_trials_are_the_largest_value(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    ten, twenty = (run([*arguments("glmm80", "binomial"), *trials]) for trials in ((), ("--trials", "20")))
    assert (ten["trials"], twenty["trials"]) == (10, 20)
    assert twenty["parameters"]["(Intercept)"] < ten["parameters"]["(Intercept)"]
    words = refused([*arguments("glmm80", "binomial"), "--trials", "5"], capsys)
    assert "no whole number from 0 to 5, as a binomial model of 5 trials needs" in words
    assert run(arguments("glmm80", "cumulative"))["trials"] is None


def test_changes_are_from_the_baseline_visit_at_the_level(run: Run) -> None:
    found = run([*arguments("glmm80", "binomial"), "--baseline-visit", "1", "--level", "0.9"])
    result = fitted("glmm80", "binomial", 11)
    at_level = replace(result, spec=replace(result.spec, level=0.9))
    assert (found["baseline_visit"], found["level"]) == ("1", 0.9)
    same_estimates(found["changes"], at_level.changes("1"))
    same_estimates(found["differences_in_change"], at_level.differences_in_change("1"))


def test_covariates_orders_and_slopes_are_read_as_for_a_gaussian_model(run: Run, tmp_path: Path) -> None:
    command = [*trial(tmp_path / "a.csv"), "--arm", "arm", "--arm-order", "placebo,low,high"]
    own = ["--covariate", "age", "--covariate", "sex:visit", "--visit-order", "BL,W2"]
    for more in (own, ["--time", "week", "--mean", "slope", "--covariance", "ri", "--covariate", "sex"]):
        gaussian = run([*command, *more])
        without = [each for each in more if each not in ("--covariance", "ri")]
        generalised = run([*command, *without, "--family", "gamma"])
        assert list(generalised["parameters"])[:-2] == list(gaussian["beta"])
        for name in ("visits", "arms", "mean", "covariates", "notes", "precision", "n_observations"):
            assert generalised[name] == gaussian[name]


def test_arms_that_the_mean_does_not_tell_apart_are_left_out(run: Run) -> None:
    found = run([*arguments("glmm80", "binomial"), "--mean", "visit"])
    assert found["arms"] == []
    assert "differences_in_change" not in found


def test_a_random_intercept_of_zero_is_told(run: Run, tmp_path: Path) -> None:
    rows = [f"P{n},{week},{(n * 7 + week * 5) % 10}" for n in range(20) for week in (0, 1, 2)]
    (tmp_path / "a.csv").write_text("\n".join(["id,week,y", *rows]), encoding="utf-8")
    found = run(["fit", str(tmp_path / "a.csv"), "--outcome", "y", *COLUMNS, "--family", "cumulative"])
    assert found["at_boundary"] == [SD]
    assert SD not in [row["name"] for row in found["coefficients"]]
    assert f"The {SD} was estimated as zero" in found["warnings"][0]


def test_what_cannot_be_zero_is_not_tested_against_it(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(arguments("glmm80", "gamma"))
    assert list(found["parameters"])[-2:] == [SD, LOG_SHAPE]
    assert [row["name"] for row in found["coefficients"]] == list(found["parameters"])[:-2]
    assert main(arguments("glmm80", "gamma")) == 0
    text = capsys.readouterr().out
    table = text[text.index("Other parameters") :].splitlines()
    assert table[0].split()[2:] == ["estimate", "se"]
    for place, name in ((-2, SD), (-1, LOG_SHAPE)):
        (line,) = (line for line in table if line.startswith(name))
        numbers = [found["parameters"][name], found["vcov"][place][place] ** 0.5]
        assert [float(word) for word in line.split()[-2:]] == pytest.approx(numbers, rel=1e-5)


def test_the_table_says_family_link_and_scale(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments("glmm80", "binomial")) == 0
    text = capsys.readouterr().out
    assert "Family: binomial with logit link, 10 trials; a random intercept" in text
    assert "ML, adaptive quadrature with 11 nodes; normal distribution (z); intervals of 95 %" in text
    for title in (
        "Coefficients on the scale of the link",
        "Means on the scale of the outcome",
        "Changes from 0",
        "Differences from control in change from 0",
    ):
        assert f"\n{title} " in text
    assert "Differences" not in _text([*arguments("pilot26_glmm", "cumulative"), "--nodes", "1"], capsys)


def _text(command: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(command) == 0
    return capsys.readouterr().out


def test_a_search_that_did_not_converge_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def unconverged(responses: Responses, spec: GeneralisedSpec) -> GeneralisedResult:
        return replace(fit(responses, spec), converged=False, warnings=("The search stopped.",))

    monkeypatch.setattr("analytics.mixed.command.main.fit_generalised", unconverged)
    found = run(arguments("glmm80", "binomial"), code=1)
    assert (found["converged"], found["warnings"]) == (False, ["The search stopped."])


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    "options",
    [
        ("--covariance", "un"),
        ("--covariance-by-arm",),
        ("--random-site", "arm"),
        ("--fallbacks", "cs"),
        ("--method", "ml"),
        ("--method", "reml"),
        ("--df", "z"),
        ("--information", "observed"),
        ("--weights", "equal"),
    ],
)
def test_what_belongs_to_gaussian_models_is_refused(
    family: FamilyName, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    words = f"{options[0]} does not apply to the family {family}; leave it out.\n"
    assert refused([*arguments("glmm80", family), *options], capsys) == words


@pytest.mark.parametrize(
    ("family", "options", "words"),
    [
        ("gaussian", ["--nodes", "11"], "--nodes does not apply to the family gaussian"),
        (
            "gaussian",
            ["--trials", "5", "--nodes", "3"],
            "--nodes and --trials do not apply to the family gaussian; leave them out.",
        ),
        ("cumulative", ["--trials", "10"], "--trials does not apply to the family cumulative"),
        ("gamma", ["--trials", "10"], "--trials does not apply to the family gamma"),
        (
            "binomial",
            ["--df", "z", "--covariance", "cs", "--method", "ml"],
            "--covariance, --method and --df do not apply to the family binomial; leave them out.",
        ),
        ("binomial", ["--nodes", "0"], "'0' is not a whole number of at least 1"),
        ("binomial", ["--nodes", "102"], "The nodes must be from 1 to 101; got 102."),
        ("binomial", ["--trials", "1.5"], "'1.5' is not a whole number of at least 1"),
        ("binomial", ["--level", "1"], "The level must lie between 0 and 1"),
        ("binomial", ["--baseline-visit", "W3"], "The model has no visit 'W3'"),
        ("poisson", [], "invalid choice: 'poisson'"),
    ],
)
def test_what_a_family_cannot_mean_is_refused(
    family: str, options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [*arguments("glmm80", "binomial")[:-1], family]
    assert words in refused([*command, *options], capsys)


def test_without_a_family_the_options_of_families_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = refused([*trial(tmp_path / "a.csv"), "--nodes", "5"], capsys)
    assert words == "--nodes does not apply to the family gaussian; leave it out.\n"


def test_data_that_a_family_does_not_have_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [*trial(tmp_path / "a.csv"), "--family"]
    assert "no whole number from 0 to 10" in refused([*command, "binomial"], capsys)
    rows = [f"P{n},{week},{week * n}" for n in range(6) for week in (0, 1)]
    (tmp_path / "b.csv").write_text("\n".join(["id,week,y", *rows]), encoding="utf-8")
    zero = ["fit", str(tmp_path / "b.csv"), "--outcome", "y", *COLUMNS, "--family"]
    assert "7 values are zero or less" in refused([*zero, "gamma"], capsys)
    assert "All values at 0 are 0, the end of the scale" in refused([*zero, "cumulative"], capsys)
