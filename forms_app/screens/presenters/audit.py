"""The audit trail in words: one line for each item that changed, with what it was before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from forms_app.models import Lock, SafetyAlert, Signature
from forms_app.screens.presenters import columns, history
from forms_app.screens.presenters.history import Line
from forms_app.selectors.audit import ACCOUNTS, KIND_LABELS, KIND_OF, Told
from forms_app.selectors.history import ROUTES, Act
from trial.crf import registry
from trial.models import (
    AuditReview,
    Membership,
    Participant,
    RecoveryCode,
    SecondFactor,
    Site,
    User,
    Visit,
    Webhook,
)
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.visit_name import visit_name

# The columns that a person sees of what belongs to no form.
COLUMNS = {
    Participant: {"code": N_("Code"), **columns.OF_PARTICIPANT},
    Visit: columns.OF_VISIT,
    Signature: {
        "meaning": N_("Meaning of the signature"),
        "printed_name": N_("Signed by"),
        "signed_at": N_("Signed"),
        "broken_at": N_("Signature broken"),
    },
    Lock: {
        "kind": N_("State of the data"),
        "scope": N_("What it covers"),
        "unlock_reason": N_("Why it should be unlocked"),
        "released_at": N_("Released"),
    },
    SafetyAlert: {"version": N_("Notice of version"), "sent_at": N_("Notice sent")},
    AuditReview: {
        "period_from": N_("Reviewed from"),
        "period_to": N_("Reviewed to"),
        "note": N_("Note"),
    },
    User: {
        "username": N_("User name"),
        "full_name": N_("Name"),
        "email": N_("E-mail"),
        "is_active": N_("Account open"),
        "password_changed_at": N_("Password changed"),
    },
    SecondFactor: {
        "name": N_("Sign-in app or key"),
        "created_at": N_("Sign-in app or key added"),
        "removed_at": N_("Sign-in app or key removed"),
    },
    RecoveryCode: {"created_at": N_("Recovery code made"), "ended_at": N_("Recovery code ended")},
    Membership: {
        "role": N_("Role"),
        "valid_from": N_("From"),
        "valid_to": N_("To"),
        "ended_at": N_("Ended at once"),
    },
    Site: {
        "code": N_("Code"),
        "name": N_("Name"),
        "time_zone": N_("Time zone"),
        "activated_on": N_("Active since"),
    },
    Webhook: {
        "name": N_("Messages to"),
        "address": N_("Address"),
        "happenings": N_("What is told"),
        "off_since": N_("Messages off since"),
    },
}
OF_TABLE = {model._meta.db_table: shown for model, shown in COLUMNS.items()}


@dataclass(frozen=True)
class Entry:
    """One thing that changed. `where` says of what; `address` leads there and `item_address` to the item,
    empty where there is no page. No `before`: a first entry. `kind` and `route` are codes with their words.
    """

    event: int
    at_utc: datetime
    at_site: datetime
    actor: str
    username: str
    role: str
    kind: str
    kind_label: str
    site: str
    participant: str
    visit: str
    form: str
    repeat: int
    where: str
    path: str
    label: str
    before: str
    after: str
    reason: str
    route: str
    route_label: str
    address: str
    item_address: str


def entries(events: Iterable[Told], path: str = "") -> Iterator[Entry]:
    """Each event line by line, or what it changed of one item; what changed nothing seen is left out."""
    for event in events:
        for line in _lines(event):
            if not path or line.path == path:
                yield _entry(event, line)


def _lines(event: Told) -> list[Line]:
    if event.operation == "delete":
        return [Line("", _("Row"), "", _("deleted in the database"))]
    if shown := OF_TABLE.get(event.change.table):
        return list(columns.lines(event.change, shown))
    form = registry.form(event.form)
    if form is None:
        return []
    act = Act(event.at, event.actor, event.route, event.reason, [event.change])
    return [line for view in history.acts(form, [act]) for line in view.lines]


def _entry(event: Told, line: Line) -> Entry:
    kind = KIND_OF[event.change.table]
    address = _address(event)
    return Entry(
        event=event.id,
        at_utc=event.at,
        at_site=event.at.astimezone(ZoneInfo(event.time_zone)),
        actor=event.actor,
        username=event.username,
        role=", ".join(_(role) for role in event.role.split(", ") if role),
        kind=kind,
        kind_label=_(KIND_LABELS[kind]),
        site=event.site,
        participant=event.participant,
        visit=event.visit,
        form=event.form,
        repeat=event.repeat,
        where=_where(event, kind),
        path=line.path,
        label=line.label,
        before=line.before,
        after=line.after,
        reason=event.reason,
        route=event.route,
        route_label=_(ROUTES.get(event.route, event.route)),
        address=address,
        item_address=_item_address(event, line.path),
    )


def _where(event: Told, kind: str) -> str:
    """What the change is of, in words: the visit and the form, the account, the site."""
    after = event.change.after
    if kind == ACCOUNTS:
        return event.account or str(after.get("name", ""))
    form = registry.form(event.form)
    log = STUDY.schedule.log(event.form)
    number = f" {event.repeat}" if log and log.repeats else ""
    parts = (visit_name(event.visit) if event.visit else "", f"{_(form.title)}{number}" if form else "")
    return ", ".join(filter(None, parts))


def _address(event: Told) -> str:
    """The page of what changed."""
    if not event.participant:
        return ""
    if event.form and not event.visit:
        return reverse("log", args=[event.participant, event.form, event.repeat])
    if event.form:
        return reverse("record", args=[event.participant, event.visit, event.form])
    if event.visit:
        return reverse("visit", args=[event.participant, event.visit])
    return reverse("participant", args=[event.participant])


def _item_address(event: Told, path: str) -> str:
    if not (path and event.record and event.participant):
        return ""
    return reverse("item", args=[event.participant, event.record, path])
