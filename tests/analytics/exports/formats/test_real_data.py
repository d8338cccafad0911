"""A participant of the trial in every shape, in every format of tables."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as arrow
import pyreadstat
import pytest
from openpyxl import load_workbook

from analytics.exports.dataset import Dataset
from analytics.exports.formats import FORMATS
from analytics.exports.options import Options
from analytics.exports.scope import Scope
from analytics.exports.selection import open_selection
from analytics.exports.shapes import SHAPES
from tests import journey
from tests.analytics.exports.formats.small import Files, Small
from tests.analytics.exports.loaders.test_loaders import in_python
from tests.cast import Cast

READ: dict[str, Any] = {
    "xpt": pyreadstat.read_xport,
    "sav": pyreadstat.read_sav,
    "dta": pyreadstat.read_dta,
}


def exported(cast: Cast, shape: str, code: str, folder: Path) -> dict[Dataset, int]:
    """The files, in the folder; how many rows each table has."""
    archive, options = Files(), Options(shape=shape, format=code, forms=("pain", "injection"))
    with open_selection(by=cast.data_manager, options=options) as selection:
        FORMATS[code].write(selection, archive)
        counted = {dataset: selection.count(dataset) for dataset in selection.datasets()}
    for name, content in archive.written.items():
        (folder / name).write_bytes(content)
    assert archive.advanced == sum(counted.values())
    return counted


def rows_and_columns(code: str, folder: Path, dataset: Dataset) -> tuple[int, int]:
    """As a reader of the format finds them."""
    path = folder / f"{dataset.name}.{code}"
    match code:
        case "csv":
            found: tuple[int, int] = in_python(folder)[dataset.name].shape
        case "parquet":
            found = arrow.read_table(path).shape
        case "xlsx":
            sheet = load_workbook(folder / "data.xlsx")[dataset.name]
            found = sheet.max_row - 1, sheet.max_column
        case _:
            found = READ[code](path)[0].shape
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_format_of_tables_holds_every_row_and_column(cast: Cast, shape: str, tmp_path: Path) -> None:
    journey.with_outcomes(cast)
    for code in ("csv", "xlsx", "parquet", "xpt", "sav", "dta"):
        folder = tmp_path / code
        folder.mkdir()
        for dataset, rows in exported(cast, shape, code, folder).items():
            labels = sum(bool(column.codes) for column in dataset.columns) if code == "xpt" else 0
            wanted = (rows, len(dataset.columns) + labels)
            assert (code, dataset.name, rows_and_columns(code, folder, dataset)) == (
                code,
                dataset.name,
                wanted,
            )


@pytest.mark.parametrize("code", ["xpt", "sav", "dta"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_table_of_every_shape_has_names_that_every_program_takes(shape: str, code: str) -> None:
    tables = [table.dataset for table in SHAPES[shape].tables(Scope(Options(shape=shape), sites=()))]
    archive = Files()
    FORMATS[code].write(Small({each: [(None,) * len(each.columns)] for each in tables}), archive)
    assert sum(name.endswith(code) for name in archive.written) == len(tables)
