"""What comes out where: the table, JSON, one sentence on standard error."""

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.mixed import ModelSpec, Result, Statistics, fit
from analytics.mixed.__main__ import run as run_as_a_program
from analytics.mixed.command.main import main
from tests.analytics.mixed.command.commands import Run, arguments
from tests.analytics.mixed.reference import FOLDER


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


def test_a_search_that_did_not_converge_says_so_everywhere(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unconverged(statistics: Statistics, spec: ModelSpec) -> Result:
        return replace(fit(statistics, spec), converged=False, warnings=("The search stopped.",))

    monkeypatch.setattr("analytics.mixed.command.main.fit", unconverged)
    found = run(arguments("pilot26_nrs_un"), code=1)
    assert found["converged"] is False
    assert found["warnings"] == ["The search stopped."]
    assert main(arguments("pilot26_nrs_un")) == 1
    text = capsys.readouterr().out
    assert text.startswith("NOT CONVERGED: do not use these numbers.\nWarning: The search stopped.\n")


def test_a_reader_who_has_seen_enough_is_no_failure() -> None:
    command = [sys.executable, "-m", "analytics.mixed", *arguments("pilot26_nrs_un")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=FOLDER.parents[1]
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_terminal_without_our_characters_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "argv", ["mixed", *arguments("pilot26_nrs_un")])
    assert run_as_a_program() == 0
    assert b"Kenward?Roger" in terminal.buffer.getvalue()


def test_help_says_what_the_command_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "Fits a mixed model for repeated measures (MMRM) to a CSV file" in text


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("fit", "--family {gaussian,binomial,cumulative,gamma}"),
        ("influence", "Says how the estimates change without each participant."),
        ("sensitivity", "combined by Rubin's rules (default: 200)"),
        (
            "power",
            "Says how likely a next trial of two arms is to find an effect, with",
        ),
    ],
)
def test_each_command_has_help_of_its_own(
    command: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    assert words in text
    assert "2: refused, with one sentence." in text
