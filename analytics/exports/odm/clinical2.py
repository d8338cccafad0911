"""Casebooks as the clinical data of an ODM 2.0 snapshot: as in 1.3.2, but that

- a form is an ItemGroupData of its own, and its items and groups are such inside it;
- each value is a Value: several codes are several of them, numbered;
- every question that was put to the site is a Query at its item, with its state and who asked it when; the
  answer is an Annotation beside it, with a Flag of the type ANSWER.
"""

from analytics.exports import written
from analytics.exports.casebooks import Casebook, Filled, FilledForm
from analytics.exports.odm import names, notes
from analytics.exports.odm.clinical import others_of, standing_of
from analytics.exports.odm.elements import Elements
from analytics.exports.odm.notes import Note
from analytics.exports.odm.people import People
from forms_app.models import Query
from forms_app.models.signature import CASEBOOK, RECORD, VISIT
from trial.access import Role
from trial.crf.items import Item
from trial.models import Visit

SYSTEM = "System"
SOURCES = {Role.MONITOR: "Site Monitor", Role.MEDICAL_MONITOR: "Safety Reviewer"}
OTHERS = "Data Management"


class Snapshot2:
    """Writes one participant after the other. `said` is whether what people say and sign is written too:
    not of what is de-identified. `roles` are those of people by their key."""

    def __init__(self, out: Elements, people: People, roles: dict[int, set[str]], *, said: bool) -> None:
        self._out = out
        self._people = people
        self._roles = roles
        self._said = said

    def write(self, casebook: Casebook) -> None:
        """The element SubjectData."""
        participant, out = casebook.participant, self._out
        out.place = participant.code
        reason = participant.state_reason if self._said else ""
        with out.element("SubjectData", {"SubjectKey": participant.code}):
            out.empty("SiteRef", {"LocationOID": self._people.site(participant.site)})
            for visit in casebook.visits:
                self._event(casebook, visit)
            if casebook.of_visit(None):
                self._event(casebook, None)
            state = notes.state(names.PARTICIPANT_STATE, participant.state, reason)
            self._signed(casebook, CASEBOOK, participant.pk, [state])

    def _event(self, casebook: Casebook, visit: Visit | None) -> None:
        oid, key = names.event(visit)
        with self._out.element("StudyEventData", {"StudyEventOID": oid, "StudyEventRepeatKey": key}):
            if visit:
                self._visit(visit)
            for filled in casebook.of_visit(visit):
                self._form(casebook, filled)
            if visit:
                self._signed(casebook, VISIT, visit.pk, [])

    def _visit(self, visit: Visit) -> None:
        out = self._out
        with (
            out.element("ItemGroupData", {"ItemGroupOID": names.form(names.VISIT)}),
            out.element("ItemGroupData", {"ItemGroupOID": f"IG.{names.VISIT}"}),
        ):
            for name in names.VISIT_ITEMS:
                if value := getattr(visit, name):
                    with out.element("ItemData", {"ItemOID": f"I.{names.VISIT}.{name}"}):
                        out.text("Value", written.text(value))

    def _form(self, casebook: Casebook, filled: FilledForm) -> None:
        record, out = filled.record, self._out
        out.place = f"{casebook.participant.code} {filled.visit.code if filled.visit else ''} {record.form}"
        key = str(record.repeat) if filled.visit is None else None
        said = Said(filled if self._said else None)
        with out.element(
            "ItemGroupData", {"ItemGroupOID": names.form(record.form), "ItemGroupRepeatKey": key}
        ):
            self._row(casebook, record.form, filled.answers, "", said)
            for code, rows in filled.groups.items():
                for row in rows:
                    self._row(casebook, record.form, row, f"{code}.{row.key}.", said)
            state = notes.state(names.RECORD_STATE, record.state)
            self._signed(casebook, RECORD, record.pk, [state, *said.notes("")])
            self._queries(casebook, said.queries(""))

    def _row(self, casebook: Casebook, form: str, filled: Filled, path: str, said: "Said") -> None:
        oid = names.item_group(form, filled.row)
        attributes = {"ItemGroupOID": oid, "ItemGroupRepeatKey": filled.key or None}
        with self._out.element("ItemGroupData", attributes):
            for item in filled.row.items():
                self._item(casebook, form, filled, item, path + item.name, said)

    def _item(
        self, casebook: Casebook, form: str, filled: Filled, item: Item, path: str, said: "Said"
    ) -> None:
        out, value, code = self._out, filled.values.get(item.name), filled.missing.get(item.name)
        given = [*([notes.missing(code)] if code else []), *said.notes(path)]
        asked = said.queries(path)
        if value is None and not given and not asked:
            return
        attributes = {
            "ItemOID": names.item(form, filled.row, item),
            "IsNull": "Yes" if value is None else None,
        }
        with out.element("ItemData", attributes):
            if isinstance(value, list):
                for place, each in enumerate(value, start=1):
                    out.text("Value", each, {"SeqNum": str(place)})
            elif value is not None:
                out.text("Value", written.text(value))
            notes.write_all(out, given)
            self._queries(casebook, asked)

    def _signed(self, casebook: Casebook, scope: str, key: int, given: list[Note]) -> None:
        """The signature of an element and its annotations."""
        standing = standing_of(casebook, scope, key) if self._said else None
        if standing:
            self._people.write_signature(self._out, casebook.participant.site, standing.signature)
        others = others_of(casebook, scope, key, standing) if self._said else []
        notes.write_all(self._out, [*given, *others])

    def _queries(self, casebook: Casebook, asked: list[Query]) -> None:
        for query in asked:
            self._query(casebook, query)

    def _query(self, casebook: Casebook, query: Query) -> None:
        out = self._out
        attributes = {
            "OID": f"Q.{query.pk}",
            "Source": self._source(query),
            "Type": "Manual" if query.is_manual else "System",
            "State": query.state.capitalize(),
            "LastUpdateDatetime": query.moved_at.isoformat(),
            "Name": query.code,
        }
        by = query.raised_by
        with out.element("Query", attributes):
            out.text("Value", str(query.words))
            with out.element("AuditRecord"):
                user = self._people.user(by) if by else self._people.actor(-1, {})
                out.empty("UserRef", {"UserOID": user})
                out.empty("LocationRef", {"LocationOID": self._people.site(casebook.participant.site)})
                out.text("DateTimeStamp", query.opened_at.isoformat())

    def _source(self, query: Query) -> str:
        if query.raised_by_id is None:
            return SYSTEM
        roles = self._roles.get(query.raised_by_id, set())
        return next((source for role, source in SOURCES.items() if role.value in roles), OTHERS)


class Said:
    """What was said of a form by the path of the item; of an item whose row is not written, by ""."""

    def __init__(self, filled: FilledForm | None) -> None:
        self._filled = filled
        self._known = set(notes.paths(filled)) if filled else set()

    def queries(self, path: str) -> list[Query]:
        """The questions put to the site, and still or once open."""
        asked = self._filled.queries if self._filled else ()
        return [query for query in asked if self._place(query.item) == path]

    def notes(self, path: str) -> list[Note]:
        """The answers of the site to them, and its remarks."""
        answers = [notes.answer(query) for query in self.queries(path) if query.explanation]
        comments = self._filled.comments if self._filled else {}
        remarks = [
            notes.remark(text if place == path else f"{place}: {text}")
            for place, text in comments.items()
            if self._place(place) == path
        ]
        return [*answers, *remarks]

    def _place(self, path: str) -> str:
        return path if path in self._known else ""
