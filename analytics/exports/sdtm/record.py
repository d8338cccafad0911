"""A record of a domain while it is made, and what is read to make it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from analytics.exports import written
from analytics.exports.casebooks import Filled, FilledForm
from trial.crf.codelists import MISSING
from trial.crf.items import Item
from trial.models import Visit

Value = str | int | Decimal | None
Values = Mapping[str, Value]
# What SAS can take for a label.
LONGEST_LABEL = 40
FULL_DATE = len("2026-03-31")
COLLECTED, DERIVED = "CRF", "Derived"


@dataclass(frozen=True)
class Qualifier:
    """A value beside a record: one row of SUPP--."""

    name: str
    label: str
    value: str
    origin: str = COLLECTED


@dataclass
class Record:
    """One record of a domain. `visit` gives it its visit, where the domain has one; what is derived from
    dates and places (days, epoch, sequence) is added at the end. `id_variable` is what the qualifiers belong
    to, if it is not this record alone: all records with the same value there."""

    domain: str
    values: dict[str, Value]
    visit: Visit | None = None
    qualifiers: list[Qualifier] = field(default_factory=list)
    id_variable: str = ""


@dataclass(frozen=True)
class Given:
    """What was entered in a row of a form, with the visit of the form."""

    filled: Filled
    visit: Visit | None = None

    @classmethod
    def of(cls, form: FilledForm) -> "Given":
        """The items of the form itself."""
        return cls(form.answers, form.visit)

    def rows(self, form: FilledForm, group: str) -> list["Given"]:
        """The rows of a group of the form."""
        return [Given(row, self.visit) for row in form.groups.get(group, ())]

    @property
    def key(self) -> str:
        return self.filled.key

    def item(self, name: str) -> Item:
        item = self.filled.row.item(name)
        assert item is not None, name
        return item

    def raw(self, name: str) -> Any:
        """The value as it is typed."""
        self.item(name)
        return self.filled.values.get(name)

    def __call__(self, name: str) -> str | None:
        """The value as text: ISO dates, hours and minutes, codes."""
        value = self.raw(name)
        return None if value is None else written.text(value)

    def missing(self, name: str) -> str | None:
        """The missing code."""
        return self.filled.missing.get(name)

    def has(self, *names: str) -> bool:
        """Whether one of them has a value, or a code for why there is none."""
        return any(self.raw(name) is not None or self.missing(name) is not None for name in names)

    def moment(self, day: str, clock: str) -> str | None:
        """A date, with the time behind it where that is known and the date complete."""
        on, at = self(day), self(clock)
        return f"{on}T{at}" if on and at and len(on) == FULL_DATE else on


@dataclass
class Making:
    """Reads items for one record and remembers which: a missing code of theirs goes beside the record."""

    domain: str
    given: Given
    read: list[str] = field(default_factory=list)
    beside: list[Qualifier] = field(default_factory=list)

    def __call__(self, name: str) -> str | None:
        self.read.append(name)
        return self.given(name)

    def number(self, name: str) -> Decimal | int | None:
        self.read.append(name)
        value = self.given.raw(name)
        assert value is None or isinstance(value, Decimal | int)
        return value

    def moment(self, day: str, clock: str) -> str | None:
        """A date with its time; the time of a date that is known in part goes beside."""
        on, at = self(day), self(clock)
        if at and (on is None or len(on) < FULL_DATE):
            item = self.given.item(clock)
            self.beside.append(Qualifier(item.name.upper(), item.label[:LONGEST_LABEL], at))
        return self.given.moment(day, clock)

    def put_beside(self, *names: str, suffix: str = "", as_name: str = "") -> None:
        """Put items into SUPP-- under the name that they carry, or another; all that are named for this
        domain when none is given. A date and a time of one name become one moment."""
        of_domain = [each.name for each in named_beside(self.given.filled.row.items(), self.domain)]
        found: dict[str, Qualifier] = {}
        for item in (self.given.item(name) for name in names or of_domain):
            name, value = (as_name or item.cdisc.rpartition(".")[2]) + suffix, self(item.name)
            if value is None:
                continue
            if name in found:
                value = f"{found[name].value}T{value}"
            label = found[name].label if name in found else item.label[:LONGEST_LABEL]
            found[name] = Qualifier(name, label, value, DERIVED if item.derived else COLLECTED)
        self.beside += found.values()

    def record(self, values: Values, *, id_variable: str = "", told: Iterable[str] = ()) -> Record:
        """The record. Missing codes of the items that were read go beside it, but for those that it tells."""
        silent = [name for name in dict.fromkeys(self.read) if name not in set(told)]
        nulls = [
            null_flavour(self.given.item(name), code) for name in silent if (code := self.given.missing(name))
        ]
        return Record(self.domain, dict(values), self.given.visit, [*self.beside, *nulls], id_variable)

    def occurrence(self, item: str, treatment: str, also: Values | None = None) -> Record:
        """The answer to a question that is put to everybody: whether it occurred, or why nobody knows."""
        domain = self.domain
        word = "TERM" if domain == "MH" else "TRT"
        values: dict[str, Value] = {
            f"{domain}{word}": treatment,
            f"{domain}PRESP": "Y",
            f"{domain}OCCUR": self(item),
            **self.not_done(item),
            **(also or {}),
        }
        return self.record(values, told=[item])

    def not_done(self, item: str) -> dict[str, Value]:
        """That a question has no answer, and why."""
        code = self.given.missing(item)
        if not code:
            return {}
        return {f"{self.domain}STAT": "NOT DONE", f"{self.domain}REASND": MISSING.label(code).upper()}


def named_beside(of_row: tuple[Item, ...], domain: str) -> list[Item]:
    """The items whose name stands in SUPP-- of the domain."""
    return [item for item in of_row if item.cdisc.startswith(f"SUPP{domain}.")]


def null_flavour(item: Item, code: str) -> Qualifier:
    return Qualifier(null_name(item), f"Missing: {item.label}"[:LONGEST_LABEL], code)


def null_name(item: Item) -> str:
    """The name under which the missing code of an item stands: up to six signs of its own, and NF."""
    name = item.name.upper().replace("_", "")
    return (name if len(name) <= 6 else name[0] + name[-5:]) + "NF"
