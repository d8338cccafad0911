"""Signing: who proves who they are puts their name to exactly what they were shown."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from forms_app.models import Query, Signature
from forms_app.models.lock import LOCKED
from forms_app.models.query import OPEN
from forms_app.models.signature import CASEBOOK, MEANINGS, RECORD, VISIT
from forms_app.selectors import casebook as casebooks
from forms_app.selectors import content_hash, locks
from forms_app.selectors.casebook import VisitEntry
from forms_app.selectors.content_hash import Content
from trial.access import RIGHTS, Right, Role, check_right, held
from trial.audit.context import attributed
from trial.crf import registry
from trial.lifecycle import COMPLETE
from trial.models import Participant, Record, User, Visit
from trial.refusals import Refusal
from trial.services.participants import lock
from trial.visit_name import visit_name

RIGHT_TO = {RECORD: Right.SIGN, VISIT: Right.SIGN, CASEBOOK: Right.SIGN_CASEBOOK}


@dataclass(frozen=True)
class Target:
    """What is to be signed: a form, a visit, or without both the casebook of a participant."""

    participant: Participant
    visit: Visit | None = None
    record: Record | None = None

    @property
    def scope(self) -> str:
        if self.record is not None:
            return RECORD
        return VISIT if self.visit is not None else CASEBOOK

    @property
    def right(self) -> Right:
        return RIGHT_TO[self.scope]

    def content(self) -> Content:
        """What a signature of it signs now; one statement."""
        if self.record is not None:
            return content_hash.of_record(self.record)
        if self.visit is not None:
            return content_hash.of_visit(self.visit)
        return content_hash.of_casebook(self.participant)


def of_form(participant: Participant, record: Record) -> Target:
    """A form, with its visit when it has one."""
    return Target(participant, record.visit, record)


def sign(*, by: User, target: Target, meaning: str, shown_hash: str, prove: Callable[[], None]) -> Signature:
    """Sign what was shown: the content whose hash is `shown_hash`.

    `prove` raises Refusal unless the signer proves once more to be who they are (21 CFR 11.200); it is called
    outside of any transaction, after what cannot be signed anyway was refused.
    Refused, with nothing signed: no right, a meaning that is none, what is not complete, removed or locked,
    the same signature twice, content that changed since it was shown (the refusal carries both hashes),
    somebody who is not who they say. Nobody takes a signature back: it breaks when the data change.
    """
    check_right(by, target.right, target.participant.site)
    _check_meaning(meaning)
    # What cannot be signed is said before the password is asked for, and once more when nothing can move.
    _check(by, target, meaning, shown_hash)
    prove()
    with attributed(by=by):
        lock(target.participant)
        content = _check(by, target, meaning, shown_hash)
        return Signature.objects.create(
            scope=target.scope,
            participant=target.participant,
            visit=target.visit,
            record=target.record,
            meaning=meaning,
            signer=by,
            printed_name=by.full_name,
            role=role_of(by, target).value,
            content_hash=content.hash,
            contents={str(key): each.hash for key, each in content.in_use.items()},
        )


def check_ready(target: Target) -> None:
    """Raise Refusal unless it can be signed as it stands: complete, in use, not locked."""
    if locks.covering(target.participant, target.visit, target.record).filter(kind=LOCKED).exists():
        raise Refusal("data_locked")
    if target.record is not None:
        _check_record(Record.objects.get(pk=target.record.pk))
    elif target.visit is not None:
        _check_visit(target.participant, target.visit)
    else:
        _check_casebook(target.participant)


def role_of(by: User, target: Target) -> Role:
    """The role in which a person signs: the first at the site that may. The right must have been checked."""
    site = target.participant.site_id
    roles = {each.role for each in held(by) if each.site.pk == site and target.right in RIGHTS[each.role]}
    return next(role for role in Role if role in roles)


def _check(by: User, target: Target, meaning: str, shown_hash: str) -> Content:
    check_ready(target)
    content = target.content()
    if content.hash != shown_hash:
        raise Refusal("content_changed", extra={"shown": shown_hash, "current": content.hash})
    _check_not_signed(by, target, meaning, content.hash)
    return content


def _check_meaning(meaning: str) -> None:
    if meaning not in MEANINGS:
        errors = {"meaning": _("Choose what your signature means.")}
        raise Refusal("answers", extra={"errors": errors}, count=1)


def _check_record(record: Record) -> None:
    form = registry.form(record.form)
    assert form is not None
    if record.removed:
        raise Refusal("record_removed")
    if record.state != COMPLETE:
        raise Refusal("sign_incomplete", what=_(form.title), open=_(form.title))


def _check_visit(participant: Participant, visit: Visit) -> None:
    entry = casebooks.read(participant, visit.code).visit(visit.code)
    assert entry is not None
    if missing := _open_forms(entry):
        raise Refusal("sign_incomplete", what=visit_name(visit.code), open=", ".join(missing))


def _check_casebook(participant: Participant) -> None:
    book = casebooks.read(participant)
    # A visit that is ahead is no gap: it breaks the signature when it comes.
    of_visits = [
        f"{visit_name(entry.planned.code)}: {form}" for entry in book.visits for form in _open_forms(entry)
    ]
    of_logs = [
        f"{_(log.form.title)} {entry.record.repeat}"
        for log in book.logs
        for entry in log.entries
        if entry.record and not entry.is_complete and entry.state != "removed"
    ]
    if not book.begun:
        raise Refusal("sign_incomplete", what=participant.code, open=_("nothing is saved yet"))
    if of_visits or of_logs:
        raise Refusal("sign_incomplete", what=participant.code, open=", ".join((*of_visits, *of_logs)))
    asked = Query.objects.filter(record__participant=participant, record__removed=False, state=OPEN).count()
    if asked:
        raise Refusal("sign_questions_open", participant=participant.code, count=asked)


def _open_forms(entry: VisitEntry) -> list[str]:
    """The forms of a visit that took place which are not complete."""
    if entry.held is None or entry.held.occurred != "Y":
        return []
    return [_(form.form.title) for form in entry.forms if not form.is_complete]


def _check_not_signed(by: User, target: Target, meaning: str, digest: str) -> None:
    same = Signature.objects.filter(
        signer=by,
        scope=target.scope,
        participant=target.participant,
        visit=target.visit,
        record=target.record,
        meaning=meaning,
        content_hash=digest,
        broken_at=None,
    )
    if same.exists():
        raise Refusal("signed_already", meaning=_(meaning))
