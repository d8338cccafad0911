"""Loads this export into pandas.

    from load import load_export
    data = load_export(".")      # the folder into which the zip was unpacked
    data["pain"]                 # a data frame for each file

Whole numbers are Int64, other numbers float64, dates and moments (in UTC) datetime64, times datetime.time,
codes categories that show their labels (their codes with labels=False), several codes lists of codes. Partial
dates and texts are str. Nothing is altered, trimmed or guessed; an empty cell is missing.

`frame.attrs["columns"]` is what the codebook says of each column: label, unit, type, codes, and `missing`,
the name of the column that says why there is no value, where there is one.
"""

import json
from datetime import time
from pathlib import Path
from typing import Any

import pandas as pd

SEPARATOR = ","
DECIMAL = "."

Cells = list[Any]
Told = dict[str, Any]


def load_export(folder: str | Path = ".", labels: bool = True) -> dict[str, pd.DataFrame]:
    """A data frame for each table, by its name."""
    book = json.loads((Path(folder) / "codebook.json").read_text(encoding="utf-8"))
    return {table["name"]: load_table(folder, table, labels) for table in book["tables"]}


def load_table(folder: str | Path, table: Told, labels: bool = True) -> pd.DataFrame:
    """One table, as the codebook tells it."""
    text = read_text(Path(folder) / table["file"])
    told = {column["column"]: column for column in table["columns"]}
    if list(text) != list(told):
        raise ValueError(f"{table['file']} has other columns than the codebook says.")
    frame = pd.DataFrame({name: typed(cells, told[name], labels) for name, cells in text.items()})
    for name, column in told.items():
        if column.get("missing_of") in told:
            told[column["missing_of"]]["missing"] = name
    frame.attrs["columns"] = told
    return frame


def read_text(path: Path) -> dict[str, Cells]:
    """All cells as text by column, None where there is nothing."""
    frame = pd.read_csv(
        path,
        sep=SEPARATOR,
        encoding="utf-8-sig",
        dtype="str",
        keep_default_na=False,
        na_values=[""],
        skip_blank_lines=False,
        index_col=False,
    )
    return {str(name): [None if cell != cell else cell for cell in frame[name]] for name in frame}


def typed(cells: Cells, column: Told, labels: bool) -> Any:
    """The cells of a column as values of its type."""
    kind = column["type"]
    if kind == "code" and "codes" in column:
        return coded(cells, column["codes"], labels)
    return READ.get(kind, text)(cells)


def coded(cells: Cells, codes: list[Told], labels: bool) -> Any:
    """Categories in the order of their list; a code that is not in it stands behind them."""
    known = {each["code"]: each["label"] for each in codes}
    known.update({cell: cell for cell in cells if cell is not None and cell not in known})
    values = pd.Series(pd.Categorical(cells, categories=list(known), ordered=False))
    if not labels:
        return values
    shown = list(known.values())
    names = {code: f"{label} ({code})" if shown.count(label) > 1 else label for code, label in known.items()}
    return values.cat.rename_categories(names)


def text(cells: Cells) -> Any:
    return pd.Series(cells, dtype="str")


def whole(cells: Cells) -> Any:
    return pd.Series([None if cell is None else int(cell) for cell in cells], dtype="Int64")


def number(cells: Cells) -> Any:
    return pd.Series(
        [None if cell is None else float(cell.replace(DECIMAL, ".")) for cell in cells], dtype="float64"
    )


def date(cells: Cells) -> Any:
    return pd.Series(cells, dtype="object").astype("datetime64[s]")


def moment(cells: Cells) -> Any:
    return pd.to_datetime(pd.Series(cells, dtype="object"), format="ISO8601", utc=True)


def time_of_day(cells: Cells) -> Any:
    return pd.Series([None if cell is None else time.fromisoformat(cell) for cell in cells], dtype="object")


def several(cells: Cells) -> Any:
    return pd.Series([None if cell is None else cell.split(";") for cell in cells], dtype="object")


READ = {
    "whole number": whole,
    "decimal number": number,
    "date": date,
    "moment": moment,
    "time": time_of_day,
    "codes": several,
}
