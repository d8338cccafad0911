"""Which locks are in force, and over what."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from forms_app.models.lock import PARTICIPANT, RECORD, SITE, STUDY, VISIT, Lock
from trial.models import Participant, Record, Visit


def in_force() -> QuerySet[Lock]:
    return Lock.objects.filter(released_at=None)


def covering(
    participant: Participant, visit: Visit | None = None, record: Record | None = None
) -> QuerySet[Lock]:
    """The locks in force over a participant, one visit of it or one record, the strongest first."""
    over = (
        Q(scope=STUDY)
        | Q(scope=SITE, site=participant.site_id)
        | Q(scope=PARTICIPANT, participant=participant)
    )
    if record is not None:
        over |= Q(scope=RECORD, record=record) | Q(scope=VISIT, visit=record.visit_id)
    if visit is not None:
        over |= Q(scope=VISIT, visit=visit)
    return in_force().filter(over).order_by("-kind", "-set_at")


def over_form(
    participant: Participant, form: str, visit: str | None = None, repeat: int = 1
) -> QuerySet[Lock]:
    """The locks in force over a form, by where it stands: it may not have been begun. The strongest first."""
    whole = covering(participant)
    at = {"participant": participant, "visit__code": visit}
    if visit is None:
        at = {"participant": participant, "visit": None}
    own = Q(scope=RECORD, record__form=form, record__repeat=repeat)
    own &= Q(**{f"record__{name}": value for name, value in at.items()})
    if visit is not None:
        own |= Q(scope=VISIT, visit__code=visit, visit__participant=participant)
    return whole | in_force().filter(own).order_by("-kind", "-set_at")


def uncovered(records: QuerySet[Record]) -> QuerySet[Record]:
    """Only the records that no lock covers."""
    over = (
        Q(scope=STUDY)
        | Q(scope=SITE, site=OuterRef("participant__site"))
        | Q(scope=PARTICIPANT, participant=OuterRef("participant"))
        | Q(scope=VISIT, visit=OuterRef("visit"))
        | Q(scope=RECORD, record=OuterRef("pk"))
    )
    return records.exclude(Exists(in_force().filter(over)))
