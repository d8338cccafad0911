"""Whatever a file holds."""

import json
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
