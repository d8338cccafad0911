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


def test_means_changes_and_their_adjustments_are_those_of_emmeans(run: Run) -> None:
    expected = golden("pilot26_nrs_un")["engines"]["mmrm"]["emmeans_kr_linear"]
    found = run([*arguments("pilot26_nrs_un"), "--df", "kenward-roger-linear"])
    changes = found["changes"]
    for ours, theirs in (
        ("estimate", "est"),
        ("se", "se"),
        ("df", "df"),
        ("lower", "lower"),
        ("upper", "upper"),
    ):
        agree([row[ours] for row in found["means"]], expected["emm"][theirs], 1e-5)
        agree([row[ours] for row in changes], expected["contrasts"][theirs], 1e-5)
    assert [row["visit"] for row in changes] == ["1", "2", "12"]
    agree([row["p_adjusted"]["holm"] for row in changes], expected["p_holm"], 1e-4)
    agree([row["p_adjusted"]["bonferroni"] for row in changes], expected["p_bonferroni"], 1e-4)
    # theirs rounds the degrees of freedom to whole ones
    assert abs(changes[0]["p_adjusted"]["multivariate-t"] - np.atleast_1d(expected["mvt"]["p"])[0]) < 1e-4


def test_means_by_arm_stand_at_the_average_covariate_with_equal_sites(run: Run) -> None:
    expected = golden("twoarm200_un")["engines"]["mmrm"]["emmeans_kr_linear"]
    found = run([*arguments("twoarm200_un"), "--df", "kenward-roger-linear"])
    ours = {(row["arm"], row["visit"]): row["estimate"] for row in found["means"]}
    labels = [(row["arm"], row["visit"]) for row in expected["emm"]["rows"]]
    agree([ours[label] for label in labels], expected["emm"]["est"], 1e-6)
    agree([row["estimate"] for row in found["differences"]], expected["contrasts"]["est"], 1e-6)
    interaction = [found["beta"][f"armactive:visit{visit}"] for visit in ("2", "12", "24")]
    agree([row["estimate"] for row in found["differences_in_change"]], interaction, 1e-9)


@pytest.mark.parametrize("case", ["orthodont_ris", "twoarm200_ri", "pilot26_nrs_ri_agesex"])
def test_tests_of_terms_are_those_of_pbkrtest(case: str, run: Run) -> None:
    expected = golden(case)["engines"]["lme4"]["anova_kr"]
    found = {row["term"]: row for row in run([*arguments(case), *METHODS["kr_expected_linear"]])["tests"]}
    assert set(found) == set(expected["terms"])
    rows = [found[term] for term in expected["terms"]]
    agree([row["f"] for row in rows], expected["F"], 1e-5)
    agree([row["numerator_df"] for row in rows], expected["ndf"], 0)
    agree([row["denominator_df"] for row in rows], expected["ddf"], 1e-4)


def test_the_diagonal_is_that_of_gls(run: Run) -> None:
    gls = golden("pilot26_nrs_diag")["engines"]["nlme_gls"]
    found = run(arguments("pilot26_nrs_diag"))
    agree(found["loglik"], gls["logLik"], 1e-8)
    agree(np.diag(found["vcov"]), np.diag(gls["vcov"]), 1e-4)


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


ORDER = ("--arm", "arm", "--arm-order", "placebo,low,high")


