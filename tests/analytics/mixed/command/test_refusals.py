"""What is refused, in one sentence, with the line where there is one."""

from pathlib import Path

import pytest

from tests.analytics.mixed.command.commands import refused, trial

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
