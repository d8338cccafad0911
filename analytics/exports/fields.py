"""Columns with where they come from, and how sensitive they are."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from psycopg2.sql import SQL, Composable, Identifier

from analytics.exports import cells
from analytics.exports.dataset import Column, Kind
from trial.crf.answers import GroupAnswers, Row
from trial.crf.codelists import CONTACT_MODE, MISSING, YES_NO
from trial.crf.items import Choice, Clock, Day, Item, Measure, PartialDay, Several, Text, Whole
from trial.crf.privacy import FREE_TEXT, IDENTIFIER, PLAIN, Sensitivity
from trial.lifecycle import PARTICIPANT_STATES, RECORD_STATES
from trial.models import Participant, Visit
from trial.protocol import STUDY
from trial.protocol.schedule import UNSCHEDULED_FROM

# What is left out of what is de-identified, with its missing code.
DROPPED = (FREE_TEXT, IDENTIFIER, None)

KINDS: tuple[tuple[type[Item], Kind], ...] = (
    (Several, Kind.CODES),
    (Choice, Kind.CODE),
    (Whole, Kind.WHOLE),
    (Measure, Kind.DECIMAL),
    (Day, Kind.DATE),
    (PartialDay, Kind.PARTIAL_DATE),
    (Clock, Kind.TIME),
    (Text, Kind.TEXT),
)

MISSING_CODES = tuple(MISSING.terms)
UNSCHEDULED_VISITS = tuple((f"U{number}", f"Unscheduled visit {number}") for number in range(1, 100))
VISITS = (*((visit.code, visit.label) for visit in STUDY.schedule.visits), *UNSCHEDULED_VISITS)


@dataclass(frozen=True)
class Field:
    """A column, the SQL of its value as it is stored, and its class; one without a class is not shown where
    nobody may be named."""

    column: Column
    stored: Composable
    privacy: Sensitivity | None

    def text(self) -> Composable:
        """The value as it is written."""
        return cells.written(self.column.kind, self.stored)

    def at(self, stored: Composable) -> "Field":
        """The same, found elsewhere."""
        return replace(self, stored=stored)


def kind_of(item: Item) -> Kind:
    """What the cells of an item are."""
    return next(kind for type_, kind in KINDS if isinstance(item, type_))


def of_items(
    form: str, row: type[Row], items: tuple[Item, ...], prefix: str = "", within: str = ""
) -> Iterator[Field]:
    """The items of the row `f`, each followed by why it has no value; a derived one has no such column."""
    for item in items:
        value = of_item(form, row, item, prefix, within)
        yield value
        if not item.derived:
            yield missing_of(value, Identifier("f", item.missing_name))


def of_item(form: str, row: type[Row], item: Item, prefix: str = "", within: str = "") -> Field:
    """The value of an item of the row `f`."""
    column = Column(
        name=f"{prefix}{item.name}",
        label=f"{within}{item.label}",
        kind=kind_of(item),
        unit=item.unit,
        codes=item.codelist.terms if item.codelist else (),
        places=item.places if isinstance(item, Measure) else None,
        length=item.max_length if isinstance(item, Text) else None,
        form=form,
        group=row.code if issubclass(row, GroupAnswers) else "",
        item=item.name,
        cdisc=item.cdisc,
    )
    return Field(column, Identifier("f", item.name), item.privacy)


def missing_of(value: Field, stored: Composable) -> Field:
    """The companion of an item; it goes where the item goes."""
    column = Column(
        name=f"{value.column.name}_missing",
        label=f"{value.column.label}: why there is no value",
        kind=Kind.CODE,
        codes=MISSING_CODES,
        form=value.column.form,
        group=value.column.group,
        item=value.column.item,
        missing_of=value.column.name,
    )
    return Field(column, stored, value.privacy if value.privacy in DROPPED else PLAIN)


def text(
    name: str, label: str, stored: str, privacy: Sensitivity = PLAIN, length: int | None = None
) -> Field:
    """A column of text that belongs to no item."""
    return Field(Column(name, label, length=length), SQL(stored), privacy)


def coded(name: str, label: str, codes: tuple[tuple[str, str], ...], stored: str) -> Field:
    """A column of codes that belongs to no item."""
    return Field(Column(name, label, Kind.CODE, codes=codes), SQL(stored), PLAIN)


def spoken(words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Words that are their own labels, as codes."""
    return tuple((word, word.capitalize()) for word in words)


def length_of(model: type[Participant] | type[Visit], name: str) -> int | None:
    """The most characters of a text column."""
    length: int | None = model._meta.get_field(name).max_length  # type: ignore[union-attr]
    return length


STUDY_CODE = Field(Column("study", "Study"), cells.text(STUDY.code), PLAIN)
SITE = text("site", "Site", "s.code", Sensitivity.SITE)
PARTICIPANT = text("participant", "Participant", "p.code", Sensitivity.PARTICIPANT)
STATE = coded("participant_state", "State of the participant", spoken(PARTICIPANT_STATES), "p.state")
STATE_REASON = text(
    "participant_state_reason",
    "Why the participant is in this state",
    "nullif(p.state_reason, '')",
    FREE_TEXT,
    length_of(Participant, "state_reason"),
)
VISIT = coded("visit", "Visit", VISITS, "v.code")
OCCURRED = coded("occurred", "Visit took place", YES_NO.terms, "v.occurred")
VISIT_DATE = Field(
    Column("visit_date", "Date of the visit", Kind.DATE), SQL("v.visit_date"), Sensitivity.DATE
)
CONTACT = coded("contact_mode", "How contact was made", CONTACT_MODE.terms, "nullif(v.contact_mode, '')")
REASON_NOT_DONE = text(
    "reason_not_done",
    "Why the visit did not take place",
    "nullif(v.reason_not_done, '')",
    FREE_TEXT,
    length_of(Visit, "reason_not_done"),
)
REASON_UNSCHEDULED = text(
    "reason_unscheduled",
    "Why there was a visit that is not planned",
    "nullif(v.reason_unscheduled, '')",
    FREE_TEXT,
    length_of(Visit, "reason_unscheduled"),
)
REPEAT = Field(Column("repeat", "Number of the entry in its log", Kind.WHOLE), SQL("r.repeat"), PLAIN)
RECORD_STATE = coded("record_state", "State of the form", spoken(RECORD_STATES), "r.state")
RECORD_VERSION = Field(
    Column("record_version", "How often the form was saved", Kind.WHOLE), SQL("r.version"), PLAIN
)

# Where a visit stands among all: planned ones in their order, then unscheduled ones by their number.
VISIT_PLACE = SQL(
    "coalesce(array_position(array[{}]::text[], v.code::text), {} + substr(v.code, 2)::int)".format(
        ", ".join(f"'{visit.code}'" for visit in STUDY.schedule.visits), UNSCHEDULED_FROM
    )
)
SIGNED = coded(
    "signed",
    "Signature over the form",
    (("signed", "Signed"), ("broken", "Signed, and changed since")),
    """(select case when bool_or(g.broken_at is null) then 'signed' when count(*) > 0 then 'broken' end
        from forms_app_signature g
        where g.participant_id = r.participant_id and (g.scope = 'casebook' or g.record_id = r.id
            or g.scope = 'visit' and g.visit_id = r.visit_id))""",
)
