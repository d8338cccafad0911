"""What every column of an export is: `codebook.csv` and `codebook.json` beside its files.

What the forms declare of an item comes from the data dictionary; there is no second telling of it.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field, fields
from functools import cache
from io import StringIO
from typing import Any

from analytics.exports.dataset import Column, Dataset
from analytics.exports.format import Archive
from analytics.exports.source import Source
from forms_app.reference import dictionary
from forms_app.reference.dictionary import Entry
from trial.crf.codelists import MISSING
from trial.protocol import STUDY

# One code a line, its label behind the first equals sign.
BETWEEN_CODES = "\n"


@dataclass(frozen=True)
class Written:
    """A table as it stands in a file. `names` are the columns that have another name there, `labels` those
    whose label is shorter there, and `numbers` says for columns of codes which number stands for which."""

    dataset: Dataset
    file: str
    names: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Described:
    """One column of one file; the columns of the codebook, in their order.

    `column` is its name in the file and `name` that of the export, which differ where a program takes no
    longer one. `numbers` are the numbers of the codes in a file that holds numbers for them.
    """

    file: str
    table: str
    place: int
    column: str
    name: str
    label: str
    label_in_file: str
    type: str
    unit: str
    decimals: str
    length: str
    codes: str
    numbers: str
    missing_of: str
    missing_codes: str
    form: str
    group: str
    item: str
    section: str
    hard_low: str
    hard_high: str
    soft_low: str
    soft_high: str
    codelist: str
    codelist_cdisc: str
    condition: str
    required: str
    derived: str
    system: str
    privacy: str
    cdisc: str


HEAD = tuple(each.name for each in fields(Described))


def write(source: Source, archive: Archive, tables: Sequence[Written]) -> None:
    """Both files."""
    with archive.file("codebook.csv") as file:
        file.write(as_csv(tables).encode())
    with archive.file("codebook.json") as file:
        file.write(as_json(source, tables).encode())


def described(tables: Iterable[Written]) -> Iterator[Described]:
    """Every column of every file, in the order of the files."""
    for written in tables:
        for place, column in enumerate(written.dataset.columns, start=1):
            yield _described(written, place, column)


def as_csv(tables: Iterable[Written]) -> str:
    """One line for each column, with a header."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    writer.writerows(astuple(each) for each in described(tables))
    return text.getvalue()


def as_json(source: Source, tables: Sequence[Written]) -> str:
    """The same with its structure: codes as pairs, and of what the data are."""
    occasion = source.occasion
    book = {
        "study": STUDY.code,
        "protocol_version": STUDY.protocol_version,
        "terms": STUDY.ct_version,
        "position": str(occasion.position),
        "made_at": occasion.made_at.isoformat(),
        "missing_codes": dict(MISSING.terms),
        "tables": [_table(written) for written in tables],
    }
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"


def _table(written: Written) -> dict[str, Any]:
    dataset = written.dataset
    columns = list(zip(dataset.columns, described([written]), strict=True))
    return {
        "name": dataset.name,
        "label": dataset.label,
        "file": written.file,
        "key": [written.names.get(name, name) for name in dataset.key],
        "columns": [_structured(written, column, each) for column, each in columns],
    }


def _structured(written: Written, column: Column, each: Described) -> dict[str, Any]:
    """Without what is empty; what the table says already is left to it."""
    plain = {name: value for name, value in asdict(each).items() if value not in ("", None)}
    for of_table in ("file", "table", "missing_codes"):
        plain.pop(of_table, None)
    if column.codes:
        plain["codes"] = [{"code": code, "label": label} for code, label in column.codes]
    if numbers := written.numbers.get(column.name):
        plain["numbers"] = dict(numbers)
    return plain


def _described(written: Written, place: int, column: Column) -> Described:
    declared = _declared().get((column.form, column.group, column.item), NOTHING)
    of_value = declared if not column.missing_of else NOTHING
    numbers = written.numbers.get(column.name, {})
    return Described(
        file=written.file,
        table=written.dataset.name,
        place=place,
        column=written.names.get(column.name, column.name),
        name=column.name,
        label=column.label,
        label_in_file=written.labels.get(column.name, column.label),
        type=column.kind.value,
        unit=column.unit,
        decimals="" if column.places is None else str(column.places),
        length="" if column.length is None else str(column.length),
        codes=BETWEEN_CODES.join(f"{code}={label}" for code, label in column.codes),
        numbers=BETWEEN_CODES.join(f"{number}={code}" for code, number in numbers.items()),
        missing_of=written.names.get(column.missing_of, column.missing_of),
        missing_codes=of_value.missing_codes,
        form=column.form,
        group=column.group,
        item=column.item,
        section=declared.section,
        hard_low=of_value.hard_low,
        hard_high=of_value.hard_high,
        soft_low=of_value.soft_low,
        soft_high=of_value.soft_high,
        codelist=of_value.codelist,
        codelist_cdisc=of_value.codelist_cdisc,
        condition=declared.condition,
        required=of_value.required,
        derived=declared.derived,
        system=declared.system,
        privacy=declared.privacy,
        cdisc=column.cdisc,
    )


NOTHING = Entry(**dict.fromkeys((each.name for each in fields(Entry)), ""))


@cache
def _declared() -> dict[tuple[str, str, str], Entry]:
    return {(entry.form, entry.group, entry.item): entry for entry in dictionary.entries()}
