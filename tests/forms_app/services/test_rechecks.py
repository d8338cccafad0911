"""The checks of a participant, run again: what opens, what closes, what stays alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forms_app.models import Query
from forms_app.selectors import deviations
from forms_app.services import rechecks, records
from tests import answers, journey
from tests.analytics.sessions import in_own_session
from tests.cast import Cast
from tests.locking import lock_form
from tests.sql import run
from trial.audit.context import COMMAND_LINE, SYSTEM, attributed
from trial.crf.submission import Entry, Submission
from trial.models import Event, Participant, Record
from trial.protocol import STUDY
from trial.services import participants

pytestmark = pytest.mark.django_db


def recheck(participant: Participant) -> int:
    return rechecks.recheck(participant=participant.pk)


def record_of(participant: Participant, form: str, **found: object) -> Record:
    return Record.objects.get(participant=participant, form=form, **found)


def standing(record: Record) -> dict[str, str]:
    """The standing questions of a record with their states."""
    return {query.code: query.state for query in Query.objects.filter(record=record).exclude(state="closed")}


def with_complication(cast: Cast) -> Participant:
    """Injected, with a vasovagal reaction at the injection."""
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    form = answers.injection(journey.day_of(participant, "INJ"))
    occurred = Entry({"cpoccur": "Y", "cptim": "10:15"})
    rows = {**form.groups["complication"], "VASOVAGAL": occurred}
    sent = Submission(form.header, {**form.groups, "complication": rows})
    journey.save(cast.investigator, participant, "INJ", "injection", sent)
    return journey.again(participant)


NO_EVENT = "complication.VASOVAGAL.cpoccur.no_event"
LINK = "INJ.injection.complication.VASOVAGAL"


def test_a_complication_asks_for_its_event_until_that_is_recorded(cast: Cast) -> None:
    participant = with_complication(cast)
    injection = record_of(participant, "injection")
    assert (injection.state, standing(injection)) == ("in progress", {NO_EVENT: "open"})
    event = answers.adverse_event(journey.day_of(participant, "INJ"), aelink=LINK)
    saved = journey.log(cast.investigator, participant, "adverse_event", event)
    assert recheck(participant) == 1
    injection.refresh_from_db()
    assert (injection.state, standing(injection)) == ("complete", {})
    remove(cast, saved.record)
    assert recheck(participant) == 1
    injection.refresh_from_db()
    assert (injection.state, standing(injection)) == ("in progress", {NO_EVENT: "open"})


def remove(cast: Cast, record: Record) -> None:
    records.remove(by=cast.investigator, record=record, expected_version=record.version, reason="Mixed up")


def test_what_nothing_changed_moves_nothing(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    recheck(participant)
    events = Event.objects.count()
    assert recheck(participant) == 0
    assert Event.objects.count() == events


def test_a_question_is_opened_by_the_system_with_a_reason(cast: Cast) -> None:
    participant = with_complication(cast)
    event = answers.adverse_event(journey.day_of(participant, "INJ"), aelink=LINK)
    journey.log(cast.investigator, participant, "adverse_event", event)
    recheck(participant)
    last = Event.objects.filter(table_name="trial_record").last()
    assert last is not None
    assert (last.actor_id, last.reason) == (SYSTEM.pk, rechecks.REASON)
    assert last.row["state"] == "complete"


def test_the_version_of_a_record_counts_its_saves_alone(cast: Cast) -> None:
    participant = with_complication(cast)
    before = record_of(participant, "injection").version
    event = answers.adverse_event(journey.day_of(participant, "INJ"), aelink=LINK)
    journey.log(cast.investigator, participant, "adverse_event", event)
    recheck(participant)
    assert record_of(participant, "injection").version == before


def test_an_explanation_stays_while_the_question_is_the_same(cast: Cast) -> None:
    participant = with_complication(cast)
    form = answers.injection(journey.day_of(participant, "INJ"))
    rows = {**form.groups["complication"], "VASOVAGAL": Entry({"cpoccur": "Y", "cptim": "10:15"})}
    sent = Submission(form.header, {**form.groups, "complication": rows})
    journey.save(
        cast.investigator, participant, "INJ", "injection", sent, 1, explanations={NO_EVENT: "Of no account"}
    )
    assert recheck(participant) == 0
    assert standing(record_of(participant, "injection")) == {NO_EVENT: "answered"}


def test_a_removed_record_is_left_alone(cast: Cast) -> None:
    participant = with_complication(cast)
    injection = record_of(participant, "injection")
    remove(cast, injection)
    event = answers.adverse_event(journey.day_of(participant, "INJ"), aelink=LINK)
    journey.log(cast.investigator, participant, "adverse_event", event)
    recheck(participant)
    assert standing(injection) == {NO_EVENT: "open"}


def test_a_locked_record_is_left_alone(cast: Cast) -> None:
    participant = with_complication(cast)
    injection = record_of(participant, "injection")
    before = standing(injection)
    lock_form(cast, injection)
    event = answers.adverse_event(journey.day_of(participant, "INJ"), aelink=LINK)
    journey.log(cast.investigator, participant, "adverse_event", event)
    recheck(participant)
    assert standing(injection) == before


def test_what_came_past_the_services_is_found(cast: Cast) -> None:
    participant = journey.consented(cast)
    day = participant.site.activated_on - timedelta(days=1)
    with attributed(by=COMMAND_LINE, reason="By hand"):
        run("update trial_consent set dsstdat_ic = %s", [day])
    assert recheck(participant) == 1
    consent = record_of(participant, "consent")
    assert (consent.state, standing(consent)) == ("in progress", {"dsstdat_ic.impossible": "open"})
    with attributed(by=COMMAND_LINE, reason="By hand"):
        run("update trial_consent set dsstdat_ic = %s", [journey.day_of(participant, "SCR")])
    recheck(participant)
    consent.refresh_from_db()
    assert (consent.state, standing(consent)) == ("complete", {})


def test_death_and_fatal_event_close_each_others_questions(cast: Cast) -> None:
    participant = journey.injected(cast)
    day = journey.day_of(participant, "INJ") + timedelta(days=2)
    fatal = answers.serious_event(day, aetoxgr=5, aesdth="Y", aeout="FATAL")
    journey.log(cast.investigator, participant, "adverse_event", fatal)
    event = record_of(participant, "adverse_event")
    assert standing(event) == {"aeout.no_end_by_death": "open"}
    journey.withdraw(cast, participant, wddecod="DEATH", wdwho="NOBODY")
    recheck(participant)
    assert standing(event) == {}
    corrected = answers.serious_event(day)
    journey.log(cast.investigator, participant, "adverse_event", corrected, 1, 1, reason="Not dead")
    recheck(participant)
    withdrawal = record_of(participant, "withdrawal")
    assert (withdrawal.state, standing(withdrawal)) == ("in progress", {"wddecod.impossible": "open"})


def test_a_corrected_injection_date_moves_what_is_outside_its_window(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    recheck(participant)
    assert not [each for each in deviations.proposed(participant) if each.kind == "VISIT WINDOW"]
    day = journey.day_of(participant, "INJ") - timedelta(days=5)
    version = record_of(participant, "injection").version
    journey.save(
        cast.investigator, participant, "INJ", "injection", answers.injection(day), version, reason="Misread"
    )
    late = {each.link for each in deviations.proposed(participant) if each.kind == "VISIT WINDOW"}
    assert "W1.window.3" in late
    proposal = deviations.proposal(participant, "W1.window.3")
    assert proposal is not None
    assert proposal.day is not None
    confirmed = answers.deviation(proposal.day, dvorig="SYSTEM", dvlink=proposal.link)
    journey.log(cast.investigator, participant, "deviation", confirmed)
    assert "W1.window.3" not in {each.link for each in deviations.proposed(participant)}
    journey.save(
        cast.investigator,
        participant,
        "INJ",
        "injection",
        answers.injection(journey.day_of(participant, "INJ")),
        record_of(participant, "injection").version,
        reason="Read again",
    )
    assert not [each for each in deviations.proposed(participant) if each.kind == "VISIT WINDOW"]
    recheck(participant)
    deviation = record_of(participant, "deviation")
    assert (deviation.state, standing(deviation)) == ("in progress", {"dvconf.gone": "open"})


def cost(participant: Participant) -> int:
    """The statements of a re-check that moves nothing."""
    recheck(participant)
    with CaptureQueriesContext(connection) as captured:
        recheck(participant)
    return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)


def test_the_number_of_statements_does_not_grow_with_the_entries_of_logs(cast: Cast) -> None:
    def filled(entries: int) -> Participant:
        participant = journey.injected(cast)
        for number in range(entries):
            day = journey.day_of(participant, "INJ") + timedelta(days=number)
            journey.log(cast.investigator, participant, "adverse_event", answers.adverse_event(day))
            drug = answers.medication(day, cmtrt=f"Drug {number}")
            journey.log(cast.investigator, participant, "medication", drug)
        return participant

    assert cost(filled(1)) == cost(filled(6)) <= 25


def test_the_number_of_statements_does_not_grow_with_the_visits(cast: Cast) -> None:
    def filled(*visits: str) -> Participant:
        participant = journey.injected(cast)
        for visit in ("BL", *visits):
            fill(cast, participant, visit)
        return participant

    assert cost(filled("W1")) == cost(filled("W1", "W2", "W12")) <= 25


def fill(cast: Cast, participant: Participant, visit: str) -> None:
    """All forms of a visit, answered so that the checks look at other forms."""
    journey.attend(cast.investigator, participant, visit)
    forms = {
        "pain": answers.pain(8),
        "motion": answers.motion(),
        "disability": answers.disability(0, odi01=0),
        "interval": answers.interval(),
    }
    planned = STUDY.schedule.visit(visit)
    assert planned is not None
    for form in planned.forms:
        journey.save(cast.investigator, participant, visit, form, forms[form])


def test_the_command_checks_everybody(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    participant = with_complication(cast)
    event = answers.adverse_event(journey.day_of(participant, "INJ"), aelink=LINK)
    journey.log(cast.investigator, participant, "adverse_event", event)
    call_command("check_records")
    assert capsys.readouterr().out == "1 participants, 1 questions opened, closed or reworded.\n"


@pytest.mark.django_db(transaction=True)
def test_a_check_waits_for_a_save_that_is_under_way(cast: Cast) -> None:
    participant = with_complication(cast)
    with ThreadPoolExecutor(1) as pool:
        with attributed(by=cast.investigator):
            participants.lock(participant)
            waiting = pool.submit(in_own_session(recheck), participant)
            event = answers.adverse_event(journey.day_of(participant, "INJ"), aelink=LINK)
            journey.log(cast.investigator, participant, "adverse_event", event)
            assert not waiting.done()
        waiting.result()
    assert record_of(participant, "injection").state == "complete"
