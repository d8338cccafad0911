"""`python -m analytics.mixed` on files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from analytics.mixed.__main__ import main
from tests.analytics.mixed.reference import FOLDER, fitted, golden, relative

PILOT = [str(FOLDER / "pilot26.csv"), "--participant", "id", "--visit", "week"]
SLEEP = [
    str(FOLDER / "sleepstudy.csv"),
    "--participant",
    "Subject",
    "--visit",
    "Days",
    "--outcome",
    "Reaction",
]
GROWTH = [
    str(FOLDER / "orthodont.csv"),
    "--participant",
    "Subject",
    "--visit",
    "age",
    "--outcome",
    "distance",
]
NRS = [*PILOT, "--outcome", "nrs"]


@pytest.mark.parametrize(
    ("case", "arguments"),
    [
        ("pilot26_nrs_un", NRS),
        ("pilot26_nrs_un_ml", [*NRS, "--method", "ML"]),
        ("pilot26_nrs_ri_agesex", [*NRS, "--covariance", "ri", "--fixed", "visit + age + sex"]),
        ("sleepstudy_ri", [*SLEEP, "--fixed", "Days", "--covariance", "ri"]),
        ("orthodont_un", [*GROWTH, "--fixed", "Sex * age"]),
    ],
)
def test_the_command_prints_the_numbers_of_the_reference(
    case: str, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    expected = golden(case)["oracle"]["coefficients"]["satterthwaite"]
    assert list(printed["coefficients"]) == golden(case)["coef_names"]
    rows = printed["coefficients"].values()
    assert relative([row["estimate"] for row in rows], expected["est"]) < 1e-8
    assert relative([row["df"] for row in rows], expected["df"]) < 1e-8
    assert printed["estimates"][-1] == fitted(case).changes()[-1].to_dict()


def test_the_text_names_convergence_means_and_changes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*PILOT, "--outcome", "nrs", "--reference", "1"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("26 participants, 99 values, visits 0, 1, 2, 12\n")
    assert "converged after" in text
    assert "Means" in text
    assert "Changes from 1" in text


def test_visits_without_values_are_left_out_with_a_note(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*PILOT, "--outcome", "odi"]) == 0
    assert capsys.readouterr().out.startswith("Left out, because no participant has a value there: 1.\n")


def test_visits_can_be_chosen_and_ordered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*PILOT, "--outcome", "nrs", "--visits", "12, 0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["visits"] == ["12", "0"]


def test_the_module_runs_as_a_program() -> None:
    command = [sys.executable, "-m", "analytics.mixed", *PILOT, "--outcome", "bmi"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=FOLDER.parents[1])
    assert done.returncode == 2
    assert (
        done.stderr == "The file has no column 'bmi'; its columns are: id, week, age, sex, nrs, rom, odi.\n"
    )


HEADER = "id,week,y,sex\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The file has no column 'y'; its columns are: none."),
        (HEADER, "has no rows"),
        (HEADER + "A,0,high,F\n", "Line 2: y is 'high', which is not a number."),
        (
            HEADER + "A,0,NaN,F\n",
            "Line 2: y is NaN; a value must be a finite number. Leave a missing value empty.",
        ),
        (HEADER + "A,0,inf,F\n", "Line 2: y is inf; a value must be a finite number."),
        (HEADER + "A,0,1,F\nA,0,2,F\n", "Line 3: participant A has visit 0 already on line 2."),
        (HEADER + "A,0,1,F\nA,1,2,M\n", "Line 3: sex of participant A is 'M' here and 'F' on line 2."),
        (HEADER + ",0,1,F\n", "Line 2: id is missing"),
        (HEADER + "A,0,,F\nB,0,NA,M\n", "The column y has no value at these visits."),
    ],
)
def test_what_a_file_cannot_mean_is_refused_with_the_line(
    content: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "data.csv"
    file.write_text(content, encoding="utf-8")
    arguments = [
        str(file),
        "--outcome",
        "y",
        "--participant",
        "id",
        "--visit",
        "week",
        "--fixed",
        "visit + sex",
    ]
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--outcome", "nrs", "--fixed", "visit + factor(sex)"], "'factor(sex)' cannot be read as an effect"),
        (["--outcome", "nrs", "--fixed", "visit + age:sex"], "age:sex multiplies two covariates"),
        (["--outcome", "nrs", "--fixed", "visit:week"], "visit:week multiplies two functions of visit"),
        (["--outcome", "nrs", "--fixed", "age*sex*visit"], "has 3 factors; at most two"),
        (["--outcome", "nrs", "--precision", "fine"], "The precision 'fine' is not a number"),
        (["--outcome", "nrs", "--precision", "2"], "not a multiple of the declared precision 2"),
        (["--outcome", "nrs", "--visits", "0,3"], "The file has no visit '3'; its visits are: 0, 1, 2, 12."),
        (["--outcome", "nrs", "--reference", "3"], "The model has no visit '3'"),
    ],
)
def test_what_the_options_cannot_mean_is_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*PILOT, *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "no.csv"), *PILOT[1:], "--outcome", "y"]) == 2
    assert "cannot be read: No such file" in capsys.readouterr().err


def test_what_cannot_be_estimated_is_a_sentence_in_json_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "data.csv"
    file.write_text("id,week,y\nA,0,5\nA,1,3\nB,0,4\n", encoding="utf-8")
    assert main([str(file), "--outcome", "y", "--participant", "id", "--visit", "week", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"].startswith("Only 1 participant has a value at 1")


def test_a_participant_without_a_covariate_is_left_out_with_a_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"P{n},{week},{(n * 7 + week * 5) % 9},{30 + n}" for n in range(8) for week in (0, 1)]
    file = tmp_path / "data.csv"
    file.write_text("\n".join(["id,week,y,age", *rows, "X,0,4,NA"]), encoding="utf-8")
    arguments = [
        str(file),
        "--outcome",
        "y",
        "--participant",
        "id",
        "--visit",
        "week",
        "--fixed",
        "visit + age",
    ]
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("Left out, because a covariate is missing: X.\n8 participants")
