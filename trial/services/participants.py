"""Acts on participants: screening and enrolment, and the states that follow from their forms."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from trial.access import Right, check_right
from trial.audit.context import attributed
from trial.lifecycle import (
    COMPLETED,
    ELIGIBLE,
    ENROLLED,
    SCREEN_FAILURE,
    SCREENING,
    TREATED,
    WITHDRAWN,
    check_participant_move,
)
from trial.models import Participant, Site, User, Visit
from trial.protocol import STUDY
from trial.refusals import Refusal
from trial.selectors.anchors import injection_date
from trial.visit_name import visit_name


def add(*, by: User, site: Site) -> Participant:
    """Begin screening somebody at a site and give the next participant code; codes are never reused."""
    check_right(by, Right.SCREEN, site)
    if site.activated_on > site.today():
        raise Refusal("site_not_active", site=site.code, day=date_format(site.activated_on))
    with attributed(by=by):
        locked = Site.objects.select_for_update().get(pk=site.pk)
        locked.last_number += 1
        locked.save(update_fields=["last_number"])
        code = f"{locked.code}-{locked.last_number:03}"
        return Participant.objects.create(site=locked, number=locked.last_number, code=code)


def enrol(*, by: User, participant: Participant) -> Participant:
    """Enrol an eligible participant who gave consent. There are no waivers."""
    check_right(by, Right.ENROL, participant.site)
    with attributed(by=by):
        locked = lock(participant)
        if locked.state in (SCREENING, SCREEN_FAILURE):
            raise Refusal("not_eligible")
        if locked.state != ELIGIBLE:
            # Who is treated or withdrew may come back to being enrolled by a correction, and not by this act.
            raise Refusal("state_move", participant=locked.code, state=_(locked.state), target=_(ENROLLED))
        return _set(locked, ENROLLED)


def follow_verdict(locked: Participant, elig: str | None, reasons: tuple[str, ...]) -> None:
    """Let the state follow a verdict while nobody is enrolled yet.

    Part of a caller's transaction, which holds the participant's row by `lock`.
    """
    target = {"Y": ELIGIBLE, "N": SCREEN_FAILURE, None: SCREENING}[elig]
    if locked.state in (SCREENING, ELIGIBLE, SCREEN_FAILURE):
        _set(locked, target, " ".join(reasons))


def follow_injection(locked: Participant, performed: bool) -> None:
    """Let the state follow the injection, or for who withdrew the state before: data keep coming, and visits
    open by how far somebody had come. Part of a caller's transaction, like `follow_verdict`.
    """
    if performed and locked.reached == ENROLLED:
        _reach(locked, TREATED)
    if not performed and locked.reached == TREATED and not _has_follow_up(locked):
        _reach(locked, ENROLLED)


def follow_withdrawal(locked: Participant, reason: str | None) -> None:
    """Let the participation end early for a reason, or go on where it stood when there is none any more.

    Data may still be entered and corrected after it. Part of a caller's transaction, like `follow_verdict`.
    """
    if reason is not None:
        _set(locked, WITHDRAWN, reason)
    elif locked.state == WITHDRAWN:
        _set(locked, locked.withdrawn_from)


def follow_end(locked: Participant, completed: bool) -> None:
    """Let the participation be completed as planned, or go on. Part of a caller's transaction, like
    `follow_verdict`.

    Refused while planned visits are ahead.
    """
    if completed and locked.state != COMPLETED:
        check_participant_move(locked.code, locked.state, COMPLETED)
        if ahead := visits_ahead(locked):
            raise Refusal("visits_ahead", participant=locked.code, visits=", ".join(map(visit_name, ahead)))
        _set(locked, COMPLETED)
    elif not completed and locked.state == COMPLETED:
        _set(locked, TREATED)


def lock(participant: Participant) -> Participant:
    """The participant as it stands now, kept from changing until the transaction ends.

    Every act on a participant, its visits and its records begins here, so two never overlap.
    """
    # Not the key: rows that refer to the participant may still be inserted elsewhere.
    rows = Participant.objects.select_for_update(no_key=True, of=("self",)).select_related("site")
    return rows.get(pk=participant.pk)


def visits_ahead(participant: Participant) -> list[str]:
    """The planned visits that are not recorded and whose window has not passed."""
    recorded = set(Visit.objects.filter(participant=participant).values_list("code", flat=True))
    windows = STUDY.schedule.windows(injection_date(participant))
    today = participant.site.today()
    return [code for code, window in windows.items() if code not in recorded and window.last >= today]


def _has_follow_up(participant: Participant) -> bool:
    codes = Visit.objects.filter(participant=participant).values_list("code", flat=True)
    visits = (STUDY.schedule.visit(code) for code in codes)
    return any(visit is not None and visit.opens == TREATED for visit in visits)


def _reach(locked: Participant, target: str) -> None:
    """Move the state, or for who withdrew the state before."""
    if locked.state != WITHDRAWN:
        _set(locked, target)
        return
    check_participant_move(locked.code, locked.withdrawn_from, target)
    locked.withdrawn_from = target
    locked.save(update_fields=["withdrawn_from"])


def _set(locked: Participant, target: str, reason: str = "") -> Participant:
    if locked.state != target:
        check_participant_move(locked.code, locked.state, target)
        locked.withdrawn_from = locked.state if target == WITHDRAWN else ""
    if (locked.state, locked.state_reason) != (target, reason):
        locked.state, locked.state_reason = target, reason
        locked.save(update_fields=["state", "state_reason", "withdrawn_from"])
    return locked
