"""Casebooks as the clinical data of an ODM 1.3.2 snapshot."""

from analytics.exports import written
from analytics.exports.casebooks import Casebook, Filled, FilledForm
from analytics.exports.odm import names, notes
from analytics.exports.odm.elements import Elements
from analytics.exports.odm.notes import Note
from analytics.exports.odm.people import People
from forms_app.models.signature import CASEBOOK, RECORD, VISIT
from forms_app.selectors.signatures import Signed
from trial.crf.items import Item
from trial.models import Visit


class Snapshot:
    """Writes one participant after the other. `said` is whether what people say and sign is written too:
    not of what is de-identified."""

    def __init__(self, out: Elements, people: People, *, said: bool) -> None:
        self._out = out
        self._people = people
        self._said = said

    def write(self, casebook: Casebook) -> None:
        """The element SubjectData."""
        participant, out = casebook.participant, self._out
        out.place = participant.code
        with out.element("SubjectData", {"SubjectKey": participant.code}):
            others = self._signature(casebook, CASEBOOK, participant.pk)
            out.empty("SiteRef", {"LocationOID": self._people.site(participant.site)})
            reason = participant.state_reason if self._said else ""
            state = notes.state(names.PARTICIPANT_STATE, participant.state, reason)
            notes.write_all(out, [state, *others])
            for visit in casebook.visits:
                self._event(casebook, visit)
            if casebook.of_visit(None):
                self._event(casebook, None)

    def _event(self, casebook: Casebook, visit: Visit | None) -> None:
        oid, key = names.event(visit)
        with self._out.element("StudyEventData", {"StudyEventOID": oid, "StudyEventRepeatKey": key}):
            if visit:
                notes.write_all(self._out, self._signature(casebook, VISIT, visit.pk))
                self._visit(visit)
            for filled in casebook.of_visit(visit):
                self._form(casebook, filled)

    def _visit(self, visit: Visit) -> None:
        out = self._out
        with (
            out.element("FormData", {"FormOID": names.form(names.VISIT)}),
            out.element("ItemGroupData", {"ItemGroupOID": f"IG.{names.VISIT}"}),
        ):
            for name in names.VISIT_ITEMS:
                if value := getattr(visit, name):
                    oid = f"I.{names.VISIT}.{name}"
                    out.empty("ItemData", {"ItemOID": oid, "Value": written.text(value)})

    def _form(self, casebook: Casebook, filled: FilledForm) -> None:
        record, out = filled.record, self._out
        out.place = f"{casebook.participant.code} {filled.visit.code if filled.visit else ''} {record.form}"
        key = str(record.repeat) if filled.visit is None else None
        said = notes.by_path(filled) if self._said else {"": []}
        with out.element("FormData", {"FormOID": names.form(record.form), "FormRepeatKey": key}):
            others = self._signature(casebook, RECORD, record.pk)
            notes.write_all(out, [notes.state(names.RECORD_STATE, record.state), *others, *said[""]])
            self._row(record.form, filled.answers, "", said)
            for code, rows in filled.groups.items():
                for row in rows:
                    self._row(record.form, row, f"{code}.{row.key}.", said)

    def _row(self, form: str, filled: Filled, path: str, said: dict[str, list[Note]]) -> None:
        oid = names.item_group(form, filled.row)
        key = filled.key or None
        with self._out.element("ItemGroupData", {"ItemGroupOID": oid, "ItemGroupRepeatKey": key}):
            for item in filled.row.items():
                self._item(form, filled, item, said.get(path + item.name, []))

    def _item(self, form: str, filled: Filled, item: Item, said: list[Note]) -> None:
        out, value, code = self._out, filled.values.get(item.name), filled.missing.get(item.name)
        given = [notes.missing(code), *said] if code else said
        if value is None and not given:
            return
        attributes = {
            "ItemOID": names.item(form, filled.row, item),
            "IsNull": "Yes" if value is None else None,
            "Value": None if value is None else written.text(value),
        }
        with out.element("ItemData", attributes):
            if item.unit and value is not None:
                out.empty("MeasurementUnitRef", {"MeasurementUnitOID": names.unit(item.unit)})
            notes.write_all(out, given)

    def _signature(self, casebook: Casebook, scope: str, key: int) -> list[Note]:
        """Write the newest signature that is intact; answer with the others."""
        if not self._said:
            return []
        standing = standing_of(casebook, scope, key)
        if standing:
            self._people.write_signature(self._out, casebook.participant.site, standing.signature)
        return others_of(casebook, scope, key, standing)


def standing_of(casebook: Casebook, scope: str, key: int) -> Signed | None:
    """The newest signature of a form, a visit or the casebook that is intact."""
    signed = (each for each in reversed(casebook.signatures) if each.is_of(scope, key))
    return next((each for each in signed if each.is_intact), None)


def others_of(casebook: Casebook, scope: str, key: int, standing: Signed | None) -> list[Note]:
    """Every other signature of it."""
    signed = (each for each in casebook.signatures if each.is_of(scope, key))
    return [notes.signature(each) for each in signed if each is not standing]
