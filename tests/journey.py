"""How participants get to where a test needs them: through the services, as people bring them there."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from forms_app.services import records
from forms_app.services.records import Saved
from tests import answers
from tests.cast import Cast
from trial.crf.submission import Submission
from trial.models import Participant, User, Visit
from trial.services import participants, visits
from trial.services.visits import IN_PERSON, VisitDetails

# Days before today: everything up to week 2 can have happened.
SCREENED, BASELINE, INJECTED = 40, 32, 30
AGO = {"SCR": SCREENED, "BL": BASELINE, "INJ": INJECTED, "W1": INJECTED - 7, "W2": INJECTED - 14}


def day_of(participant: Participant, visit: str) -> date:
    """The date on which the journey holds a visit."""
    return participant.site.today() - timedelta(days=AGO.get(visit, 0))


def added(cast: Cast) -> Participant:
    """A new participant at the north."""
    return participants.add(by=cast.coordinator, site=cast.north)


def added_south(cast: Cast) -> Participant:
    return participants.add(by=cast.southern_coordinator, site=cast.south)


def consented(cast: Cast, participant: Participant | None = None, by: User | None = None) -> Participant:
    """Screening visit recorded, consent saved."""
    participant, by = participant or added(cast), by or cast.investigator
    attend(by, participant, "SCR")
    save(by, participant, "SCR", "consent", answers.consent(day_of(participant, "SCR")))
    return again(participant)


def screened(cast: Cast) -> Participant:
    """Eligible, with every form of the screening complete."""
    participant = consented(cast)
    day = day_of(participant, "SCR")
    forms = answers.every_form(day)
    for form in ("demographics", "surgery", "prior_treatment", "mri", "eligibility"):
        save(cast.investigator, participant, "SCR", form, forms[form])
    return again(participant)


def eligible(cast: Cast) -> Participant:
    participant = consented(cast)
    judge(cast, participant)
    return again(participant)


def screen_failure(cast: Cast) -> Participant:
    participant = consented(cast)
    judge(cast, participant, excl01="Y")
    return again(participant)


def set_back(cast: Cast) -> Participant:
    """Somebody with pain at baseline who turned out not to be eligible."""
    participant = eligible(cast)
    attend(cast.investigator, participant, "BL")
    save(cast.investigator, participant, "BL", "pain", answers.pain(6))
    failed = answers.eligibility(day_of(participant, "SCR"), excl01="Y")
    save(cast.investigator, participant, "SCR", "eligibility", failed, 1, reason="MRI read again")
    return again(participant)


def enrolled(cast: Cast) -> Participant:
    return participants.enrol(by=cast.investigator, participant=eligible(cast))


def injected(cast: Cast) -> Participant:
    participant = enrolled(cast)
    attend(cast.investigator, participant, "INJ")
    injection = answers.injection(day_of(participant, "INJ"))
    save(cast.investigator, participant, "INJ", "injection", injection)
    return again(participant)


def with_outcomes(cast: Cast) -> Participant:
    """Injected, with pain, motion and disability at baseline and week 1."""
    participant = injected(cast)
    for visit in ("BL", "W1"):
        attend(cast.investigator, participant, visit)
        save(cast.investigator, participant, visit, "pain", answers.pain())
        save(cast.investigator, participant, visit, "motion", answers.motion())
        save(cast.investigator, participant, visit, "disability", answers.disability())
    return participant


def follow_up_missed(cast: Cast, participant: Participant) -> None:
    """Every visit after the injection is recorded as not done, so none is ahead."""
    details = VisitDetails(occurred=False, reason_not_done="Did not come")
    for code in ("W1", "W2", "W12"):
        visits.save(by=cast.investigator, participant=participant, code=code, details=details)


def complete(cast: Cast, participant: Participant, by: User | None = None) -> Participant:
    """End the participation as planned."""
    end = answers.study_end(participant.site.today())
    log(by or cast.investigator, participant, "study_end", end)
    return again(participant)


def withdraw(cast: Cast, participant: Participant, by: User | None = None, **changes: Any) -> Participant:
    """End the participation early."""
    left = answers.withdrawal(participant.site.today(), **changes)
    log(by or cast.investigator, participant, "withdrawal", left)
    return again(participant)


def attend(
    by: User, participant: Participant, code: str, *, day: date | None = None, mode: str = IN_PERSON
) -> Visit:
    """Record a visit that took place."""
    details = VisitDetails(
        occurred=True,
        visit_date=day or day_of(participant, code),
        contact_mode=mode,
        reason_unscheduled="Came with more pain" if code.startswith("U") else "",
    )
    return visits.save(by=by, participant=participant, code=code, details=details)


def judge(cast: Cast, participant: Participant, **criteria: str) -> Saved:
    """Save the eligibility form; what is not given speaks for the participant."""
    form = answers.eligibility(day_of(participant, "SCR"), **criteria)
    return save(cast.investigator, participant, "SCR", "eligibility", form)


def save(
    by: User,
    participant: Participant,
    visit: str,
    form: str,
    submission: Submission,
    expected_version: int | None = None,
    *,
    reason: str = "",
    explanations: Mapping[str, str] | None = None,
) -> Saved:
    return records.save(
        by=by,
        participant=participant,
        visit=visit,
        form=form,
        submission=submission,
        expected_version=expected_version,
        reason=reason,
        explanations=explanations,
    )


def log(
    by: User,
    participant: Participant,
    form: str,
    submission: Submission,
    repeat: int = records.NEXT,
    expected_version: int | None = None,
    *,
    reason: str = "",
    explanations: Mapping[str, str] | None = None,
) -> Saved:
    """Save an entry of a log: the next one, or the one with a number."""
    return records.save(
        by=by,
        participant=participant,
        form=form,
        repeat=repeat,
        submission=submission,
        expected_version=expected_version,
        reason=reason,
        explanations=explanations,
    )


def again(participant: Participant) -> Participant:
    """The participant as the database has it now."""
    return Participant.objects.select_related("site").get(pk=participant.pk)


def body(submission: Submission, **more: Any) -> dict[str, Any]:
    """A submission as the API takes it."""
    groups = {
        code: {key: {"items": row.items, "missing": row.missing} for key, row in rows.items()}
        for code, rows in submission.groups.items()
    }
    return {"items": submission.header.items, "missing": submission.header.missing, "groups": groups, **more}
