"""Acts on visits: recording that one took place, or that it did not and why."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from trial import typed_text
from trial.access import Right, check_right
from trial.announcements import announce_change
from trial.audit.context import attributed
from trial.crf.codelists import CONTACT_MODE
from trial.lifecycle import OPEN_FROM
from trial.models import Motion, Participant, Record, User, Visit
from trial.protocol import STUDY
from trial.protocol.schedule import UNSCHEDULED
from trial.protocol.schedule import Visit as PlannedVisit
from trial.refusals import Refusal
from trial.selectors.anchors import consent_date
from trial.services.participants import lock
from trial.visit_name import visit_name

IN_PERSON = "IN PERSON"
LONGEST_REASON = 200


@dataclass(frozen=True)
class VisitDetails:
    """What is recorded about a visit: it took place on a date by a mode, or not and why.

    An unscheduled visit says why it was held.
    """

    occurred: bool
    visit_date: date | None = None
    contact_mode: str = ""
    reason_not_done: str = ""
    reason_unscheduled: str = ""

    def columns(self) -> dict[str, object]:
        reason = {"reason_unscheduled": self.reason_unscheduled.strip()}
        if not self.occurred:
            return reason | {
                "occurred": "N",
                "visit_date": None,
                "contact_mode": "",
                "reason_not_done": self.reason_not_done.strip(),
            }
        return reason | {
            "occurred": "Y",
            "visit_date": self.visit_date,
            "contact_mode": self.contact_mode,
            "reason_not_done": "",
        }


def save(
    *,
    by: User,
    participant: Participant,
    code: str,
    details: VisitDetails,
    expected_version: int | None = None,
    reason: str = "",
) -> Visit:
    """Record or correct a visit. `expected_version` is None for a new one.

    A correction needs a reason, and stays possible whatever became of the participant. Refused: a
    visit the protocol does not have or that is not open yet, a date in the future or before
    consent, a change that contradicts the visit's forms.
    """
    check_right(by, Right.ENTER_DATA, participant.site)
    planned = planned_visit(code)
    with attributed(by=by, reason=reason):
        locked = lock(participant)
        visit = Visit.objects.filter(participant=locked, code=code).first()
        if visit is None:
            check_open(locked, planned)
        _check_details(locked, code, details)
        announce_change(locked)
        if visit is None:
            return _create(locked, code, details, expected_version)
        return _correct(visit, details, expected_version, reason)


def planned_visit(code: str) -> PlannedVisit:
    """The visit of the protocol, or the refusal that there is none."""
    planned = STUDY.schedule.visit(code)
    if planned is None:
        raise Refusal("visit_unknown", visit=code)
    return planned


def check_open(participant: Participant, planned: PlannedVisit) -> None:
    """Raise Refusal unless the participant has come far enough for the visit."""
    if participant.reached not in OPEN_FROM[planned.opens]:
        raise Refusal(
            "visit_closed",
            visit=visit_name(planned.code),
            participant=participant.code,
            opens=_(planned.opens),
            state=_(participant.state),
        )


def _check_details(participant: Participant, code: str, details: VisitDetails) -> None:
    errors = _errors(participant, code, details)
    if errors:
        raise Refusal("answers", extra={"errors": errors}, count=len(errors))


def _errors(participant: Participant, code: str, details: VisitDetails) -> dict[str, str]:
    held = _held_errors(participant, code, details) if details.occurred else _not_done_errors(details)
    return held | _unscheduled_errors(code, details.reason_unscheduled.strip())


def _held_errors(participant: Participant, code: str, details: VisitDetails) -> dict[str, str]:
    errors = {}
    if details.contact_mode not in CONTACT_MODE.codes:
        modes = ", ".join(_(label) for _code, label in CONTACT_MODE.terms)
        errors["contact_mode"] = _("Choose the contact mode: {modes}.").format(modes=modes)
    if problem := _date_problem(participant, code, details.visit_date):
        errors["visit_date"] = problem
    return errors


def _not_done_errors(details: VisitDetails) -> dict[str, str]:
    reason = details.reason_not_done.strip()
    missing = _("Say why the visit did not take place.")
    problem = typed_text.problem(reason, LONGEST_REASON) if reason else missing
    return {"reason_not_done": problem} if problem else {}


def _unscheduled_errors(code: str, reason: str) -> dict[str, str]:
    problem = typed_text.problem(reason, LONGEST_REASON)
    if UNSCHEDULED.fullmatch(code):
        problem = problem if reason else _("Say why the visit is held outside the schedule.")
    elif reason:
        problem = _("Only an unscheduled visit has a reason for being held.")
    return {"reason_unscheduled": problem} if problem else {}


def _date_problem(participant: Participant, code: str, day: date | None) -> str | None:
    if day is None:
        return _("Enter the date of the visit.")
    if day > participant.site.today():
        return _("Enter a date up to today; {day} lies in the future.").format(day=date_format(day))
    consent = consent_date(participant) if code != "SCR" else None
    if consent is not None and day < consent:
        said = _("Enter a date from the consent on ({consent}); {day} lies before it.")
        return said.format(consent=date_format(consent), day=date_format(day))
    return None


def _create(
    participant: Participant, code: str, details: VisitDetails, expected_version: int | None
) -> Visit:
    if expected_version is not None:
        raise Refusal("version_stale", extra={"current": None})
    _check_turn(participant, code)
    return Visit.objects.create(participant=participant, code=code, **details.columns())


def _check_turn(participant: Participant, code: str) -> None:
    if UNSCHEDULED.fullmatch(code):
        held = Visit.objects.filter(participant=participant, code__startswith="U").count()
        if code != f"U{held + 1}":
            raise Refusal("visit_out_of_turn", participant=participant.code, next=f"U{held + 1}")


def _correct(visit: Visit, details: VisitDetails, expected_version: int | None, reason: str) -> Visit:
    if expected_version is None:
        raise Refusal("exists", what=visit_name(visit.code), extra={"current": plain(visit)})
    if expected_version != visit.version:
        raise Refusal("version_stale", extra={"current": plain(visit)})
    changes = {name: value for name, value in details.columns().items() if getattr(visit, name) != value}
    if not changes:
        return visit
    if not reason.strip():
        raise Refusal("reason_missing")
    _check_forms_agree(visit, details)
    for name, value in {**changes, "version": visit.version + 1}.items():
        setattr(visit, name, value)
    visit.save(update_fields=[*changes, "version"])
    return visit


def plain(visit: Visit) -> dict[str, object]:
    """A recorded visit in JSON's types."""
    return {
        "visit": visit.code,
        "occurred": visit.occurred == "Y",
        "date": visit.visit_date and visit.visit_date.isoformat(),
        "contact_mode": visit.contact_mode,
        "reason_not_done": visit.reason_not_done,
        "reason_unscheduled": visit.reason_unscheduled,
        "version": visit.version,
    }


def _check_forms_agree(visit: Visit, details: VisitDetails) -> None:
    records = Record.objects.filter(visit=visit, removed=False)
    if not details.occurred and records.exists():
        raise Refusal("visit_has_records", visit=visit_name(visit.code))
    measured = Motion.objects.filter(record__in=records, rom_perf="Y")
    if details.contact_mode != IN_PERSON and measured.exists():
        raise Refusal("motion_in_person", visit=visit_name(visit.code))
