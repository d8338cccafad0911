"""Which locks are in force, and over what."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from forms_app.models.lock import LOCKED, PARTICIPANT, RECORD, SITE, STUDY, VISIT, Lock
from forms_app.selectors.lock_target import LockTarget
from trial.access import Right, at_sites_with, can
from trial.models import Event, Participant, Record, Seal, Site, User, Visit
from trial.models.event import TransactionId
from trial.refusals import Refusal

# No number of a row comes near it, and one has to fit into its column.
MOST = 2**62


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
    return in_force().filter(over).select_related("set_by").defer("report").order_by("-kind", "-set_at")


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
    return (
        (whole | in_force().filter(own)).select_related("set_by").defer("report").order_by("-kind", "-set_at")
    )


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


def stronger_over(target: LockTarget, kind: str) -> QuerySet[Lock]:
    """The locks in force that cover all of the target and stop at least as much, the strongest first."""
    enough = Q(kind=LOCKED) if kind == LOCKED else Q()
    return in_force().filter(target.over(), enough).order_by("-kind", "-set_at")


def visible(user: User) -> QuerySet[Lock]:
    """The locks that a person may know of, released ones too, the latest first."""
    if not can(user, Right.VIEW_DATA):
        return Lock.objects.none()
    seen = Q(scope=STUDY) | at_sites_with(user, Right.VIEW_DATA)
    return (
        Lock.objects.filter(seen)
        .select_related(
            "site", "participant", "visit", "record", "set_by", "unlock_requested_by", "released_by"
        )
        # A report may be long, and is read on the page of its lock only.
        .defer("report")
        .order_by("-set_at", "-pk")
    )


def get(user: User, number: int) -> Lock:
    """The lock of this number, or the refusal that any unknown number gets."""
    lock = visible(user).filter(pk=number).first() if number <= MOST else None
    if lock is None:
        raise Refusal("not_found")
    return lock


def closed_sites() -> frozenset[int]:
    """The keys of the sites that take nobody new, for they or the study are frozen or locked."""
    over = in_force().filter(scope__in=(SITE, STUDY)).values_list("site_id", flat=True)
    keys = set(over)
    if None in keys:
        return frozenset(Site.objects.values_list("pk", flat=True))
    return frozenset(keys)


def study_lock() -> Lock | None:
    """The lock of the whole study, while it is in force."""
    return in_force().filter(scope=STUDY, kind=LOCKED).first()


def released_for(lock: Lock) -> str:
    """Why a lock was taken off, in the words of who took it off or agreed to it; "" while it is on."""
    if lock.released_at is None:
        return ""
    moves = Event.objects.filter(table_name=Lock._meta.db_table, key=str(lock.pk), operation="update")
    return moves.order_by("-id").values_list("reason", flat=True).first() or ""


def seal_of(lock: Lock) -> Seal | None:
    """The seal that covers the moment at which a lock was put on; None until it is made."""
    put_on = Event.objects.filter(table_name=Lock._meta.db_table, key=str(lock.pk), operation="insert")
    at = put_on.values_list("epoch", "xact").first()
    if at is None:
        return None
    epoch, xact = at[0], Cast(Value(str(at[1])), TransactionId())
    return Seal.objects.filter(epoch=epoch, from_xact__lte=xact, to_xact__gt=xact).defer("leaves").first()
