"""Loading the demonstration, through the services and so under the same rules and audit."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from forms_app.demo import accounts, answers
from forms_app.demo.pilot import Person, people
from forms_app.services import records
from trial.access import Role
from trial.audit.context import COMMAND_LINE
from trial.crf.submission import Submission
from trial.models import Participant, Site, User
from trial.services import participants, sites, visits
from trial.services.visits import IN_PERSON, VisitDetails

OPENED = timedelta(days=400)
CONFIRMED = "Confirmed with the source (synthetic)"
LAST_VISIT = "W12"


def is_loaded() -> bool:
    return User.objects.filter(is_demo=True).exists()


def is_in_use() -> bool:
    """Whether the database holds a site or an account already."""
    return User.objects.exists() or Site.objects.exists()


def load(say: Callable[[str], None]) -> None:
    """Load both sites whole, or nothing."""
    with transaction.atomic():
        places = _sites()
        staff = accounts.create(places)
        investigator, coordinator = staff[Role.INVESTIGATOR], staff[Role.COORDINATOR]
        for person in people():
            _pilot_participant(investigator, places["01"], person)
            if person.number % 13 == 0:
                say(f"{person.number} of 26 synthetic participants entered")
        _screened_only(coordinator, places["02"])


def _sites() -> dict[str, Site]:
    opened = timezone.localdate() - OPENED
    names = {"01": "Demo Hospital North", "02": "Demo Hospital South"}
    return {
        code: sites.create(by=COMMAND_LINE, code=code, name=name, time_zone="UTC", activated_on=opened)
        for code, name in names.items()
    }


def _pilot_participant(by: User, site: Site, person: Person) -> None:
    today = site.today()
    participant = participants.add(by=by, site=site)
    screened = person.day_of("SCR", today)
    _visit(by, participant, "SCR", screened)
    _save(by, participant, "SCR", "consent", answers.consent(screened))
    _save(by, participant, "SCR", "eligibility", answers.eligibility(screened))
    participant = participants.enrol(by=by, participant=participant)
    for outcome in person.outcomes:
        if outcome.visit != "BL" and participant.state == "enrolled":
            participant = _inject(by, participant, person, today)
        _visit(by, participant, outcome.visit, person.day_of(outcome.visit, today))
        _save(by, participant, outcome.visit, "pain", answers.pain(outcome))
        _save(by, participant, outcome.visit, "motion", answers.motion(outcome))
        _save(by, participant, outcome.visit, "disability", answers.disability(outcome, person))
    if person.outcomes[-1].visit == LAST_VISIT:
        _complete(by, participant, person.day_of(LAST_VISIT, today))


def _inject(by: User, participant: Participant, person: Person, today: date) -> Participant:
    day = person.injected_on(today)
    _visit(by, participant, "INJ", day)
    _save(by, participant, "INJ", "injection", answers.injection(day, person))
    return Participant.objects.select_related("site").get(pk=participant.pk)


def _complete(by: User, participant: Participant, last: date) -> None:
    records.save(
        by=by, participant=participant, form="study_end", submission=answers.study_end(last)
    )


def _screened_only(by: User, site: Site) -> None:
    day = site.today() - timedelta(days=3)
    first = participants.add(by=by, site=site)
    _visit(by, first, "SCR", day)
    _save(by, first, "SCR", "consent", answers.consent(day))
    participants.add(by=by, site=site)


def _visit(by: User, participant: Participant, code: str, day: date) -> None:
    details = VisitDetails(occurred=True, visit_date=day, contact_mode=IN_PERSON)
    visits.save(by=by, participant=participant, code=code, details=details)


def _save(by: User, participant: Participant, visit: str, form: str, submission: Submission) -> None:
    """Save a form, and explain what its soft checks ask, as a person would at the screen."""
    saved = records.save(by=by, participant=participant, visit=visit, form=form, submission=submission)
    if saved.findings:
        records.save(
            by=by,
            participant=participant,
            visit=visit,
            form=form,
            submission=submission,
            expected_version=saved.record.version,
            explanations={finding.code: CONFIRMED for finding in saved.findings},
        )
