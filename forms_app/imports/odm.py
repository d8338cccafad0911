"""A snapshot in ODM 1.3.2 as our export writes it (decision 36), read as a stream of participants."""

from collections.abc import Iterator
from io import BytesIO
from typing import Final
from xml.etree.ElementTree import Element, ParseError  # nosec B405  # names only: defusedxml reads

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from forms_app.imports.content import Content, Place, SaidOfRecord, SaidOfVisit
from forms_app.imports.gathered import OF_VISIT, Gathered
from forms_app.imports.refused import refused
from trial.crf import registry
from trial.protocol import STUDY

NAMESPACE: Final = "{http://www.cdisc.org/ns/odm/v1.3}"
LOG, UNSCHEDULED, VISIT = "SE.LOG", "SE.U", "F.visit"
MISSING, STATE = "MISSING", "STATE"


def gather(content: bytes, name: str, into: Gathered) -> None:
    """Read the snapshot. Raises Refusal on what is no ODM of ours, or no XML."""
    try:
        for subject, row in _subjects(content, name):
            _Subject(name, row, into).gather(subject)
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        # Entities and document types, which could read other files or grow without end, are among these.
        raise refused(
            "import_xml",
            _(
                "“{file}” is damaged, or has a document type or entities, which are not "
                "read. Export it again."
            ),
            file=name,
        ) from None


def _subjects(content: bytes, name: str) -> Iterator[tuple[Element, int]]:
    """Each SubjectData with its number; what was read is let go."""
    row, root = 0, None
    for event, element in iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True):
        if root is None:
            root = element
            _check_root(root, name)
        if event == "end" and element.tag == f"{NAMESPACE}SubjectData":
            row += 1
            yield element, row
            element.clear()
        elif event == "start" and element.tag == f"{NAMESPACE}ClinicalData":
            _check_study(element.get("StudyOID", ""), name)


def _check_study(study: str, name: str) -> None:
    if study != STUDY.code:
        sentence = _("“{file}” is of the study “{study}”, and this is “{ours}”. Choose another file.")
        raise refused("import_xml", sentence, file=name, study=study, ours=STUDY.code)


def _check_root(root: Element, name: str) -> None:
    kind = root.get("FileType"), root.get("ODMVersion", "")[:3], root.get("Archival", "No")
    if root.tag != f"{NAMESPACE}ODM" or kind != ("Snapshot", "1.3", "No"):
        raise refused(
            "import_xml", _("“{file}” is no snapshot in ODM 1.3. Export in this format."), file=name
        )


class _Subject:
    """One participant of the file. A place has the number of the participant as row, and the path of OIDs."""

    def __init__(self, file: str, row: int, into: Gathered) -> None:
        self._file, self._row, self._into = file, row, into

    def gather(self, subject: Element) -> None:
        """Read everything."""
        content = self._into.participant(subject.get("SubjectKey", "").strip(), self._place("SubjectKey"))
        self._into.state(content, _flag(subject, STATE), self._place(STATE))
        for event in subject.iterfind(f"{NAMESPACE}StudyEventData"):
            self._event(content, event)

    def _place(self, *path: str) -> Place:
        return Place(self._file, self._row, " / ".join(path))

    def _event(self, content: Content, event: Element) -> None:
        oid = event.get("StudyEventOID", "")
        code = "" if oid == LOG else oid.removeprefix("SE.")
        if oid == UNSCHEDULED:
            code = f"U{event.get('StudyEventRepeatKey', '')}"
        for form in event.iterfind(f"{NAMESPACE}FormData"):
            if form.get("FormOID") == VISIT:
                self._visit(content.visit(code, self._place(oid)), form, oid)
            else:
                self._form(content, code, form, oid)

    def _visit(self, visit: SaidOfVisit, form: Element, oid: str) -> None:
        found = {item.get("ItemOID", ""): item.get("Value", "") for item in _items(form)}
        for name in OF_VISIT:
            place = self._place(oid, f"I.visit.{name}")
            self._into.column(visit, name, found.pop(f"I.visit.{name}", ""), place)
        for unknown, value in found.items():
            self._unknown(self._place(oid, unknown), value)

    def _form(self, content: Content, visit: str, form: Element, oid: str) -> None:
        form_oid = form.get("FormOID", "")
        code, repeat = form_oid.removeprefix("F."), form.get("FormRepeatKey", "1")
        place = self._place(oid, form_oid)
        declared = registry.form(code)
        if declared is None or not (repeat.isascii() and repeat.isdigit()):
            self._unknown(place, repeat)
            return
        record = content.record(code, visit, int(repeat), place)
        # A snapshot is whole: what is not written is empty.
        for item in declared.items():
            record.values[item.name] = ""
            if not item.derived:
                record.missing[item.name] = ""
        for group in form.iterfind(f"{NAMESPACE}ItemGroupData"):
            self._group(record, group, place)

    def _group(self, record: SaidOfRecord, group: Element, place: Place) -> None:
        oid, key = group.get("ItemGroupOID", ""), group.get("ItemGroupRepeatKey", "")
        own = f"IG.{record.form}"
        prefix = "" if oid == own else f"{oid.removeprefix(own + '.')}.{key}."
        stem = oid.replace("IG.", "I.", 1) + "."
        for item in group.iterfind(f"{NAMESPACE}ItemData"):
            name = item.get("ItemOID", "")
            where = Place(place.file, place.row, f"{place.column} / {name}")
            if not name.startswith(stem):
                self._unknown(where, item.get("Value", ""))
                continue
            path = prefix + name.removeprefix(stem)
            record.values[path] = item.get("Value", "")
            record.missing[path] = _flag(item, MISSING)
            record.places[path] = where
            self._into.row()

    def _unknown(self, place: Place, value: str) -> None:
        self._into.problem(place, value, _("The study has no such part. Correct the name in the file."))


def _items(form: Element) -> Iterator[Element]:
    for group in form.iterfind(f"{NAMESPACE}ItemGroupData"):
        yield from group.iterfind(f"{NAMESPACE}ItemData")


def _flag(element: Element, kind: str) -> str:
    """The value of the flag of a type that an annotation of the element has; "" without one."""
    for flag in element.iterfind(f"{NAMESPACE}Annotation/{NAMESPACE}Flag"):
        if flag.findtext(f"{NAMESPACE}FlagType") == kind:
            return flag.findtext(f"{NAMESPACE}FlagValue") or ""
    return ""
