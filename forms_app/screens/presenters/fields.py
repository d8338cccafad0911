"""An item as a field of a page: everything its template needs, in words and plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time

from django.utils.formats import date_format

from forms_app.screens.presenters.filled import EMPTY
from forms_app.screens.typed import MISSING_SIGN, Filled
from trial.crf.answers import Row
from trial.crf.codelists import MISSING
from trial.crf.items import Choice, Clock, CriterionMet, Day, Item, Measure, Score, Text, Whole

# A list of this many codes is read at a glance; a longer one is opened.
GLANCE = 4
SHORT_SCALE = 6
LONG_TEXT = 120


@dataclass(frozen=True)
class Option:
    """One answer to choose: what is sent, what is read, and whether it is chosen."""

    value: str
    label: str
    chosen: bool
    id: str


@dataclass(frozen=True)
class Doubt:
    """A soft check that fired on a value, and its explanation when one was given."""

    code: str
    sentence: str
    explanation: str
    typed: str


@dataclass(frozen=True)
class Notes:
    """What is to be said at fields, by path: errors, doubts, and required items that are open."""

    errors: Mapping[str, str] = field(default_factory=dict)
    doubts: Mapping[str, list[Doubt]] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldView:
    """One field. `kind` names the part of `components/item.html` that draws it."""

    path: str
    id: str
    kind: str
    label: str
    unit: str
    hint: str
    required: bool
    value: str
    shown: str
    options: tuple[Option, ...]
    missing: tuple[Option, ...]
    missing_code: str
    asker: str
    asked_for: str
    asked: bool
    wanted: str
    input_mode: str
    error: str
    doubts: tuple[Doubt, ...]

    @property
    def focus_id(self) -> str:
        """The id of what takes the focus: the chosen answer of a group, or its first."""
        if not self.options or self.kind == "select":
            return self.id
        return next((option.id for option in self.options if option.chosen), self.options[0].id)

    @property
    def described_by(self) -> str:
        parts = {"hint": self.hint, "error": self.error, "doubt": self.doubts}
        return " ".join(f"{self.id}-{part}" for part, present in parts.items() if present)

    @property
    def is_short(self) -> bool:
        """Whether a scale is short enough to stand beside its label, so that many fit on a screen."""
        return self.kind == "score" and len(self.options) <= SHORT_SCALE

    @property
    def is_radio(self) -> bool:
        return self.kind in ("score", "buttons")


def fields(
    row: type[Row], prefix: str = "", filled: Filled = EMPTY, notes: Notes | None = None
) -> list[FieldView]:
    """The fields of one row, in the order of the page."""
    answers = {
        item.name: filled.values.get(f"{prefix}{item.name}", "").strip() or None for item in row.items()
    }
    return [_field(item, prefix, filled, notes or Notes(), asked=item.asked(answers)) for item in row.items()]


def entered(views: Iterable[FieldView]) -> list[FieldView]:
    return [view for view in views if view.kind != "derived"]


def derived(views: Iterable[FieldView]) -> list[FieldView]:
    return [view for view in views if view.kind == "derived"]


def _field(item: Item, prefix: str, filled: Filled, notes: Notes, *, asked: bool) -> FieldView:
    path = f"{prefix}{item.name}"
    identity = f"f-{path.replace('.', '-').replace(' ', '_')}"
    value, code = filled.values.get(path, ""), filled.missing.get(path, "")
    kind = _kind(item, value)
    return FieldView(
        path=path,
        id=identity,
        kind=kind,
        label=item.label,
        unit=item.unit,
        hint=_hint(item),
        required=item.required,
        value=value,
        shown=shown(item, value, code),
        options=tuple(_options(item, value, identity)),
        missing=tuple(_missing(code, identity, MISSING_SIGN if kind in ("score", "buttons") else "")),
        missing_code=code,
        asker=f"{prefix}{item.when.item}" if item.when else "",
        asked_for=" ".join(item.when.codes) if item.when else "",
        asked=asked,
        wanted=item.criterion.wanted if isinstance(item, CriterionMet) else "",
        input_mode={Whole: "numeric", Measure: "decimal"}.get(type(item), ""),
        error=notes.errors.get(path, ""),
        doubts=tuple(notes.doubts.get(path, ())),
    )


def _kind(item: Item, value: str) -> str:
    if item.derived:
        return "derived"
    if isinstance(item, Score):
        return "score"
    if isinstance(item, Choice) and item.codelist:
        return "buttons" if len(item.codelist.codes) <= GLANCE else "select"
    if isinstance(item, Day):
        return "date" if _reads(date.fromisoformat, value) else "text"
    if isinstance(item, Clock):
        return "time" if _reads(time.fromisoformat, value) else "text"
    if isinstance(item, Text):
        return "long-text" if item.max_length and item.max_length > LONG_TEXT else "text"
    return "number"


def _reads(convert: object, value: str) -> bool:
    """Whether a browser's own field can show the value; what it cannot show would be lost."""
    assert callable(convert)
    try:
        convert(value)
    except ValueError:
        return not value
    return True


def _hint(item: Item) -> str:
    limits = item.hard.words(item.unit) if item.numeric and item.hard and not isinstance(item, Score) else ""
    return item.hint or (limits[:1].upper() + limits[1:] if limits and not item.derived else "")


def _options(item: Item, value: str, identity: str) -> Iterable[Option]:
    terms = item.codelist.terms if item.codelist else ()
    if isinstance(item, Score):
        terms = tuple((str(step), str(step)) for step in item.steps)
    for code, label in terms:
        yield Option(code, label, code == value, f"{identity}-{code.replace(' ', '_')}")


def _missing(chosen: str, identity: str, sign: str) -> Iterable[Option]:
    for code, label in MISSING.terms:
        yield Option(f"{sign}{code}", label, code == chosen, f"{identity}-missing-{code}")


def shown(item: Item, value: str, code: str = "") -> str:
    """An answer as it is read: the label of its code, its unit, or why it is missing."""
    if code:
        return f"{MISSING.label(code)} ({code})"
    if not value:
        return ""
    if isinstance(item, Day):
        return spelt(value)
    text = item.codelist.label(value) if item.codelist else value
    return f"{text} {item.unit}" if item.unit else text


def spelt(day: str) -> str:
    """A date with the name of its month; text that is no date as it is."""
    return date_format(date.fromisoformat(day), "j F Y") if _reads(date.fromisoformat, day) else day
