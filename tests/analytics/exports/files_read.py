"""Export files as the tests read them."""

import csv
import io

from analytics.exports import files
from trial.models import User

Row = dict[str, str]


def text_of(by: User, shape: str, *, excel: bool = False) -> str:
    stream = files.open_file(by=by, shape=shape, excel=excel).stream
    try:
        return b"".join(stream).decode()
    finally:
        stream.close()


def rows_of(by: User, shape: str, *, excel: bool = False) -> list[Row]:
    return parsed(text_of(by, shape, excel=excel).encode())


def parsed(whole: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(whole.decode("utf-8-sig"), newline="")))
