"""What a file says of one participant, whatever kind of file it was: values as text, with their places."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from trial.crf import registry
from trial.crf.submission import Entry, Submission


@dataclass(frozen=True)
class Place:
    """Where something stands: a file, a row as a spreadsheet numbers them, a column. A row 0 is the file."""

    file: str = ""
    row: int = 0
    column: str = ""


NOWHERE: Final = Place()


@dataclass(frozen=True)
class Problem:
    """What cannot be taken over, where it stands, and what to do."""

    place: Place
    value: str
    sentence: str


@dataclass
class SaidOfVisit:
    """What a file says of a visit: its columns by name, as text; "" is empty."""

    code: str
    place: Place
    columns: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)


@dataclass
class SaidOfRecord:
    """What a file says of a filled form: values and missing codes by path, as text; "" is empty.

    `visit` is "" of an entry of a log. What the file does not speak of has no path here.
    """

    form: str
    visit: str
    repeat: int
    place: Place
    values: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def over(self, stored: Mapping[str, Any] | None) -> Submission:
        """The form as it is to be saved: what the file says over what is stored, which may be nothing.

        `stored` is the plain document. Derived items are sent only when the file has them, to be compared.
        """
        rows = _rows_of(self.form, stored) if stored else {}
        for path, value in self.values.items():
            prefix, name = _parts(path)
            items, missing = rows.setdefault(prefix, ({}, {}))
            items[name] = value
            if value and path not in self.missing:
                missing.pop(name, None)
        for path, code in self.missing.items():
            prefix, name = _parts(path)
            items, missing = rows.setdefault(prefix, ({}, {}))
            missing[name] = code
            if code and path not in self.values:
                items.pop(name, None)
        groups: dict[str, dict[str, Entry]] = {}
        for (code, key), row in rows.items():
            if code:
                groups.setdefault(code, {})[key] = Entry(*row)
        return Submission(Entry(*rows.get(("", ""), ({}, {}))), groups)


@dataclass
class Content:
    """What a file says of one participant. `state` is the one that the file tells, "" where it tells none."""

    participant: str
    place: Place
    state: str = ""
    state_place: Place = NOWHERE
    visits: dict[str, SaidOfVisit] = field(default_factory=dict)
    records: dict[str, SaidOfRecord] = field(default_factory=dict)

    def visit(self, code: str, place: Place) -> SaidOfVisit:
        """What is said of a visit; begun when nothing was."""
        return self.visits.setdefault(code, SaidOfVisit(code, place))

    def record(self, form: str, visit: str, repeat: int, place: Place) -> SaidOfRecord:
        """What is said of a form; begun when nothing was."""
        return self.records.setdefault(f"{visit}/{form}/{repeat}", SaidOfRecord(form, visit, repeat, place))

    def plain(self) -> dict[str, Any]:
        """In JSON's types. Places are short, for every value has one."""
        return {
            "participant": self.participant,
            "place": _short(self.place),
            "state": self.state,
            "state_place": _short(self.state_place),
            "visits": [_plain(each) for each in self.visits.values()],
            "records": [_plain(each) for each in self.records.values()],
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Content":
        """The content of which `plain` was made."""
        content = cls(
            plain["participant"], _place(plain["place"]), plain["state"], _place(plain["state_place"])
        )
        for each in plain["visits"]:
            visit = SaidOfVisit(**_placed(each))
            content.visits[visit.code] = visit
        for each in plain["records"]:
            record = SaidOfRecord(**_placed(each))
            content.records[f"{record.visit}/{record.form}/{record.repeat}"] = record
        return content


Rows = dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]]


def _rows_of(form: str, stored: Mapping[str, Any]) -> Rows:
    """The stored rows by group and key, without what is derived."""
    declared = registry.form(form)
    assert declared is not None
    derived = {group.code: {item.name for item in group.items() if item.derived} for group in declared.groups}
    derived[""] = {item.name for item in declared.items() if item.derived}

    def row(code: str, plain: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        items = {name: value for name, value in plain["items"].items() if name not in derived[code]}
        return items, dict(plain["missing"])

    rows: Rows = {("", ""): row("", stored)}
    for code, keyed in stored["groups"].items():
        rows |= {(code, key): row(code, plain) for key, plain in keyed.items()}
    return rows


def _parts(path: str) -> tuple[tuple[str, str], str]:
    """Group and key, both "" in the form itself, and item."""
    head, _dot, name = path.rpartition(".")
    code, _dot, key = head.partition(".")
    return (code, key), name


def _plain(said: SaidOfVisit | SaidOfRecord) -> dict[str, Any]:
    plain = asdict(said)
    plain["place"] = _short(said.place)
    plain["places"] = {path: _short(place) for path, place in said.places.items()}
    return plain


def _placed(plain: Mapping[str, Any]) -> dict[str, Any]:
    places = {path: _place(short) for path, short in plain["places"].items()}
    return {**plain, "place": _place(plain["place"]), "places": places}


def _short(place: Place) -> list[Any]:
    return [place.file, place.row, place.column]


def _place(short: list[Any]) -> Place:
    return Place(*short)
