"""Signatures in words, wherever what they sign is shown (21 CFR 11.50)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.models import Lock
from forms_app.models.lock import LOCKED
from forms_app.models.signature import (
    APPROVAL,
    AUTHORSHIP,
    CASEBOOK,
    MEANINGS,
    RECORD,
    RESPONSIBILITY,
    REVIEW,
    VISIT,
)
from forms_app.screens.presenters.status import Sign
from forms_app.selectors.signatures import Signed
from forms_app.selectors.to_sign import Waiting
from trial.access import ROLE_LABELS, Role
from trial.crf import registry
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.visit_name import visit_name

# What the signer confirms with each meaning.
CONFIRMED = {
    AUTHORSHIP: N_(
        "I recorded these data, or had them recorded under my eyes, and they are what was observed."
    ),
    REVIEW: N_("I have read these data and compared them with what I know of the participant."),
    APPROVAL: N_("I have read these data and approve them as complete and correct."),
    RESPONSIBILITY: N_("I am responsible for these data and stand for them."),
}
SIGNED_WORDS = {
    RECORD: N_("the form"),
    VISIT: N_("the visit with its forms"),
    CASEBOOK: N_("the casebook"),
}
SIGNED_SIGN = Sign("tick", "done", N_("Signature stands"), N_("Nothing changed since it was signed"))
BROKEN_SIGN = Sign("triangle", "late", N_("Broken signature"), N_("Something changed since it was signed"))


@dataclass(frozen=True)
class SignatureView:
    """A signature as it is shown: whose, when, with what meaning, of what, and whether it stands.

    `broken` says why it does not stand; empty when it does. `at` is the time at the site, `at_utc` the same
    moment in UTC.
    """

    name: str
    role: str
    meaning: str
    of: str
    at: str
    at_utc: str
    broken: str
    content_hash: str

    @property
    def line(self) -> str:
        """Everything but why it does not stand, in one line, as paper has it."""
        return _("{name} ({role}), {at} ({utc}): {meaning}, of {of}").format(
            name=self.name,
            role=self.role,
            at=self.at,
            utc=self.at_utc,
            meaning=self.meaning,
            of=self.of,
        )


@dataclass(frozen=True)
class Line:
    """What waits for a signature: what it is, and where it is signed; `broken` says that one broke."""

    what: str
    address: str
    forms: int
    broken: bool


@dataclass(frozen=True)
class Box:
    """The signatures at a place, and the address at which one may be given there; "" where none may."""

    signatures: list[SignatureView]
    address: str

    def __bool__(self) -> bool:
        return bool(self.signatures or self.address)


@dataclass(frozen=True)
class MeaningView:
    """A meaning to choose, with the sentence that the signer confirms by it."""

    code: str
    label: str
    confirmed: str


def views(found: Iterable[Signed], zone: str) -> list[SignatureView]:
    """The signatures in the order in which they were given, with times of this zone."""
    return [view(each, ZoneInfo(zone)) for each in found]


def view(signed: Signed, zone: ZoneInfo) -> SignatureView:
    signature = signed.signature
    return SignatureView(
        name=signature.printed_name,
        role=_(ROLE_LABELS[Role(signature.role)]),
        meaning=_(signature.meaning),
        of=of(signed),
        at=moment(signature.signed_at, zone),
        at_utc=_("{moment} UTC").format(moment=moment(signature.signed_at, UTC)),
        broken=_broken(signed, zone),
        content_hash=signature.content_hash,
    )


def box(found: Iterable[Signed], zone: str, address: str = "") -> Box:
    """The signatures at a place, and where one may be given."""
    return Box(views(found, zone), address)


def sign(found: Iterable[Signed]) -> Sign | None:
    """Whether every scope that was signed has a signature that stands; None where nobody signed."""
    stands: dict[str, bool] = {}
    for each in found:
        scope = each.signature.scope
        stands[scope] = stands.get(scope, False) or each.is_intact
    if not stands:
        return None
    return SIGNED_SIGN if all(stands.values()) else BROKEN_SIGN


def is_signable(lock: Lock | None) -> bool:
    """Whether the strongest lock leaves it to be signed: what is frozen may be, what is locked not."""
    return lock is None or lock.kind != LOCKED


def lines(found: Iterable[Waiting]) -> list[Line]:
    return [_line(each) for each in found]


def _line(waiting: Waiting) -> Line:
    code, visit, form = waiting.participant, waiting.visit, waiting.form
    declared = registry.form(form) if form else None
    if declared is None:
        address = reverse("sign-visit", args=[code, visit])
        return Line(visit_name(visit), address, waiting.forms, waiting.broken)
    if visit:
        address = reverse("sign-record", args=[code, visit, form])
        return Line(f"{visit_name(visit)}, {_(declared.title)}", address, 0, waiting.broken)
    address = reverse("sign-log", args=[code, form, waiting.repeat])
    log = STUDY.schedule.log(form)
    number = f" {waiting.repeat}" if log and log.repeats else ""
    return Line(f"{_(declared.title)}{number}", address, 0, waiting.broken)


def meanings() -> list[MeaningView]:
    return [MeaningView(code, _(code), _(CONFIRMED[code])) for code in MEANINGS]


def of(signed: Signed) -> str:
    """What a signature signs, in words."""
    words = _(SIGNED_WORDS[signed.signature.scope])
    form = registry.form(signed.form) if signed.form else None
    if form is not None:
        title = _(form.title)
        title += f", {visit_name(signed.visit)}" if signed.visit else f" {signed.repeat}"
        return _("{what} “{title}”").format(what=words, title=title)
    if signed.visit:
        return _("{what} “{title}”").format(what=words, title=visit_name(signed.visit))
    return words


def moment(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{date_format(local, 'DATE_FORMAT')} {local:%H:%M}"


def _broken(signed: Signed, zone: ZoneInfo) -> str:
    if signed.signature.broken_at is not None:
        said = _("Broken by a change on {moment} (see history)")
        return said.format(moment=moment(signed.signature.broken_at, zone))
    return "" if signed.matches else _("Does not match: what is stored now is not what was signed")
