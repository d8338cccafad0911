"""Loading the demonstration, through the services and so under the same rules and audit."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from forms_app.demo import accounts, answers, logs, oversight, screening
from forms_app.demo.logs import LogEntry
from forms_app.demo.pilot import Outcome, Person, people
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
        oversight.show(staff)


def _sites() -> dict[str, Site]:
    opened = timezone.localdate() - OPENED
    names = {"01": "Demo Hospital North", "02": "Demo Hospital South"}
    return {
        code: sites.create(by=COMMAND_LINE, code=code, name=name, time_zone="UTC", activated_on=opened)
        for code, name in names.items()
    }


def _pilot_participant(by: User, site: Site, person: Person) -> None:
    today = site.today()
    participant = _enrolled(by, site, person)
    for outcome in person.outcomes:
        if outcome.visit != "BL" and participant.state == "enrolled":
            participant = _inject(by, participant, person, today)
        _measure(by, participant, person, outcome)
    last = person.outcomes[-1].visit
    if last == LAST_VISIT:
        _log(by, participant, LogEntry("study_end", answers.study_end(person.day_of(last, today))))
    if person.name == logs.WITHDREW:
        _log(by, participant, logs.withdrawal(person.day_of(last, today) + timedelta(days=3)))


def _enrolled(by: User, site: Site, person: Person) -> Participant:
    participant = participants.add(by=by, site=site)
    day = person.day_of("SCR", site.today())
    _visit(by, participant, "SCR", day)
    _save(by, participant, "SCR", "consent", screening.consent(day))
    _save(by, participant, "SCR", "demographics", screening.demographics(day, person))
    _save(by, participant, "SCR", "surgery", screening.surgery(day, person))
    _save(by, participant, "SCR", "prior_treatment", screening.prior_treatment(day, person))
    _save(by, participant, "SCR", "mri", screening.mri(day, person))
    _save(by, participant, "SCR", "eligibility", screening.eligibility(day, person))
    for entry in logs.before_injection(person, day):
        _log(by, participant, entry)
    return participants.enrol(by=by, participant=participant)


def _inject(by: User, participant: Participant, person: Person, today: date) -> Participant:
    day = person.injected_on(today)
    _visit(by, participant, "INJ", day)
    _save(by, participant, "INJ", "injection", answers.injection(day, person))
    return Participant.objects.select_related("site").get(pk=participant.pk)


def _measure(by: User, participant: Participant, person: Person, outcome: Outcome) -> None:
    """One visit with its outcomes, and what was told of the time before it."""
    today = participant.site.today()
    visit, day = outcome.visit, person.day_of(outcome.visit, today)
    _visit(by, participant, visit, day)
    _save(by, participant, visit, "pain", answers.pain(outcome))
    _save(by, participant, visit, "motion", answers.motion(outcome))
    _save(by, participant, visit, "disability", answers.disability(outcome, person))
    if visit == "BL":
        return
    told = list(logs.told_at(person, visit, day, person.day_of("SCR", today)))
    for entry in told:
        _log(by, participant, entry)
    forms = {entry.form for entry in told}
    interval = answers.interval(event="adverse_event" in forms, medication="medication" in forms)
    _save(by, participant, visit, "interval", interval)


def _screened_only(by: User, site: Site) -> None:
    day = site.today() - timedelta(days=3)
    first = participants.add(by=by, site=site)
    _visit(by, first, "SCR", day)
    _save(by, first, "SCR", "consent", screening.consent(day))
    participants.add(by=by, site=site)


def _visit(by: User, participant: Participant, code: str, day: date) -> None:
    details = VisitDetails(occurred=True, visit_date=day, contact_mode=IN_PERSON)
    visits.save(by=by, participant=participant, code=code, details=details)


def _log(by: User, participant: Participant, entry: LogEntry) -> None:
    records.save(by=by, participant=participant, form=entry.form, submission=entry.answers)


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