def test_names_and_keys_are_those_of_the_contract(run: Run, tmp_path: Path) -> None:
    found = run([*trial(tmp_path / "a.csv"), *ORDER, "--covariate", "age", "--covariate", "sex"])
    assert list(found["beta"]) == [
        *("(Intercept)", "age", "sexM", "armlow", "armhigh", "visitW1", "visitW2"),
        *("armlow:visitW1", "armhigh:visitW1", "armlow:visitW2", "armhigh:visitW2"),
    ]
    assert set(found) >= {
        *("beta", "vcov", "vcov_adjusted", "covariance_parameters", "covariance_matrix", "loglik"),
        *("criterion", "n_participants", "n_observations", "converged", "warnings", "coefficients"),
        *("means", "changes", "differences", "differences_in_change", "covariance", "method", "df_method"),
        *("information", "kenward_roger", "iterations", "gradient_norm", "at_boundary", "attempts"),
        *("visits", "arms", "notes", "n_rows_without_outcome", "tests"),
    }
    numbers = {"estimate", "se", "df", "t", "p", "lower", "upper"}
    assert set(found["coefficients"][0]) == numbers | {"name"}
    assert set(found["means"][0]) == numbers | {"visit", "arm"}
    assert set(found["changes"][0]) == numbers | {"visit", "arm", "p_adjusted", "adjusted"}
    assert set(found["changes"][0]["p_adjusted"]) == {
        "multivariate-t",
        "holm",
        "bonferroni",
        "fixed-sequence",
    }
    assert set(found["changes"][0]["adjusted"]["holm"]) == {"lower", "upper"}
    assert "SAS DDFM=KR" in found["kenward_roger"]
    assert found["criterion"] == -2 * found["loglik"]


def test_orders_choose_and_sort_visits_and_arms(run: Run, tmp_path: Path) -> None:
    command = trial(tmp_path / "a.csv")
    by_text = run([*command, "--arm", "arm"])
    assert by_text["visits"] == ["BL", "W1", "W2"]
    assert by_text["arms"] == ["high", "low", "placebo"]
    chosen = run(
        [
            *(*command, "--arm", "arm", "--arm-order", "placebo,high"),
            *("--visit-order", "W2,BL", "--baseline-visit", "BL"),
        ]
    )
    assert (chosen["arms"], chosen["visits"]) == (["placebo", "high"], ["W2", "BL"])
    assert {row["visit"] for row in chosen["changes"]} == {"W2"}
    assert chosen["notes"] == [
        "Visit W1 is left out, because --visit-order does not name it (36 values).",
        "12 participants are left out, because --arm-order does not name their arm: low.",
    ]


def test_visits_sort_as_numbers_where_all_are(run: Run, tmp_path: Path) -> None:
    assert run(trial(tmp_path / "a.csv", visits=("2", "10", "-1.5")))["visits"] == ["-1.5", "2", "10"]


def test_a_slope_is_named_after_its_column(run: Run, tmp_path: Path) -> None:
    command = [*trial(tmp_path / "a.csv"), "--time", "week", "--mean", "slope", "--covariance", "ri"]
    assert list(run(command)["beta"]) == ["(Intercept)", "week"]
    by_arm = run([*command, *ORDER])
    assert list(by_arm["beta"])[-3:] == ["week", "armlow:week", "armhigh:week"]
    assert [row["term"] for row in by_arm["tests"]] == ["arm", "week", "arm:week"]


def test_a_covariate_may_have_its_effect_at_each_visit(run: Run, tmp_path: Path) -> None:
    found = run([*trial(tmp_path / "a.csv"), "--covariate", "age:visit"])
    assert list(found["beta"])[-3:] == ["age", "age:visitW1", "age:visitW2"]
    assert [row["term"] for row in found["tests"]] == ["age", "age:visit", "visit"]


def test_arms_that_the_mean_does_not_tell_apart_are_left_out_with_a_note(run: Run, tmp_path: Path) -> None:
    found = run([*trial(tmp_path / "a.csv"), "--arm", "arm", "--mean", "visit"])
    assert list(found["beta"]) == ["(Intercept)", "visitW1", "visitW2"]
    assert found["notes"] == [
        "The arms are left out of the model, because --mean visit does not tell them apart."
    ]


def test_each_arm_may_have_its_own_covariance(run: Run, tmp_path: Path) -> None:
    found = run([*trial(tmp_path / "a.csv"), *ORDER, "--covariance", "cs", "--covariance-by-arm"])
    assert list(found["covariance_matrix"]) == ["placebo", "low", "high"]
    assert np.shape(found["covariance_matrix"]["low"]) == (3, 3)
    assert len(found["covariance_parameters"]) == 6


