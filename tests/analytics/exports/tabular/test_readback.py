"""A file that the disk did not take all of is never taken for a whole one, wherever it was cut off."""

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyreadstat
import pytest

from analytics.exports.tabular.readback import read_back

ROWS = 12


class Program(NamedTuple):
    ending: str
    write: Callable[[pd.DataFrame, Path], None]
    read: Callable[..., tuple[pd.DataFrame, Any]]


SAS = Program("xpt", pyreadstat.write_xport, pyreadstat.read_xport)
SPSS = Program("sav", pyreadstat.write_sav, pyreadstat.read_sav)
STATA = Program("dta", pyreadstat.write_dta, pyreadstat.read_dta)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let the system refuse to write more than so many bytes into a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("rows", [0, ROWS])
@pytest.mark.parametrize("program", [SAS, SPSS, STATA], ids=lambda program: program.ending)
def test_whatever_was_cut_off_is_told(program: Program, rows: int, tmp_path: Path) -> None:
    path = tmp_path / f"small.{program.ending}"
    data = pd.DataFrame(
        {"number": range(rows), "note": pd.Series([f"x{each}" for each in range(rows)], dtype=str)}
    )
    with read_back(path, program.read, rows=rows):
        program.write(data, path)
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.unlink()
        with (
            pytest.raises(OSError, match="not whole") as refused,
            read_back(path, program.read, rows=rows),
            files_of_at_most(size),
        ):
            program.write(data, path)
        assert refused.value.errno == ENOSPC


def test_what_else_went_wrong_is_told_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "small.sav"
    with pytest.raises(pyreadstat.PyreadstatError), read_back(path, pyreadstat.read_sav, rows=1):
        pyreadstat.write_sav(pd.DataFrame({"not a name": [1]}), path)
