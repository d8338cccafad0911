"""The one door: the browser, the API and every import save a form here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from forms_app.announcements import outcome_data_changed
from forms_app.checks import catalogue
from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from forms_app.models import Query
from forms_app.models.query import ANSWERED
from forms_app.selectors import documents
from forms_app.selectors.records import find
from forms_app.services import comments as comment_service
from forms_app.services import consequences, drafts, news, queries, rows
from trial.access import Right, check_right
from trial.announcements import announce_change
from trial.audit.context import attributed
from trial.crf import registry
from trial.crf.answers import Answers
from trial.crf.reading import Reading, read
from trial.crf.submission import Submission
from trial.lifecycle import (
    COMPLETE,
    IN_PROGRESS,
    MOVED_BY,
    OPEN_FROM,
    check_participant_move,
    check_record_move,
)
from trial.models import Motion, Participant, Record, User, Visit
from trial.protocol import STUDY
from trial.refusals import Refusal
from trial.services import webhooks
from trial.services.participants import lock
from trial.services.visits import IN_PERSON, check_open, planned_visit
from trial.services.webhooks import News
from trial.visit_name import visit_name

# The number of a log's entry that has none yet.
NEXT = 0
# What can be saved before the informed consent: who does not give it ends there.
BEFORE_CONSENT = frozenset({"consent", "withdrawal"})


@dataclass(frozen=True)
class Said:
    """What comes with the answers of a form: explanations by check, comments by path, the reason."""

    explanations: Mapping[str, str]
    comments: Mapping[str, str]
    reason: str


@dataclass(frozen=True)
class Saved:
    """What a save left behind: the record, what still keeps it from being complete, its queries.

    `settled` are the questions of checks that closed by themselves.
    """

    record: Record
    created: bool
    changed: bool
    reading: Reading
    findings: tuple[Finding, ...]
    queries: tuple[Query, ...]
    settled: tuple[Query, ...] = ()

    @property
    def unanswered(self) -> list[str]:
        return self.reading.unanswered


def save(
    *,
    by: User,
    participant: Participant,
    form: str,
    submission: Submission,
    visit: str | None = None,
    repeat: int = NEXT,
    expected_version: int | None = None,
    reason: str = "",
    explanations: Mapping[str, str] | None = None,
    comments: Mapping[str, str] | None = None,
    windows: Collection[str] = (),
) -> Saved:
    """Save a whole form: what is absent from the submission is empty. A comment that is not named stays.

    Without a `visit` it is an entry of a log: `repeat` is its number, NEXT for a new one.
    `expected_version` is the version the person saw, None to create. Refused, with nothing
    written: no right, a form that the visit does not have, a new record at a visit that is not
    open, an answer that cannot be stored, a version that moved, a change of a complete record (its
    explanations and comments included) without a reason. What is saved stays correctable, whatever became of
    the participant. The record is complete when no required item is empty and every soft check is
    explained. The draft that one of the `windows` typed has then come to its end.
    """
    check_right(by, Right.ENTER_DATA, participant.site)
    form_class = declared_form(visit, form)
    with attributed(by=by, reason=reason):
        locked = lock(participant)
        record = find(locked, form, visit, repeat)
        number = repeat if record else _new_number(locked, visit, form, repeat)
        held = _held(locked, visit, form, record)
        _check_version(record, expected_version, what=_(form_class.title))
        circumstances = Circumstances(locked, held, number)
        _check_consent(circumstances, form)
        reading = read(form_class, submission, circumstances.today)
        said = Said(explanations or {}, comments or {}, reason)
        _check_answers(reading, circumstances, said)
        record, created = (record, False) if record else (_create(circumstances, form, number), True)
        saved = _write(record, created, reading, circumstances, said)
        if saved.changed:
            consequences.follow(locked, saved.record, reading)
            _announce(locked, form)
        if windows:
            drafts.end(by=by, participant=locked, visit=visit, form=form, repeat=repeat, windows=windows)
        return saved


def remove(*, by: User, record: Record, expected_version: int, reason: str) -> Record:
    """Mark a record as removed, with the reason. Nothing is deleted; `restore` takes it back."""
    return _set_removed(by, record, expected_version, reason, removed=True)


def restore(*, by: User, record: Record, expected_version: int, reason: str) -> Record:
    """Take a removed record back into use, with the reason."""
    return _set_removed(by, record, expected_version, reason, removed=False)


def declared_form(visit: str | None, form: str) -> type[Answers]:
    """The form of a visit, or without one of a log; otherwise the refusal that says it is not there."""
    return log_form(form) if visit is None else scheduled_form(visit, form)


def scheduled_form(visit: str, form: str) -> type[Answers]:
    """The form, when the visit has it; otherwise the refusal that says it has not."""
    form_class = registry.form(form)
    if form_class is None or form not in planned_visit(visit).forms:
        raise Refusal("form_unknown", visit=visit, form=form)
    return form_class


def log_form(form: str) -> type[Answers]:
    """The form, when it is one of a log; otherwise the refusal that says there is no such log."""
    form_class = registry.form(form)
    if form_class is None or STUDY.schedule.log(form) is None:
        raise Refusal("log_unknown", form=form)
    return form_class


def _new_number(locked: Participant, visit: str | None, form: str, repeat: int) -> int:
    """The number of a new record. Entries of a log are numbered without gaps, removed ones included."""
    if visit is not None:
        return 1
    log = STUDY.schedule.log(form)
    assert log is not None
    following = Record.objects.filter(participant=locked, visit=None, form=form).count() + 1
    if following > 1 and not log.repeats:
        raise Refusal("log_once", form=_(log_form(form).title), participant=locked.code)
    if repeat not in (NEXT, following):
        raise Refusal(
            "log_out_of_turn", form=_(log_form(form).title), participant=locked.code, next=following
        )
    return following


def _held(locked: Participant, visit: str | None, form: str, record: Record | None) -> Visit | None:
    """The visit of the record, which took place; None for an entry of a log, which must be open."""
    if visit is None:
        if record is None:
            check_log_open(locked, form)
        return None
    held = record.visit if record else _visit(locked, visit)
    assert held is not None
    _check_took_place(held)
    return held


def check_log_open(participant: Participant, form: str) -> None:
    """Raise Refusal unless the participant has come far enough for this log and can move by it."""
    log = STUDY.schedule.log(form)
    assert log is not None
    if form in MOVED_BY:
        check_participant_move(participant.code, participant.state, MOVED_BY[form])
    if participant.reached not in OPEN_FROM[log.opens]:
        raise Refusal(
            "log_closed",
            form=_(log_form(form).title),
            participant=participant.code,
            opens=_(log.opens),
            state=_(participant.state),
        )


def _visit(locked: Participant, code: str) -> Visit:
    """The visit at which a new record begins."""
    check_open(locked, planned_visit(code))
    visit = Visit.objects.filter(participant=locked, code=code).first()
    if visit is None:
        raise Refusal("visit_not_recorded", visit=visit_name(code))
    return visit


def _check_took_place(visit: Visit) -> None:
    if visit.occurred != "Y":
        raise Refusal("visit_not_done", visit=visit_name(visit.code))


def _check_version(record: Record | None, expected: int | None, *, what: str) -> None:
    if record is None:
        if expected is not None:
            raise Refusal("version_stale", extra={"current": None})
        return
    if expected is None:
        raise Refusal("exists", what=what, extra={"current": documents.read(record).plain()})
    if expected != record.version:
        raise Refusal("version_stale", extra={"current": documents.read(record).plain()})
    if record.removed:
        raise Refusal("record_removed")


def _check_consent(circumstances: Circumstances, form: str) -> None:
    if form not in BEFORE_CONSENT and circumstances.consent_date is None:
        raise Refusal("consent_first", participant=circumstances.participant.code)


def _check_answers(reading: Reading, circumstances: Circumstances, said: Said) -> None:
    errors = catalogue.errors(reading, circumstances)
    errors |= queries.errors(said.explanations) | comment_service.errors(reading.form, said.comments)
    if errors:
        raise Refusal("answers", extra={"errors": errors}, count=len(errors))


def _write(
    record: Record,
    created: bool,
    reading: Reading,
    circumstances: Circumstances,
    said: Said,
) -> Saved:
    changed = rows.changes(record, reading, created=created)
    if changed:
        _check_reason(record, said.reason)
    rows.write(record, reading, changed)
    found = catalogue.findings(reading, circumstances)
    asked = queries.follow(record, found, said.explanations, changed.items, created=created)
    if asked.moved:
        _check_reason(record, said.reason)
    queries.store(asked.moved)
    remarks = comment_service.follow(record, said.comments, changed.removed, created=created)
    if remarks:
        _check_reason(record, said.reason)
    comment_service.store(remarks)
    before, state = record.state, state_of(reading, asked.standing)
    if created:
        _settle(record, state)
    elif changed or asked.moved or remarks or state != record.state:
        _advance(record, state)
    webhooks.tell_all(news_of(record, asked, completed=state == COMPLETE != before))
    return Saved(record, created, bool(changed), reading, tuple(found), asked.standing, asked.closed)


def news_of(record: Record, asked: queries.Asked, *, completed: bool) -> list[News]:
    """What other systems are told: that the form is complete now, and which questions stand open now."""
    opened = [news.opened(record, query) for query in asked.opened]
    return [news.completed(record), *opened] if completed else opened


def _check_reason(record: Record, reason: str) -> None:
    if record.state != IN_PROGRESS and not reason.strip():
        raise Refusal("reason_missing")


def _create(circumstances: Circumstances, form: str, number: int) -> Record:
    return Record.objects.create(
        participant=circumstances.participant,
        visit=circumstances.held,
        form=form,
        repeat=number,
        protocol_version=STUDY.protocol_version,
    )


def state_of(reading: Reading, standing: tuple[Query, ...]) -> str:
    """Complete when nothing that is required is open and every question is explained."""
    explained = all(query.state == ANSWERED for query in standing)
    return COMPLETE if explained and not reading.unanswered else IN_PROGRESS


def _settle(record: Record, state: str) -> None:
    # A new record is written in progress and completed at the end: the database asks for a reason
    # whenever rows of a complete record are written.
    if state != record.state:
        record.state = state
        record.save(update_fields=["state"])


def _advance(record: Record, state: str, **columns: Any) -> None:
    if state != record.state:
        check_record_move(record.state, state)
    moved = Record.objects.filter(pk=record.pk, version=record.version).update(
        state=state, version=F("version") + 1, **columns
    )
    if not moved:
        raise Refusal("version_stale", extra={"current": None})
    record.state, record.version = state, record.version + 1


def _set_removed(by: User, record: Record, expected_version: int, reason: str, *, removed: bool) -> Record:
    check_right(by, Right.ENTER_DATA, record.participant.site)
    if not reason.strip():
        raise Refusal("reason_missing")
    with attributed(by=by, reason=reason):
        participant = lock(record.participant)
        locked = Record.objects.select_related("visit").get(pk=record.pk)
        if locked.version != expected_version:
            raise Refusal("version_stale", extra={"current": documents.read(locked).plain()})
        if locked.removed == removed:
            raise Refusal("record_removed" if removed else "record_not_removed")
        if locked.visit is not None and not removed:
            _check_visit_holds(locked.visit, locked)
        _advance(locked, locked.state, removed=removed)
        locked.removed = removed
        consequences.follow_removal(participant, locked)
        _announce(participant, locked.form)
    return locked


def _check_visit_holds(visit: Visit, record: Record) -> None:
    """The visit may have been corrected while the record was removed."""
    _check_took_place(visit)
    measured = Motion.objects.filter(record=record, rom_perf="Y")
    if visit.contact_mode != IN_PERSON and measured.exists():
        raise Refusal("motion_in_person", visit=visit_name(visit.code))


def _announce(participant: Participant, form: str) -> None:
    transaction.on_commit(lambda: outcome_data_changed.send_robust(sender=None, form=form), robust=True)
    announce_change(participant)
