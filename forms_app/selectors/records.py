"""Where a record stands: at a visit, or without one in a log under its number."""

from trial.models import Participant, Record


def find(participant: Participant, form: str, visit: str | None, repeat: int) -> Record | None:
    """The record of a form, removed or not, with its visit, participant and site; None when nothing was
    saved. `repeat` is the number in a log; a form of a visit has none."""
    records = Record.objects.select_related("visit", "participant__site").filter(
        participant=participant, form=form
    )
    if visit is None:
        return records.filter(visit=None, repeat=repeat).first()
    return records.filter(visit__code=visit).first()
