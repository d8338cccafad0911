"""The records of a participant as rows of the datasets: what is derived is added, SUPP-- told apart."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from analytics.exports.casebooks import Casebook
from analytics.exports.sdtm import design, events, findings, interventions, special
from analytics.exports.sdtm.domains import DATASETS
from analytics.exports.sdtm.record import FULL_DATE, Record, Value
from analytics.exports.sdtm.subject import Subject
from trial.protocol import STUDY
from trial.protocol.schedule import ANCHOR

Row = dict[str, Value]
# The name of a dataset with one of its rows.
Placed = tuple[str, Row]

# Which datasets belong together by which variables, and how many of each: "one" stands first.
RELATED = (
    ("PR", "LNKID", "AG", "LNKID", "MANY"),
    ("PR", "LNKID", "FA", "LNKID", "MANY"),
    ("PR", "LNKID", "QS", "LNKID", "MANY"),
    ("PR", "LNKID", "MK", "LNKID", "MANY"),
    ("EC", "SPID", "EX", "SPID", "ONE"),
    ("AE", "SPID", "HO", "SPID", "ONE"),
)


def of_study() -> Iterator[Placed]:
    """The rows of the design."""
    numbers: Counter[str] = Counter()
    for record in design.records():
        numbers[record.domain] += 1
        sequence: Row = {f"{record.domain}SEQ": 1 if record.domain == "TS" else numbers[record.domain]}
        yield (
            record.domain,
            _row(record.domain, {"STUDYID": STUDY.code, "DOMAIN": record.domain, **record.values}, sequence),
        )


def of_participant(casebook: Casebook) -> Iterator[Placed]:
    """The rows of one participant, those of a dataset in the order of the casebook."""
    subject = Subject(casebook)
    made = [
        *special.records(subject),
        *interventions.records(subject),
        *events.records(subject),
        *findings.records(subject),
    ]
    numbers: Counter[str] = Counter()
    rows = [(record, _complete(subject, record, numbers)) for record in made]
    _flag_last_before_exposure(subject, rows)
    for record, row in rows:
        yield record.domain, row
        yield from _beside(subject, record, row)


def related(written: set[str]) -> Iterator[Placed]:
    """Which of the datasets that were written belong together."""
    for one, by_one, other, by_other, many in RELATED:
        if {one, other} <= written:
            for domain, variable, kind in ((one, by_one, "ONE"), (other, by_other, many)):
                row: Row = {
                    "STUDYID": STUDY.code,
                    "RDOMAIN": domain,
                    "IDVAR": f"{domain}{variable}",
                    "RELTYPE": kind,
                    "RELID": f"{one}{other}",
                }
                yield "RELREC", _row("RELREC", row)


def _complete(subject: Subject, record: Record, numbers: Counter[str]) -> Row:
    """The row of a record with all that follows from who, when and where."""
    code = record.domain
    numbers[code] += 1
    row: Row = {"STUDYID": STUDY.code, "DOMAIN": code, "USUBJID": subject.key, **record.values}
    derived: Row = {f"{code}SEQ": numbers[code]}
    begun = _text(row.get(f"{code}STDTC") or row.get(f"{code}DTC"))
    for day, moment in (("STDY", "STDTC"), ("ENDY", "ENDTC"), ("DY", "DTC")):
        derived[f"{code}{day}"] = subject.day(_text(row.get(f"{code}{moment}")))
    if "EPOCH" not in row:
        derived["EPOCH"] = subject.epoch(begun, record.visit)
    if record.visit:
        declared = STUDY.schedule.declared(record.visit.code)
        offset = declared.offset if declared else None
        derived["VISITNUM"] = Decimal(subject.visit_number(record.visit))
        derived["VISIT"] = subject.visit_name(record.visit)
        derived["VISITDY"] = design.planned_day(offset)
    return _row(code, row, derived)


def _row(code: str, values: Row, derived: Row | None = None) -> Row:
    """The values in the order of the columns. What is derived is left out where the domain has no such
    column; what was collected may not be."""
    domain = DATASETS[code]
    unknown = set(values) - set(domain.names)
    assert not unknown, (code, unknown)
    given = {**(derived or {}), **values}
    return {name: given.get(name) if given.get(name) != "" else None for name in domain.names}


def _text(value: Value) -> str | None:
    assert value is None or isinstance(value, str)
    return value


def _flag_last_before_exposure(subject: Subject, rows: list[tuple[Record, Row]]) -> None:
    """Mark the last result of each test before the injection. What belongs to a block is none of them."""
    last: dict[tuple[Value, ...], Row] = {}
    for record, row in rows:
        code = record.domain
        flag = f"{code}LOBXFL"
        if flag in row and _is_before_exposure(subject, record, row):
            last[code, row[f"{code}TESTCD"], row.get(f"{code}LAT"), row.get(f"{code}LOC")] = row
    for key, row in last.items():
        row[f"{key[0]}LOBXFL"] = "Y"


def _is_before_exposure(subject: Subject, record: Record, row: Row) -> bool:
    code, exposed = record.domain, subject.started
    day = _text(row[f"{code}DTC"])
    has_result = row[f"{code}ORRES"] is not None and not row.get(f"{code}TPTREF")
    place = STUDY.schedule.position
    planned = record.visit is not None and place(record.visit.code) < place(ANCHOR)
    return bool(exposed and day and has_result and planned and day[:FULL_DATE] <= exposed[:FULL_DATE])


def _beside(subject: Subject, record: Record, row: Row) -> Iterator[Placed]:
    """The rows of SUPP--: beside one record by its number, beside several by what they share; of the
    participant in DM by nothing more."""
    code = record.domain
    variable = record.id_variable or f"{code}SEQ"
    for each in record.qualifiers:
        by = {} if code == "DM" else {"IDVAR": variable, "IDVARVAL": str(row[variable])}
        values: Row = {
            "STUDYID": STUDY.code,
            "RDOMAIN": code,
            "USUBJID": subject.key,
            **by,
            "QNAM": each.name,
            "QLABEL": each.label,
            "QVAL": each.value,
            "QORIG": each.origin,
        }
        yield f"SUPP{code}", _row(f"SUPP{code}", values)
