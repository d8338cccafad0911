"""What a signing page shows: exactly the content that is signed, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.paper.book import Part, Sheet
from forms_app.screens.presenters.book import blocks, sheet_title
from forms_app.selectors.content_hash import Content
from forms_app.selectors.signed_content import Head, SignedRecord, SignedVisit, read
from forms_app.services.signatures import Target
from trial.crf import registry
from trial.crf.codelists import CONTACT_MODE
from trial.models import User
from trial.visit_name import visit_name

# How much of a hash is shown to be compared by eye.
SHOWN = 16


@dataclass(frozen=True)
class SigningPage:
    """A content to be signed: `what` it is, its parts, its hash, and as whom the person signs."""

    what: str
    parts: list[Part]
    content_hash: str
    name: str
    role: str

    @property
    def short_hash(self) -> str:
        return self.content_hash[:SHOWN]


def page(target: Target, content: Content, person: User, role: str) -> SigningPage:
    """The page of a content, and of nothing else: all of it comes from what the hash was made of."""
    return SigningPage(
        what=what(target),
        parts=[_part(each) for each in read(content)],
        content_hash=content.hash,
        name=person.full_name,
        role=role,
    )


def what(target: Target) -> str:
    """What is signed, in words."""
    if target.record is not None:
        form = registry.form(target.record.form)
        assert form is not None
        title = sheet_title(form, target.record.repeat)
        return f"{title}, {visit_name(target.visit.code)}" if target.visit else title
    return visit_name(target.visit.code) if target.visit else _("Casebook")


def _part(visit: SignedVisit) -> Part:
    title = visit_name(visit.head["code"]) if visit.head else _("Logs")
    facts = tuple(_facts(visit.head)) if visit.head else ()
    return Part(title, facts, tuple(_sheet(each) for each in visit.records), "")


def _facts(head: Head) -> Iterator[str]:
    if head["date"]:
        mode = _(CONTACT_MODE.label(head["mode"]))
        day = date_format(date.fromisoformat(head["date"]), "DATE_FORMAT")
        yield _("Held on {day}, {mode}").format(day=day, mode=mode)
    else:
        yield _("Not done: {reason}").format(reason=head["reason_not_done"])
    if head["reason_unscheduled"]:
        yield _("Held outside the schedule: {reason}").format(reason=head["reason_unscheduled"])


def _sheet(record: SignedRecord) -> Sheet:
    return Sheet(
        title=sheet_title(record.form, record.repeat),
        state=_("Protocol {version}").format(version=record.protocol_version),
        removed=False,
        blocks=tuple(blocks(record.form, record.answers, record.groups, {})),
        notes=(),
        changes=(),
    )
