"""Locks put on by hand: what they cover must not change, whoever put them there."""

from forms_app.models import Lock
from forms_app.models.lock import LOCKED, RECORD
from tests.cast import Cast
from trial.audit.context import attributed
from trial.models import Record


def lock_form(cast: Cast, record: Record, kind: str = LOCKED) -> Lock:
    """A lock of one form, by the data manager."""
    with attributed(by=cast.data_manager, reason="end of the study"):
        return Lock.objects.create(
            kind=kind,
            scope=RECORD,
            record=record,
            participant=record.participant,
            visit=record.visit,
            site=record.participant.site,
            set_by=cast.data_manager,
            reason="end of the study",
        )
