"""Whatever a file holds."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.mixed.command.main import main

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

# Ten participants at two or three visits, with few gaps: most models can be fitted to them.
WHOLE = st.builds(
    lambda values, arms, count: [
        (who, week, "" if values[3 * n + place] < 0 else str(values[3 * n + place]), str(n % 3), arms[n])
        for n, who in enumerate("ABCDEFGHIJ")
        for place, week in enumerate("012"[:count])
    ],
    st.lists(st.integers(-1, 10), min_size=30, max_size=30),
    st.lists(st.sampled_from("xy"), min_size=10, max_size=10),
    st.sampled_from((2, 3)),
)
COMMANDS = (
    *(("fit", "--family", family) for family in ("binomial", "cumulative", "gamma")),
    ("influence",),
    ("sensitivity", "--imputations", "2", "--deltas", "0,1"),
    ("power", "--effect", "1", "--draws", "1", "--trials", "2", "--sizes", "8"),
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
    _check(("fit", "--covariance", covariance, *options), rows, tmp_path, capsys)


@given(
    rows=st.one_of(TABLES, SANE, WHOLE),
    command=st.sampled_from(COMMANDS),
    options=st.sampled_from(((), ("--covariate", "x"), ("--arm", "arm"), ("--mean", "slope"))),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_of_it_there_is_a_result_or_a_sentence(
    rows: list[tuple[str, ...]],
    command: tuple[str, ...],
    options: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _check((*command, *options), rows, tmp_path, capsys)


def _check(
    command: Sequence[str],
    rows: Sequence[Sequence[str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("\n".join(["id,week,y,x,arm", *map(",".join, rows)]), "utf-8", errors="replace")
    columns = ("--outcome", "y", "--participant", "id", "--visit", "week")
    code = main([command[0], str(file), *columns, *command[1:], "--json", "-"])
    printed = capsys.readouterr()
    if code == 2:
        assert printed.out == ""
        assert printed.err.count("\n") == 1
    else:
        found = json.loads(printed.out)
        assert found["converged"] is (code == 0)
        assert printed.err == ""
