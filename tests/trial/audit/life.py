"""A random life of a small trial, through the services and around them: corrections, removals, restorations,
added rows and entries, questions, withdrawals. What the trial says no to is part of it."""

from collections.abc import Callable
from contextlib import suppress
from random import Random

from django.db import transaction

from forms_app.services import queries, records
from tests import answers, journey
from tests.cast import Cast
from tests.sql import actor, run
from trial.models import Participant, Record, Visit
from trial.refusals import Refusal
from trial.services import visits
from trial.services.visits import VisitDetails

Act = Callable[[Random, Cast, Participant], object]


def live(chance: Random, cast: Cast, acts: int) -> None:
    """Let this many things happen to the participants of the north."""
    for _ in range(acts):
        participant = chance.choice(list(Participant.objects.filter(site=cast.north).select_related("site")))
        with suppress(Refusal, Visit.DoesNotExist):
            chance.choice(ACTS)(chance, cast, participant)


def correct(chance: Random, cast: Cast, participant: Participant) -> None:
    visit = chance.choice(["BL", "W1"])
    record = _record(participant, "pain", visit__code=visit)
    changed = answers.pain(chance.randint(0, 10), nrs_worst24=chance.choice([None, 10]))
    journey.save(
        cast.investigator,
        participant,
        visit,
        "pain",
        changed,
        record.version,
        reason=f"read again, {chance.random()}",
        explanations={},
    )


def measure(chance: Random, cast: Cast, participant: Participant) -> None:
    record = _record(participant, "motion", visit__code="W1")
    trials = (chance.randint(20, 60) for _ in range(3))
    journey.save(
        cast.investigator,
        participant,
        "W1",
        "motion",
        answers.motion(*trials),
        record.version,
        reason="the sheet was misread",
    )


def take_away(chance: Random, cast: Cast, participant: Participant) -> None:
    record = chance.choice(list(Record.objects.filter(participant=participant)))
    act = records.restore if record.removed else records.remove
    act(by=cast.investigator, record=record, expected_version=record.version, reason="the wrong way round")


def change_rows(chance: Random, cast: Cast, participant: Participant) -> None:
    """Operations are added and taken out of use."""
    day = journey.day_of(participant, "SCR")
    record = Record.objects.filter(participant=participant, form="surgery").first()
    operations = [answers.operation(day) for _ in range(chance.randint(0, 3))]
    journey.save(
        cast.investigator,
        participant,
        "SCR",
        "surgery",
        answers.surgery(day, *operations),
        record.version if record else None,
        reason="the letter came",
    )


def enter_log(chance: Random, cast: Cast, participant: Participant) -> None:
    day = participant.site.today()
    journey.log(cast.investigator, participant, "medication", answers.medication(day))


def ask(chance: Random, cast: Cast, participant: Participant) -> None:
    record = _record(participant, "pain", visit__code="BL")
    query = queries.raise_query(by=cast.monitor, record=record, text="Is this so?", item="nrs_avg24")
    if chance.random() < 0.7:
        queries.answer(by=cast.investigator, query=query, explanation="Yes, see the source")


def move_visit(chance: Random, cast: Cast, participant: Participant) -> None:
    visit = participant.visits.get(code="W2")
    details = VisitDetails(occurred=True, visit_date=participant.site.today(), contact_mode="TELEPHONE CALL")
    visits.save(
        by=cast.coordinator,
        participant=participant,
        code="W2",
        details=details,
        expected_version=visit.version,
        reason="it was a call",
    )


def miss(chance: Random, cast: Cast, participant: Participant) -> None:
    details = VisitDetails(occurred=False, reason_not_done="ill")
    visits.save(by=cast.coordinator, participant=participant, code="W2", details=details)


def leave(chance: Random, cast: Cast, participant: Participant) -> None:
    if chance.random() < 0.3:
        journey.withdraw(cast, participant)


def come(chance: Random, cast: Cast, participant: Participant) -> None:
    journey.consented(cast)


def by_hand(chance: Random, cast: Cast, participant: Participant) -> None:
    """Raw SQL of the app role, with a reason."""
    with transaction.atomic():
        actor(cast.investigator.pk, "set right by hand")
        run(
            "update trial_pain set nrs_worst24 = 10 where record_id in "
            "(select id from trial_record where participant_id = %s)",
            [participant.pk],
        )


ACTS: list[Act] = [
    correct,
    correct,
    measure,
    take_away,
    change_rows,
    enter_log,
    ask,
    move_visit,
    miss,
    leave,
    come,
    by_hand,
]


def _record(participant: Participant, form: str, **where: object) -> Record:
    found = Record.objects.filter(participant=participant, form=form, **where).select_related("visit").first()
    if found is None:
        raise Refusal("not_found")
    return found
