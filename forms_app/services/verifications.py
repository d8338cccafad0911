"""Source data verification: a monitor says that answers agree with their source, and takes it back.

A verification holds for what was shown: it names the hash of the content, which any change moves, also one
that went past the services. When an answer changes, by whatever path, the database marks it as changed since,
and nothing but another look makes it verified again.
"""

from collections.abc import Collection, Mapping, Sequence

from forms_app.models import Verification
from forms_app.models.verification import CHANGED, VERIFIED, WITHDRAWN
from forms_app.selectors import content_hash, stored
from forms_app.selectors import verifications as selector
from trial.access import Right, check_right
from trial.audit.context import attributed
from trial.crf import paths, registry
from trial.crf.answers import Answers
from trial.crf.submission import Submission
from trial.models import Participant, Record, User
from trial.refusals import Refusal
from trial.services.participants import lock

BETWEEN = ", "


def verify(
    *,
    by: User,
    record: Record,
    shown_hash: str,
    items: Collection[str] | None = None,
) -> list[Verification]:
    """Say that answers of a record agree with their source: these, or without `items` all that the plan asks.

    `shown_hash` is that of the content that was compared. What stands verified keeps who verified it first.
    Refused: no right, a record out of use or under a lock, content that changed since it was shown, an item
    that the form does not have, one without an answer unless it was emptied since it was verified, and
    nothing to verify at all.
    """
    check_right(by, Right.VERIFY, record.participant.site)
    with attributed(by=by):
        held = _held(record)
        _check_shown(shown_hash, content_hash.of_record(held).hash)
        chosen = _chosen(held, items, stored.read([held])[held.pk])
        if not chosen:
            raise Refusal("verification_none")
        return _store(by, held, chosen)


def withdraw(*, by: User, record: Record, items: Collection[str], reason: str = "") -> list[Verification]:
    """Take the verification of items back. What nobody verified is left alone; nothing at all is refused."""
    check_right(by, Right.VERIFY, record.participant.site)
    with attributed(by=by, reason=reason):
        held = _held(record)
        _check_known(held, items)
        standing = Verification.objects.filter(record=held, item__in=items).exclude(state=WITHDRAWN)
        found = list(standing)
        if not found:
            raise Refusal("verification_none")
        standing.update(state=WITHDRAWN)
        return found


def verify_casebook(*, by: User, participant: Participant, shown: Mapping[int, str]) -> int:
    """Say that all that the plan asks for in these records agrees with its source; how many items it was.

    `shown` are the hashes of the contents that were compared, by the keys of the records. All or nothing: one
    that changed since refuses the whole.
    """
    check_right(by, Right.VERIFY, participant.site)
    with attributed(by=by):
        locked = lock(participant)
        records = list(Record.objects.filter(participant=locked, pk__in=shown, removed=False).order_by("pk"))
        current = content_hash.of_casebook(locked).hashes
        for record in records:
            record.participant = locked
            _check_shown(shown[record.pk], current[record.pk])
        answers, marked = stored.read(records), selector.marks_of(record.pk for record in records)
        made: list[Verification] = []
        for record in records:
            made += _made(by, record, _asked(record, answers[record.pk], marked[record.pk]))
        if not made:
            raise Refusal("verification_none")
        _write(made)
        return len(made)


def _held(record: Record) -> Record:
    """The record as it stands, in use, while nobody else writes on the participant."""
    participant = lock(record.participant)
    held = Record.objects.get(pk=record.pk)
    held.participant = participant
    if held.removed:
        raise Refusal("record_removed")
    return held


def _check_shown(shown: str, current: str) -> None:
    if shown != current:
        raise Refusal("content_changed", extra={"shown": shown, "current": current})


def _form(record: Record) -> type[Answers]:
    form = registry.form(record.form)
    assert form is not None
    return form


def _chosen(record: Record, items: Collection[str] | None, answers: Submission) -> list[str]:
    """The paths to verify: those that are not verified yet."""
    marked = selector.marks(record)
    if items is None:
        return _asked(record, answers, marked)
    _check_items(record, items, {*selector.answered(_form(record), answers), *_changed(marked)})
    return [path for path in dict.fromkeys(items) if not _is_verified(marked, path)]


def _asked(record: Record, answers: Submission, marked: Mapping[str, selector.Mark]) -> list[str]:
    """All that the plan asks for, and all that changed since it was verified."""
    form = _form(record)
    asked = selector.required(record.participant.code, form, selector.answered(form, answers))
    return [path for path in dict.fromkeys([*asked, *_changed(marked)]) if not _is_verified(marked, path)]


def _changed(marked: Mapping[str, selector.Mark]) -> list[str]:
    return [path for path, mark in marked.items() if mark.state == CHANGED]


def _is_verified(marked: Mapping[str, selector.Mark], path: str) -> bool:
    return path in marked and marked[path].state == VERIFIED


def _check_known(record: Record, items: Collection[str]) -> None:
    form = _form(record)
    for path in items:
        found = paths.find(form, path)
        if found is None or not selector.is_entered(found.item):
            raise Refusal("unknown_item", form=record.form, item=path)


def _check_items(record: Record, items: Collection[str], there: Collection[str]) -> None:
    _check_known(record, items)
    form = _form(record)
    if empty := [path for path in items if path not in there]:
        raise Refusal("verification_empty", items=BETWEEN.join(_label(form, path) for path in empty))


def _label(form: type[Answers], path: str) -> str:
    found = paths.find(form, path)
    return found.label if found else path


def _store(by: User, record: Record, chosen: Sequence[str]) -> list[Verification]:
    made = _made(by, record, chosen)
    _write(made)
    return made


def _made(by: User, record: Record, chosen: Sequence[str]) -> list[Verification]:
    return [Verification(record=record, item=path, state=VERIFIED, verified_by=by) for path in chosen]


def _write(made: Sequence[Verification]) -> None:
    Verification.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["record", "item"],
        update_fields=["state", "verified_by", "verified_at"],
    )