def test_a_site_may_be_random(run: Run, tmp_path: Path) -> None:
    found = run([*trial(tmp_path / "a.csv"), "--random-site", "site", "--covariance", "ri"])
    assert len(found["covariance_parameters"]) == 3


def test_z_has_no_degrees_of_freedom(run: Run, tmp_path: Path) -> None:
    found = run([*trial(tmp_path / "a.csv"), "--df", "z"])
    assert {row["df"] for row in found["coefficients"]} == {None}
    assert found["vcov_adjusted"] is None


def test_long_decimals_are_exact(run: Run, tmp_path: Path) -> None:
    plain = run(trial(tmp_path / "a.csv"))
    tiny = run(trial(tmp_path / "b.csv", scale=1e-5))
    assert (plain["precision"], tiny["precision"]) == ("0.01", "1E-7")
    agree(np.array(list(tiny["beta"].values())) * 1e5, list(plain["beta"].values()), 1e-10)
    seventeen = run(trial(tmp_path / "c.csv", scale=1 / 7))
    agree(np.array(list(seventeen["beta"].values())) * 7, list(plain["beta"].values()), 1e-9)


def test_rows_without_an_outcome_are_counted_and_empty_visits_named(run: Run) -> None:
    found = run([*arguments("pilot26_odi_ri")])
    assert found["n_rows_without_outcome"] == 104 - found["n_observations"]
    assert found["notes"] == [
        f"Visit {visit} is left out, because nobody has a value there." for visit in (1, 2)
    ]


