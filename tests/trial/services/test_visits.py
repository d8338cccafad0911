"""Recording visits: dates, order, corrections, and what the forms of a visit say about it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.formats import date_format

from forms_app.services import records
from tests import answers, journey
from tests.cast import Cast
from tests.races import at_once
from trial.access import Role
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import Event, Participant, Record, Site, Visit
from trial.protocol import STUDY
from trial.refusals import Refusal
from trial.services import visits
from trial.services.visits import IN_PERSON, VisitDetails
from trial.visit_name import visit_name

pytestmark = pytest.mark.django_db


def not_done(reason: str = "Did not come") -> VisitDetails:
    return VisitDetails(occurred=False, reason_not_done=reason)


def done(participant: Participant, code: str = "BL", **changes: Any) -> VisitDetails:
    usual = {"visit_date": journey.day_of(participant, code), "contact_mode": IN_PERSON}
    return VisitDetails(**{"occurred": True, **usual, **changes})


def save(cast: Cast, participant: Participant, code: str, details: VisitDetails, **more: Any) -> Visit:
    return visits.save(by=cast.investigator, participant=participant, code=code, details=details, **more)


def refused(cast: Cast, participant: Participant, code: str, details: VisitDetails, **more: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        save(cast, participant, code, details, **more)
    return caught.value


# Recording


def test_a_visit_that_took_place_is_recorded(cast: Cast) -> None:
    participant = journey.injected(cast)
    visit = save(cast, participant, "W1", done(participant, "W1", contact_mode="TELEPHONE CALL"))
    assert (visit.occurred, visit.version, visit.contact_mode) == ("Y", 1, "TELEPHONE CALL")


def test_a_visit_that_did_not_take_place_is_recorded_with_its_reason(cast: Cast) -> None:
    participant = journey.injected(cast)
    visit = save(cast, participant, "W1", not_done("  Did not come "))
    assert (visit.occurred, visit.visit_date, visit.contact_mode) == ("N", None, "")
    assert visit.reason_not_done == "Did not come"


def test_a_visit_outside_its_window_is_recorded(cast: Cast) -> None:
    participant = journey.injected(cast)
    assert save(cast, participant, "W1", done(participant, visit_date=participant.site.today()))


@pytest.mark.parametrize(
    ("details", "errors"),
    [
        (VisitDetails(occurred=False), {"reason_not_done": "Say why the visit did not take place."}),
        (not_done("   "), {"reason_not_done": "Say why the visit did not take place."}),
        (not_done("x" * 201), {"reason_not_done": "Shorten the text to 200 characters; it has 201."}),
        (not_done("nul\x00"), {"reason_not_done": "Remove the control character from the text."}),
        (
            VisitDetails(occurred=True, contact_mode="LETTER"),
            {
                "contact_mode": "Choose the contact mode: In person, Telephone call, Remote audio and video.",
                "visit_date": "Enter the date of the visit.",
            },
        ),
    ],
)
def test_details_that_say_too_little_are_refused(
    cast: Cast, details: VisitDetails, errors: dict[str, str]
) -> None:
    assert refused(cast, journey.added(cast), "SCR", details).extra["errors"] == errors


def test_today_at_the_site_is_the_last_possible_date(cast: Cast) -> None:
    participant = journey.added(cast)
    today = participant.site.today()
    told = refused(cast, participant, "SCR", done(participant, visit_date=today + timedelta(days=1)))
    assert told.extra["errors"]["visit_date"] == (
        f"Enter a date up to today; {date_format(today + timedelta(days=1))} lies in the future."
    )
    assert save(cast, participant, "SCR", done(participant, visit_date=today))


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_today_is_that_of_the_sites_time_zone(cast: Cast, zone: str) -> None:
    participant = journey.added(cast)
    with attributed(by=COMMAND_LINE):
        Site.objects.filter(pk=cast.north.pk).update(time_zone=zone)
    participant = journey.again(participant)
    assert save(cast, participant, "SCR", done(participant, visit_date=participant.site.today()))


def test_no_visit_lies_before_the_consent(cast: Cast) -> None:
    participant = journey.enrolled(cast)
    consent = journey.day_of(participant, "SCR")
    told = refused(cast, participant, "BL", done(participant, visit_date=consent - timedelta(days=1)))
    assert "lies before it" in told.extra["errors"]["visit_date"]
    assert save(cast, participant, "BL", done(participant, visit_date=consent))


def test_screening_may_begin_before_the_consent(cast: Cast) -> None:
    participant = journey.consented(cast)
    earlier = journey.day_of(participant, "SCR") - timedelta(days=2)
    assert save(
        cast, participant, "SCR", done(participant, visit_date=earlier), expected_version=1, reason="x"
    )


# Who, and when

MAY_ENTER = {Role.INVESTIGATOR, Role.SUB_INVESTIGATOR, Role.COORDINATOR}


@pytest.mark.parametrize("role", Role)
def test_who_may_record_a_visit(cast: Cast, role: Role) -> None:
    participant = journey.added(cast)
    arguments: dict[str, Any] = {
        "by": cast.with_role(role),
        "participant": participant,
        "code": "SCR",
        "details": done(participant, "SCR"),
    }
    if role in MAY_ENTER:
        assert visits.save(**arguments)
        return
    with pytest.raises(Refusal) as caught:
        visits.save(**arguments)
    assert caught.value.code == "right"


def test_who_works_elsewhere_may_not(cast: Cast) -> None:
    participant = journey.added(cast)
    for user in (cast.southern_coordinator, cast.stranger, cast.former):
        with pytest.raises(Refusal, match="Your role does not include this: enter and correct data"):
            journey.attend(user, participant, "SCR")
    assert not Visit.objects.exists()


@pytest.mark.parametrize("code", ["W4", "W3", "", "scr", "U0", "U100", "U1\n"])
def test_a_visit_that_the_protocol_does_not_have_is_refused(cast: Cast, code: str) -> None:
    participant = journey.injected(cast)
    assert refused(cast, participant, code, done(participant)).code == "visit_unknown"


REACHED = {"screening": "added", "eligible": "eligible", "enrolled": "enrolled", "treated": "injected"}
OPEN = {
    "screening": {"SCR"},
    "eligible": {"SCR", "BL"},
    "enrolled": {"SCR", "BL", "INJ"},
    "treated": {"SCR", "BL", "INJ", "W1", "W2", "W12", "U1"},
}


@pytest.mark.parametrize("state", REACHED)
def test_visits_open_as_the_participant_comes_along(cast: Cast, state: str) -> None:
    participant = getattr(journey, REACHED[state])(cast)
    assert participant.state == state
    for code in OPEN["treated"]:
        planned = visits.planned_visit(code)
        if code in OPEN[state]:
            visits.check_open(participant, planned)
            continue
        with pytest.raises(
            Refusal, match=f"“{visit_name(code)}” opens when 01-001 is {planned.opens}"
        ) as caught:
            visits.check_open(participant, planned)
        assert caught.value.code == "visit_closed"


def test_a_screen_failure_has_no_visit_but_screening(cast: Cast) -> None:
    participant = journey.screen_failure(cast)
    for visit in STUDY.schedule.planned:
        if visit.code != "SCR":
            assert refused(cast, participant, visit.code, done(participant)).code == "visit_closed"


@pytest.mark.parametrize("end", ["completed", "withdrawn"])
def test_visits_stay_open_after_the_end(cast: Cast, end: str) -> None:
    participant = journey.injected(cast)
    if end == "completed":
        journey.follow_up_missed(cast, participant)
        journey.complete(cast, participant)
    else:
        journey.withdraw(cast, participant)
    assert journey.attend(cast.investigator, journey.again(participant), "U1")


@pytest.mark.parametrize(("reached", "closed"), [("eligible", "W1"), ("consented", "BL"), ("enrolled", "U1")])
def test_a_withdrawal_opens_no_visit(cast: Cast, reached: str, closed: str) -> None:
    participant = getattr(journey, reached)(cast)
    journey.withdraw(cast, participant)
    told = refused(cast, journey.again(participant), closed, done(participant))
    assert told.code == "visit_closed"


def test_unscheduled_visits_are_numbered_in_turn(cast: Cast) -> None:
    participant = journey.injected(cast)
    told = refused(cast, participant, "U2", done(participant, reason_unscheduled="Pain"))
    assert told.sentence == "The next unscheduled visit of 01-001 is U1."
    save(cast, participant, "U1", done(participant, reason_unscheduled="Pain"))
    save(cast, participant, "U2", replace(not_done(), reason_unscheduled="Asked to come"))
    third = done(participant, reason_unscheduled="Pain again")
    assert refused(cast, participant, "U4", third).code == "visit_out_of_turn"
    assert save(cast, participant, "U3", third)


# Correcting


def test_a_second_recording_meets_the_first(cast: Cast) -> None:
    participant = journey.consented(cast)
    told = refused(cast, participant, "SCR", done(participant, "SCR"))
    assert told.code == "exists"
    assert told.extra["current"] == {
        "visit": "SCR",
        "occurred": True,
        "date": journey.day_of(participant, "SCR").isoformat(),
        "contact_mode": "IN PERSON",
        "reason_not_done": "",
        "reason_unscheduled": "",
        "version": 1,
    }


def test_a_correction_of_what_is_not_there_is_refused(cast: Cast) -> None:
    participant = journey.added(cast)
    told = refused(cast, participant, "SCR", done(participant, "SCR"), expected_version=1)
    assert (told.code, told.extra["current"]) == ("version_stale", None)


def test_a_correction_needs_a_reason_and_moves_the_version(cast: Cast) -> None:
    participant = journey.consented(cast)
    change = done(participant, "SCR", contact_mode="TELEPHONE CALL")
    assert refused(cast, participant, "SCR", change, expected_version=1).code == "reason_missing"
    assert refused(cast, participant, "SCR", change, expected_version=1, reason=" ").code == "reason_missing"
    visit = save(cast, participant, "SCR", change, expected_version=1, reason="read from the chart")
    assert (visit.version, visit.contact_mode) == (2, "TELEPHONE CALL")
    event = Event.objects.last()
    assert event is not None
    assert (event.table_name, event.reason) == ("trial_visit", "read from the chart")


def test_a_correction_of_an_older_version_is_refused_with_the_newer(cast: Cast) -> None:
    participant = journey.consented(cast)
    change = done(participant, "SCR", contact_mode="TELEPHONE CALL")
    save(cast, participant, "SCR", change, expected_version=1, reason="x")
    told = refused(cast, participant, "SCR", done(participant, "SCR"), expected_version=1, reason="y")
    assert told.code == "version_stale"
    assert told.extra["current"]["version"] == 2


def test_saving_the_same_again_changes_nothing(cast: Cast) -> None:
    participant = journey.consented(cast)
    before = Event.objects.count()
    visit = save(cast, participant, "SCR", done(participant, "SCR"), expected_version=1)
    assert (visit.version, Event.objects.count()) == (1, before)


# What the forms say


def test_a_visit_with_forms_took_place(cast: Cast) -> None:
    participant = journey.consented(cast)
    told = refused(cast, participant, "SCR", not_done(), expected_version=1, reason="mistake")
    assert told.code == "visit_has_records"


def test_a_visit_whose_forms_were_removed_may_be_undone(cast: Cast) -> None:
    participant = journey.consented(cast)
    record = Record.objects.get(participant=participant, form="consent")
    records.remove(by=cast.investigator, record=record, expected_version=1, reason="another participant")
    visit = save(cast, participant, "SCR", not_done(), expected_version=1, reason="mistake")
    assert visit.occurred == "N"


def test_a_visit_with_measured_flexion_stays_in_person(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    change = done(participant, "W1", contact_mode="TELEPHONE CALL")
    told = refused(cast, participant, "W1", change, expected_version=1, reason="mistake")
    assert told.code == "motion_in_person"
    later = done(participant, visit_date=participant.site.today() - timedelta(days=20))
    assert save(cast, participant, "W1", later, expected_version=1, reason="mistake")


def test_a_visit_whose_flexion_was_not_measured_may_be_by_telephone(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "W1")
    form = answers.form({"rom_perf": "N", "rom_reasnd": "By telephone"})
    journey.save(cast.investigator, participant, "W1", "motion", form)
    change = done(participant, "W1", contact_mode="TELEPHONE CALL")
    assert save(cast, participant, "W1", change, expected_version=1, reason="mistake").version == 2


def test_a_visit_of_long_ago_is_refused_before_consent_alone(cast: Cast) -> None:
    participant = journey.added(cast)
    assert save(cast, participant, "SCR", done(participant, visit_date=date(1999, 1, 1)))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_a_visit_at_once_one_gets_what_the_other_recorded(cast: Cast) -> None:
    participant = journey.added(cast)

    def record() -> Visit:
        return journey.attend(cast.coordinator, participant, "SCR")

    told = at_once(record, record, record)
    refusals = [each for each in told if isinstance(each, Refusal)]
    assert [refusal.code for refusal in refusals] == ["exists", "exists"]
    assert [refusal.extra["current"]["version"] for refusal in refusals] == [1, 1]
    assert Event.objects.filter(table_name="trial_visit").count() == 1
