"""What is locked in tests: through the service, and by hand where the way there is not what is tested."""

from forms_app.models import Lock
from forms_app.models.lock import FROZEN, LOCKED, RECORD
from forms_app.selectors import open_points
from forms_app.selectors.lock_target import LockTarget
from forms_app.services import locks
from tests.cast import Cast
from trial.access import Role
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import Membership, Record, Site, User

REASON = "end of the study"


def lock_form(cast: Cast, record: Record, kind: str = LOCKED) -> Lock:
    """A lock of one form, by the data manager, whatever its state."""
    with attributed(by=cast.data_manager, reason=REASON):
        return Lock.objects.create(
            kind=kind,
            scope=RECORD,
            record=record,
            participant=record.participant,
            visit=record.visit,
            site=record.participant.site,
            set_by=cast.data_manager,
            reason=REASON,
        )


def put_on(cast: Cast, target: LockTarget, kind: str = LOCKED) -> Lock:
    """A freeze, or a lock by somebody who saw what is open."""
    if kind == FROZEN:
        return locks.freeze(by=cast.data_manager, target=target, reason=REASON)
    seen = open_points.read(target).sign
    return locks.lock(by=cast.data_manager, target=target, reason=REASON, seen=seen)


def unlock(cast: Cast, lock: Lock) -> Lock:
    """What the data manager asks for and another one agrees to."""
    asked = locks.request_unlock(by=cast.data_manager, lock=lock, reason="a late report")
    return locks.approve(by=second_data_manager(cast), lock=asked, reason="seen")


def second_data_manager(cast: Cast) -> User:
    """A data manager of both sites, beside the one of the cast."""
    with attributed(by=COMMAND_LINE):
        second, created = User.objects.get_or_create(
            username="second_data_manager", defaults={"full_name": "Dora Both", "email": "dora@example.org"}
        )
        for site in (cast.north, cast.south) if created else ():
            give(second, Role.DATA_MANAGER, site)
    return second


def give(user: User, role: Role, site: Site) -> None:
    """A role at a site since it was opened. Whoever asks afterwards reads the rights anew."""
    with attributed(by=COMMAND_LINE):
        Membership.objects.create(user=user, site=site, role=role.value, valid_from=site.activated_on)
    user.__dict__.pop("_held", None)
