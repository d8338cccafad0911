"""The ledger of a participant as the transactions of an ODM 1.3.2 archive.

Each change is one SubjectData. What it does not touch on its way down is TransactionType="Context"; what it
changes is Insert, Update or Remove, with the AuditRecord, which holds for everything beneath: who, at which
site, when, why, and the number of the event in the ledger as SourceID.

A record taken out of use is removed, one taken back is inserted with all that stood in it; so is a row of a
group. An item that became empty is removed. A signature is the Signature of its element; that it broke, and
what ODM has no element for, is an Annotation: with a Flag of the type SIGNATURE, or of the type LEDGER and
then the table, the key and the changed columns as JSON in its Comment.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from analytics.exports import written
from analytics.exports.odm import names, notes
from analytics.exports.odm.elements import Elements
from analytics.exports.odm.ledger import Change
from analytics.exports.odm.notes import Note
from analytics.exports.odm.people import People
from forms_app.models import Signature
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.items import Item
from trial.models import Participant, Record, User, Visit

INSERT, UPDATE, REMOVE, CONTEXT = "Insert", "Update", "Remove", "Context"
PARTICIPANTS, VISITS, RECORDS, SIGNATURES = (
    model._meta.db_table for model in (Participant, Visit, Record, Signature)
)
# The form and the row that a table holds the answers of.
ANSWERS: dict[str, tuple[type[Answers], type[Row]]] = {
    row._meta.db_table: (form, row) for form, row in names.rows()
}


@dataclass(frozen=True)
class Place:
    """Where in a casebook something stands: the codes of the visit and the form, None further up."""

    visit: str | None = None
    form: str | None = None
    repeat: int = 1
    of_log: bool = False


@dataclass
class Ledger:
    """Writes the changes of one participant; remembers where records stand and what is in them."""

    out: Elements
    people: People
    participant: Participant
    accounts: dict[int, User]
    visits: dict[int, str] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    contents: dict[int, dict[tuple[str, str], dict[str, Any]]] = field(default_factory=dict)
    first_of_logs: int | None = None

    def write(self, change: Change) -> None:
        """One change as one SubjectData."""
        self.out.place = f"{self.participant.code}, change {change.id} of the ledger"
        if change.table == PARTICIPANTS:
            self._participant(change)
        elif change.table == VISITS:
            self._visit(change)
        elif change.table == RECORDS:
            self._record(change)
        elif change.table in ANSWERS:
            self._answers(change)
        elif change.table == SIGNATURES:
            self._signature(change)
        else:
            self._beside(change)

    def _participant(self, change: Change) -> None:
        row = change.row
        state = notes.state(names.PARTICIPANT_STATE, row["state"], row["state_reason"])
        with self._subject(kind(change)):
            self._audit(change)
            self.out.empty("SiteRef", {"LocationOID": self.people.site(self.participant.site)})
            self._note(state)

    def _visit(self, change: Change) -> None:
        row = change.row
        code = self.visits[int(change.key)] = row["code"]
        of_form = kind(change)
        with self._subject(), self._event(Place(code), CONTEXT if of_form == UPDATE else of_form):
            # The visit is its form: the record of the change stands with it.
            self._audit(change)
            if change.after is not None:
                self._of_visit(change.before or {}, change.after, of_form)

    def _of_visit(self, before: dict[str, Any], after: dict[str, Any], transaction: str) -> None:
        form = {"FormOID": names.form(names.VISIT), "TransactionType": transaction}
        group = {"ItemGroupOID": f"IG.{names.VISIT}", "TransactionType": transaction}
        with self.out.element("FormData", form), self.out.element("ItemGroupData", group):
            for name in names.VISIT_ITEMS:
                oid = f"I.{names.VISIT}.{name}"
                self._value(oid, before.get(name) or None, after.get(name) or None)

    def _record(self, change: Change) -> None:
        row, key = change.row, int(change.key)
        visit = self.visits.get(row["visit_id"]) if row["visit_id"] else None
        place = self.places[key] = Place(visit, row["form"], row["repeat"], of_log=row["visit_id"] is None)
        was_there = change.before is not None and not change.before["removed"]
        is_there = change.after is not None and not change.after["removed"]
        with self._subject(), self._event_of(place, change), self._form(place, between(was_there, is_there)):
            if not self._opens_logs(place, change):
                self._audit(change)
            if is_there:
                self._note(notes.state(names.RECORD_STATE, row["state"]))
            if is_there and not was_there:
                self._content(key)

    def _content(self, record: int) -> None:
        """All that stands in a record which is in use again."""
        for (table, _), row in self.contents.get(record, {}).items():
            if not row.get("removed"):
                form, owner = ANSWERS[table]
                with self._group(form, owner, row, INSERT):
                    self._items(form, owner, {}, row)

    def _answers(self, change: Change) -> None:
        form, owner = ANSWERS[change.table]
        row, record = change.row, change.record
        assert record is not None
        self.contents.setdefault(record, {})[change.table, change.key] = row
        was_there = change.before is not None and not change.before.get("removed")
        is_there = change.after is not None and not change.after.get("removed")
        place = self.places[record]
        before = change.before or {} if was_there else {}
        with (
            self._subject(),
            self._event(place),
            self._form(place),
            self._group(form, owner, row, between(was_there, is_there)),
        ):
            self._audit(change)
            if is_there:
                self._items(form, owner, before, row)

    def _items(
        self, form: type[Answers], owner: type[Row], before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        for item in owner.items():
            oid = names.item(form.code, owner, item)
            was, is_now = (None if item.derived else row.get(item.missing_name) for row in (before, after))
            self._value(oid, stored(item, before), stored(item, after), was, is_now, item.unit)

    def _value(
        self,
        oid: str,
        before: str | None,
        after: str | None,
        missing_before: str | None = None,
        missing: str | None = None,
        unit: str = "",
    ) -> None:
        """An ItemData, if the value or the missing code changed."""
        if (before, missing_before) == (after, missing):
            return
        was_there = before is not None or missing_before is not None
        is_there = after is not None or missing is not None
        attributes = {
            "ItemOID": oid,
            "TransactionType": between(was_there, is_there),
            "IsNull": "Yes" if missing and after is None else None,
            "Value": after,
        }
        with self.out.element("ItemData", attributes):
            if unit and after is not None:
                self.out.empty("MeasurementUnitRef", {"MeasurementUnitOID": names.unit(unit)})
            if missing:
                self._note(notes.missing(missing))

    def _signature(self, change: Change) -> None:
        row = change.row
        with self._at(row):
            self._audit(change)
            if change.before is None:
                self._signed(row)
            else:
                self._note(broken(row))

    def _signed(self, row: dict[str, Any]) -> None:
        with self.out.element("Signature"):
            signer = self.people.actor(row["signer_id"], self.accounts)
            self.out.empty("UserRef", {"UserOID": signer})
            self.out.empty("LocationRef", {"LocationOID": self.people.site(self.participant.site)})
            self.out.empty("SignatureRef", {"SignatureOID": names.signature(row["meaning"])})
            self.out.text("DateTimeStamp", row["signed_at"])

    def _beside(self, change: Change) -> None:
        """What ODM has no element for."""
        told = {"table": change.table, "key": change.key, "columns": change.changed}
        words = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
        value = kind(change).upper().replace("REMOVE", "DELETE")
        note = Note(comment=words, kind="LEDGER", codelist=names.LEDGER, value=value)
        with self._at({"record_id": change.record, **change.row}):
            self._audit(change)
            self._note(note)

    def _note(self, note: Note) -> None:
        note.write(self.out, 1)

    def _audit(self, change: Change) -> None:
        out = self.out
        with out.element("AuditRecord"):
            out.empty("UserRef", {"UserOID": self.people.actor(change.actor, self.accounts)})
            out.empty("LocationRef", {"LocationOID": self.people.site(self.participant.site)})
            out.text("DateTimeStamp", change.at.isoformat())
            if change.reason:
                out.text("ReasonForChange", change.reason)
            out.text("SourceID", str(change.id))

    @contextmanager
    def _at(self, row: dict[str, Any]) -> Iterator[None]:
        """The element that a row speaks of: the form of its record, its visit, or the participant."""
        with ExitStack() as opened:
            opened.enter_context(self._subject())
            if row.get("record_id"):
                place = self.places[row["record_id"]]
                opened.enter_context(self._event(place))
                opened.enter_context(self._form(place))
            elif row.get("visit_id"):
                opened.enter_context(self._event(Place(self.visits[row["visit_id"]])))
            yield

    def _opens_logs(self, place: Place, change: Change) -> bool:
        """Whether this is the first entry of any log: the event of the logs begins with it."""
        return place.of_log and self.first_of_logs == change.id

    @contextmanager
    def _event_of(self, place: Place, change: Change) -> Iterator[None]:
        """The event of a record. That of the logs has no row: it is inserted with its first entry, and the
        record of that change stands with it."""
        if place.of_log and self.first_of_logs is None:
            self.first_of_logs = change.id
        opens = self._opens_logs(place, change)
        with self._event(place, INSERT if opens else CONTEXT):
            if opens:
                self._audit(change)
            yield

    @contextmanager
    def _subject(self, transaction: str = CONTEXT) -> Iterator[None]:
        attributes = {"SubjectKey": self.participant.code, "TransactionType": transaction}
        with self.out.element("SubjectData", attributes):
            yield

    @contextmanager
    def _event(self, place: Place, transaction: str = CONTEXT) -> Iterator[None]:
        oid, key = names.event_of(place.visit)
        attributes = {"StudyEventOID": oid, "StudyEventRepeatKey": key, "TransactionType": transaction}
        with self.out.element("StudyEventData", attributes):
            yield

    @contextmanager
    def _form(self, place: Place, transaction: str = CONTEXT) -> Iterator[None]:
        assert place.form is not None
        attributes = {
            "FormOID": names.form(place.form),
            "FormRepeatKey": str(place.repeat) if place.of_log else None,
            "TransactionType": transaction,
        }
        with self.out.element("FormData", attributes):
            yield

    @contextmanager
    def _group(
        self, form: type[Answers], owner: type[Row], row: dict[str, Any], transaction: str
    ) -> Iterator[None]:
        attributes = {
            "ItemGroupOID": names.item_group(form.code, owner),
            "ItemGroupRepeatKey": row["key"] if issubclass(owner, GroupAnswers) else None,
            "TransactionType": transaction,
        }
        with self.out.element("ItemGroupData", attributes):
            yield


def between(was_there: bool, is_there: bool) -> str:
    """The transaction from what was there to what is."""
    if not is_there:
        return REMOVE
    return UPDATE if was_there else INSERT


def kind(change: Change) -> str:
    return between(change.before is not None, change.after is not None)


def stored(item: Item, row: dict[str, Any]) -> str | None:
    """The value of an item in a row of the ledger, as ODM writes it; None where there is none."""
    value = item.to_python(row.get(str(item.column)))
    return None if value is None else written.text(value)


def broken(row: dict[str, Any]) -> Note:
    """That a signature broke, and when."""
    words = f"{row['meaning']} by {row['printed_name']} ({row['role']}) at {row['signed_at']}; "
    words += f"broken at {row['broken_at']}"
    return Note(comment=words, kind="SIGNATURE", codelist=names.STANDING, value="BROKEN")
