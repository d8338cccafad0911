"""What ODM has no element for, as annotations: see the docstring of the package."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analytics.exports.casebooks import FilledForm
from analytics.exports.odm import names
from analytics.exports.odm.elements import Elements
from forms_app.models import Query
from forms_app.models.query import ANSWERED, CLOSED, OPEN
from forms_app.selectors.signatures import Signed
from trial.crf.codelists import MISSING, Codelist

SITE, SPONSOR = "Site", "Sponsor"


@dataclass(frozen=True)
class Note:
    """One annotation: a comment, a flag, or both."""

    comment: str = ""
    said_by: str = SPONSOR
    kind: str = ""
    codelist: Codelist | None = None
    value: str = ""

    def write(self, out: Elements, number: int, transaction: str | None = None) -> None:
        """The element Annotation, with its number among those of its element."""
        with out.element("Annotation", {"SeqNum": str(number), "TransactionType": transaction}):
            if self.comment:
                out.comment(self.comment, {"SponsorOrSite": self.said_by})
            if self.codelist:
                with out.element("Flag"):
                    out.text("FlagValue", self.value, {"CodeListOID": names.codelist(self.codelist)})
                    out.text("FlagType", self.kind, {"CodeListOID": names.codelist(names.FLAG_TYPE)})


def write_all(out: Elements, notes: Iterable[Note]) -> None:
    for number, note in enumerate(notes, start=1):
        note.write(out, number)


def missing(code: str) -> Note:
    return Note(kind="MISSING", codelist=MISSING, value=code)


def state(codelist: Codelist, value: str, reason: str = "") -> Note:
    return Note(comment=reason, said_by=SITE, kind="STATE", codelist=codelist, value=value)


def remark(text: str) -> Note:
    return Note(comment=text, said_by=SITE)


def signature(signed: Signed) -> Note:
    """A signature that is not the one of its element: broken, or not the newest."""
    given = signed.signature
    words = f"{given.meaning} by {given.printed_name} ({given.role}) at {given.signed_at.isoformat()}"
    if given.broken_at:
        words += f"; broken at {given.broken_at.isoformat()}"
    standing = "INTACT" if signed.is_intact else "BROKEN"
    return Note(comment=words, kind="SIGNATURE", codelist=names.STANDING, value=standing)


def query(asked: Query, before: str = "") -> Iterator[Note]:
    """A question with its answer; `before` stands before the words where the item is not written itself."""
    if asked.state not in (OPEN, ANSWERED, CLOSED):
        return
    by = SPONSOR
    yield Note(before + str(asked.words), by, "QUERY", names.QUERY_STATE, asked.state)
    if asked.explanation:
        yield answer(asked, before)


def answer(asked: Query, before: str = "") -> Note:
    """What the site answered."""
    return Note(before + asked.explanation, SITE, "ANSWER", names.ANSWER, "ANSWERED")


def by_path(filled: FilledForm) -> dict[str, list[Note]]:
    """The questions and remarks of a form by the path of their item, "" for the record as a whole. What is
    said of an item whose row is not written stands with the record."""
    written = set(paths(filled))
    found: dict[str, list[Note]] = {"": []}
    for asked in filled.queries:
        known = asked.item in written
        place = asked.item if known else ""
        found.setdefault(place, []).extend(query(asked, "" if known or not asked.item else f"{asked.item}: "))
    for path, text in filled.comments.items():
        known = path in written
        found.setdefault(path if known else "", []).append(remark(text if known else f"{path}: {text}"))
    return found


def paths(filled: FilledForm) -> Iterator[str]:
    """The path of every item of the rows of a form."""
    yield from (item.name for item in filled.form.items())
    for code, rows in filled.groups.items():
        for row in rows:
            yield from (f"{code}.{row.key}.{item.name}" for item in row.row.items())
