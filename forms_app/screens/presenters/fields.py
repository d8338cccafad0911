"""An item as a field of a page: everything its template needs, in words and plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forms_app.screens.presenters.evidence import EvidenceView
from forms_app.screens.presenters.filled import EMPTY
from forms_app.screens.presenters.verification import MarkView
from forms_app.screens.typed import BETWEEN_CODES, Filled, is_buttons
from trial.crf.answers import Row
from trial.crf.codelists import MISSING, Codelist
from trial.crf.items import (
    Choice,
    Clock,
    CriterionMet,
    Day,
    Item,
    Measure,
    PartialDay,
    Score,
    Several,
    Text,
    Whole,
)

LONG_TEXT = 200
BETWEEN_ASKED_FOR = ";"
# In these kinds one of several buttons is the answer.
RADIOS = ("score", "buttons")


@dataclass(frozen=True)
class Option:
    """One answer to choose: what is sent, what is read, and whether it is chosen. The first takes the id of
    its field; where there is no field it has one of its own."""

    value: str
    label: str
    chosen: bool
    id: str = ""


@dataclass(frozen=True)
class Doubt:
    """A question about a value, of a check or of a person, and its answer when one was given."""

    code: str
    sentence: str
    explanation: str
    typed: str = ""
    is_manual: bool = False
    asker: str = ""
    answerer: str = ""
    days: int = 0

    @property
    def path(self) -> str:
        """The item that it is about; empty for the form as a whole."""
        return self.code.rpartition(".")[0]


@dataclass(frozen=True)
class Notes:
    """What is to be said at fields, by path: errors, questions, comments, evidence for criteria, and what a
    monitor said."""

    errors: Mapping[str, str] = field(default_factory=dict)
    doubts: Mapping[str, list[Doubt]] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, EvidenceView] = field(default_factory=dict)
    marks: Mapping[str, MarkView] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldView:
    """One field. `kind` names the part of `components/item.html` that draws it.

    `id` is that of what takes the focus: of the first answer, where there are several.
    `when` says which answer of the same row asks for it: the name of the item, "=", its codes.
    `admitted` are the codes that speak for the participant, at a criterion.
    """

    path: str
    id: str
    kind: str
    label: str
    unit: str
    hint: str
    section: str
    required: bool
    value: str
    shown: str
    options: tuple[Option, ...]
    suggestions: str
    missing_code: str
    when: str
    asked: bool
    admitted: str
    input_mode: str
    error: str
    doubts: tuple[Doubt, ...]
    comment: str
    evidence: EvidenceView | None
    mark: MarkView | None

    @property
    def described_by(self) -> str:
        parts = {
            "hint": self.hint,
            "evidence": self.evidence,
            "error": self.error,
            "doubt": self.doubts,
        }
        return " ".join(f"{self.id}-{part}" for part, present in parts.items() if present)

    @property
    def is_radio(self) -> bool:
        return self.kind in RADIOS

    @property
    def is_group(self) -> bool:
        """Whether several inputs, radio buttons or checkboxes, are one answer."""
        return self.is_radio or self.kind == "several"

    @property
    def is_open(self) -> bool:
        """Whether an answer is asked for, required, and not there."""
        return self.asked and self.required and not self.value and not self.missing_code

    @property
    def missing_options(self) -> SafeString:
        return missing_options(self.missing_code)


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
    identity = field_id(path)
    value, code = filled.values.get(path, ""), filled.missing.get(path, "")
    return FieldView(
        path=path,
        id=identity,
        kind=_kind(item, value),
        label=_(item.label),
        unit=_(item.unit) if item.unit else "",
        hint=_hint(item),
        section=_(item.section) if item.section else "",
        required=item.required,
        value=value,
        shown=shown(item, value, code),
        options=tuple(_options(item, value)),
        suggestions=list_id(item.suggestions) if isinstance(item, Text) and item.suggestions else "",
        missing_code=code,
        when=f"{item.when.item}={BETWEEN_ASKED_FOR.join(item.when.codes)}" if item.when else "",
        asked=asked,
        admitted=BETWEEN_ASKED_FOR.join(item.criterion.admitted) if isinstance(item, CriterionMet) else "",
        input_mode={Whole: "numeric", Measure: "decimal"}.get(type(item), ""),
        error=notes.errors.get(path, ""),
        doubts=tuple(notes.doubts.get(path, ())),
        comment=notes.comments.get(path, ""),
        evidence=notes.evidence.get(path),
        mark=notes.marks.get(path),
    )


def field_id(path: str) -> str:
    """The id of what takes the focus at an item: where a link to the very field leads."""
    return f"f-{path.replace('.', '-').replace(' ', '_')}"


def list_id(suggestions: Codelist) -> str:
    """The id of the list of what is usually typed, which fields on a page share."""
    return f"list-{suggestions.name}"


def _kind(item: Item, value: str) -> str:
    if item.derived or item.system:
        return "derived" if item.derived else "system"
    match item:
        case Score():
            return "score"
        case Several():
            return "several"
        case Choice():
            return "buttons" if is_buttons(item) else "select"
        case Day():
            return "date" if _reads(date.fromisoformat, value) else "text"
        case Clock():
            return "time" if _reads(time.fromisoformat, value) else "text"
        case PartialDay():
            return "partial"
        case Text(max_length=int() as longest):
            return "long-text" if longest > LONG_TEXT and not item.suggestions else "text"
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
    if item.derived:
        return ""
    if isinstance(item, PartialDay):
        form = _("YYYY, YYYY-MM or YYYY-MM-DD")
        return f"{_(item.hint)}. {form}" if item.hint else form
    if item.hint:
        return _(item.hint)
    limits = str(item.hard.words(item.unit)) if item.numeric and item.hard else ""
    return "" if isinstance(item, Score) else limits[:1].upper() + limits[1:]


def _options(item: Item, value: str) -> Iterable[Option]:
    terms = item.codelist.terms if item.codelist else ()
    if isinstance(item, Score):
        terms = tuple((str(step), str(step)) for step in item.steps)
    chosen = value.split(BETWEEN_CODES) if isinstance(item, Several) else [value]
    for code, label in terms:
        yield Option(code, _(label), code in chosen)


def missing_options(chosen: str = "") -> SafeString:
    """The reasons for no value as the options of a list."""
    return _missing_options(chosen, get_language() or "")


@lru_cache
def _missing_options(chosen: str, language: str) -> SafeString:
    """The reasons for no value as options; the same beside every item, so they are made once."""
    terms = [
        (code, SafeString(" selected") if code == chosen else "", _(label)) for code, label in MISSING.terms
    ]
    options = format_html_join("", '<option value="{}"{}>{}', terms)
    return format_html('<option value="">{}{}', _("No value…"), options)


def shown(item: Item, value: str, code: str = "") -> str:
    """An answer as it is read: the label of its code, its unit, or why it is missing."""
    if code:
        return f"{_(MISSING.label(code))} ({code})"
    if not value:
        return ""
    if isinstance(item, Several):
        return ", ".join(_label(item, each) for each in value.split(BETWEEN_CODES))
    if isinstance(item, Day | PartialDay):
        return spelt(value)
    text = _label(item, value)
    return f"{text} {_(item.unit)}" if item.unit else text


def _label(item: Item, code: str) -> str:
    return _(item.codelist.label(code)) if item.codelist else code


def spelt(day: str) -> str:
    """A date, complete or cut short, with the name of its month; text that is no date as it is."""
    if _reads(date.fromisoformat, day):
        return date_format(date.fromisoformat(day), "DATE_FORMAT") if day else ""
    if len(day) == len("2019-05") and _reads(date.fromisoformat, f"{day}-01"):
        return date_format(date.fromisoformat(f"{day}-01"), "YEAR_MONTH_FORMAT")
    return day