def test_participants_with_a_gap_in_a_covariate_are_left_out_with_a_note(run: Run, tmp_path: Path) -> None:
    command = trial(tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8")
    (tmp_path / "a.csv").write_text(text + "\nX,BL,0,low,NA,F,S1,4\nY,BL,0,low,,F,S1,4", encoding="utf-8")
    found = run([*command, "--covariate", "age"])
    assert found["n_participants"] == 36
    assert found["notes"] == ["2 participants are left out, because age is missing: X, Y."]


def test_a_fall_back_is_seen(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.csv"
    rows = [f"P{n},{week},{(n * 7 + week * 5 + n * week) % 9}" for n in range(8) for week in (0, 1)]
    rows = [row for row in rows if not row.startswith("P0")] + ["P0,0,4"]
    flat = [row if row.split(",")[1] == "1" else row.rsplit(",", 1)[0] + ",4" for row in rows]
    file.write_text("\n".join(["id,week,y", *flat]), encoding="utf-8")
    command = ["fit", str(file), "--outcome", "y", "--participant", "id", "--visit", "week"]
    found = run([*command, "--fallbacks", "toeph,cs"])
    assert (found["covariance"], found["covariance_asked_for"]) == ("cs", "un")
    assert [attempt["covariance"] for attempt in found["attempts"]] == ["un", "toeph"]
    assert main([*command, "--fallbacks", "cs"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("Warning: Unstructured covariance was not fitted:")
    assert "Covariance: compound symmetry (fall-back; asked for: unstructured)" in text


def test_the_table_names_method_means_and_changes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments("pilot26_nrs_un"), "--baseline-visit", "1"]) == 0
    text = capsys.readouterr().out
    assert "nrs: 26 participants, 99 values, 5 rows without a value left out" in text
    assert (
        "Kenward–Roger, observed information, second derivatives in natural parameters (SAS DDFM=KR)" in text
    )
    for title in ("Coefficients", "Tests of terms", "Covariance parameters", "Means", "Changes from 1"):
        assert f"\n{title} " in text
    table = text[text.index("Coefficients") :].split("\n\n")[0].splitlines()
    assert len({len(line) for line in table}) == 1


def test_json_can_go_to_the_terminal_instead(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments("pilot26_nrs_un"), "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["n_participants"] == 26


def test_the_module_runs_as_a_program() -> None:
    command = [sys.executable, "-m", "analytics.mixed", *arguments("pilot26_nrs_un"), "--covariate", "bmi"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=FOLDER.parents[1])
    assert done.returncode == 2
    assert done.stdout == ""
    assert (
        done.stderr == "The file has no column 'bmi'; its columns are: id, week, age, sex, nrs, rom, odi.\n"
    )


def refused(command: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What the command says when it refuses: one line, and nothing else."""
    assert main(command) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    return printed.err


HEADER = "id,week,y,sex\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The file has no column 'y'; its columns are: none."),
        (HEADER, "has no rows"),
        (HEADER + "A,0,,F\nB,0,NA,M\n", "has no value in the column y"),
        (HEADER + "A,0,high,F\n", "Line 2: y is 'high', which is not a number."),
        (HEADER + "A,0,1_0,F\n", "Line 2: y is '1_0', which is not a number."),
        (HEADER + "A,0,NaN,F\n", "Line 2: y is NaN; a value must be a finite number. Leave a missing value"),
        (HEADER + "A,0,inf,F\n", "Line 2: y is inf; a value must be a finite number."),
        (HEADER + "A,0,1e400,F\n", "Line 2: y is 1e400, which is beyond ±1E+30; check the value."),
        (HEADER + "A,0,1e99999999,F\n", "Line 2: y is 1e99999999, which is beyond"),
        (HEADER + "A,0,1e-31,F\n", "Line 2: y is 1e-31; at most 30 decimals are possible."),
        (HEADER + "A,0,0e-99999999,F\n", "Line 2: y is 0e-99999999; at most 30 decimals are possible."),
        (HEADER + "A,0,1,F\nA,0,2,F\n", "Line 3: participant A has a value at visit 0 already."),
        (HEADER + "A,0,1,F\nA,1,2,M\n", "Line 3: sex of participant A is 'M' here and 'F' on line 2."),
        (HEADER + ",0,1,F\n", "Line 2: id is missing"),
        (HEADER + "A,NA,1,F\n", "Line 2: week is missing"),
        (HEADER + "A,0,1\n", "Line 2 has 3 fields, but the header has 4."),
        (HEADER + 'A,0,1,"F\n', "is not a CSV file in UTF-8: unexpected end of data."),
        ("id,week,y,y,sex\nA,0,1,1,F\n", "The file has 2 columns 'y'; name each column once."),
        (HEADER + "A,0,1,F\nB,0,2,F\n", "The covariate sex is F for everybody; leave it out."),
        (HEADER + "A,0,1,1\nB,0,2,inf\n", "The covariate sex is inf; a value must be a finite number."),
        (HEADER + "A,0,1,\nB,0,2,.\n", "Nobody has a value and no gap in sex."),
        (HEADER + "A,1,1,F\nB,1.0,2,M\n", "week is written '1' and '1.0', which are the same number"),
        (HEADER + "A,0,1,F\nA,1,2,F\n", "The covariate sex is F for everybody"),
        (HEADER + "A,0,1,3\nA,1,2,3\n", "Only 1 participant has values"),
        (HEADER + "".join(f"A,{n},1,F\n" for n in range(101)), "has more than 100 different visits"),
    ],
)
def test_what_a_file_cannot_mean_is_refused_with_the_line(
    content: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    command = ["fit", str(tmp_path / "a.csv"), "--outcome", "y", "--participant", "id", "--visit", "week"]
    assert words in refused([*command, "--covariate", "sex"], capsys)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--covariance", "none"], "Argument --covariance: invalid choice: 'none'"),
        (["--colour", "red"], "Unrecognized arguments: --colour red"),
        (["--precision", "fine"], "'fine' is not a positive number such as 1 or 0.1"),
        (["--precision", "1"], "which is not a multiple of the declared precision 1."),
        (["--visit-order", "BL,W3"], "The file has no visit 'W3'; its visits are: BL, W1, W2."),
        (["--visit-order", "BL,,W1"], "'BL,,W1' must name each once"),
        (["--baseline-visit", "W3"], "The model has no visit 'W3'"),
        (["--arm-order", "low,high"], "--arm-order needs --arm, the column of the arms."),
        (["--mean", "visit*arm"], "--mean visit*arm needs --arm"),
        (["--covariance-by-arm"], "--covariance-by-arm needs --arm"),
        (["--arm", "arm", "--arm-order", "low,middle"], "no arm 'middle'; its arms are: high, low, placebo."),
        (["--arm", "arm", "--arm-order", "low"], "The only arm in the column arm is low; leave out --arm."),
        (["--arm", "week"], "Line 3: week of participant P0 is '2' here and '0' on line 2."),
        (["--mean", "slope"], "A slope needs --time, the column of nominal times"),
        (["--covariance", "ris"], "A slope needs --time, the column of nominal times"),
        (["--mean", "slope", "--time", "age"], "Line 5: age is 37 at visit BL, but 30 on line 2."),
        (["--mean", "slope", "--time", "arm"], "Line 2: arm is 'placebo', which is not a number."),
        (["--covariate", "sex", "--arm", "sex"], "Two coefficients would be called sexM"),
        (["--level", "2"], "The level must lie between 0 and 1"),
        (["--fallbacks", "none"], "got 'none'"),
        (["--json", "/nowhere/out.json"], "The file /nowhere/out.json cannot be written"),
    ],
)
def test_what_the_options_cannot_mean_is_refused(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words in refused([*trial(tmp_path / "a.csv"), *options], capsys)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--outcome", "y", "--participant", "id", "--visit", "week"]
    assert "cannot be read: No such file" in refused(["fit", str(tmp_path / "no.csv"), *options], capsys)
    assert "cannot be read: Is a directory" in refused(["fit", str(tmp_path), *options], capsys)
    (tmp_path / "a.csv").write_bytes(b"id,week,y\nA,0,\xff\n")
    assert "is not a CSV file in UTF-8" in refused(["fit", str(tmp_path / "a.csv"), *options], capsys)


def test_without_a_command_or_its_options_nothing_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert "required: command" in refused([], capsys)
    assert "required: DATA.csv, --outcome, --participant, --visit" in refused(["fit"], capsys)


CELLS = st.one_of(
    st.sampled_from(("", "NA", ".", "0", "1", "2", "1.5", "-3", "1e300", "nan", "inf", "A", '"', "1_0", "é")),
    st.text(max_size=4),
    st.floats().map(repr),
)
TABLES = st.lists(
    st.tuples(st.sampled_from("ABCDE"), st.sampled_from("012"), CELLS, CELLS, st.sampled_from("xy")),
    max_size=25,
)
SANE = st.lists(
    st.tuples(
        st.sampled_from("ABCDEFGH"),
        st.sampled_from("0125"),
        st.integers(-3, 3).map(str),
        st.just("7"),
        st.sampled_from("xy"),
    ),
    unique_by=lambda row: row[:2],
    max_size=32,
)


@given(
    rows=st.one_of(TABLES, SANE),
    covariance=st.sampled_from(
        ("un", "cs", "csh", "ri", "ris", "ar1", "ar1h", "toep", "toeph", "ad", "adh", "diag")
    ),
    options=st.sampled_from(((), ("--covariate", "x"), ("--arm", "arm"), ("--mean", "slope"), ("--df", "z"))),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_file_holds_there_is_a_result_or_a_sentence(
    rows: list[tuple[str, ...]],
    covariance: str,
    options: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("\n".join(["id,week,y,x,arm", *map(",".join, rows)]), "utf-8", errors="replace")
    code = main(
        [
            *("fit", str(file), "--outcome", "y", "--participant", "id", "--visit", "week"),
            *("--covariance", covariance, *options, "--json", "-"),
        ]
    )
    printed = capsys.readouterr()
    if code == 2:
        assert printed.out == ""
        assert printed.err.count("\n") == 1
    else:
        found = json.loads(printed.out)
        assert found["converged"] is (code == 0)
        assert printed.err == ""
