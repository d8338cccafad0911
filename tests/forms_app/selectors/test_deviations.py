"""What the system proposes as a deviation, and when a proposal is gone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forms_app.checks.finding import Finding
from forms_app.selectors import deviations
from tests import answers, journey
from tests.cast import Cast
from trial.crf.submission import Entry, Submission
from trial.models import Participant
from trial.words import sentence

pytestmark = pytest.mark.django_db

ONE_SIDE = "INJ.injection.side.LEFT.sidedone.one_side"


@pytest.fixture
def one_sided(cast: Cast) -> Participant:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    left = {"sidedone": "N", "sidereasnd": "Refused"}
    form = answers.injection(
        journey.day_of(participant, "INJ"),
        drugs={"1": answers.drug(lat="RIGHT")},
    )
    sides = {**form.groups["side"], "LEFT": Entry(left)}
    sent = Submission(form.header, {**form.groups, "side": sides})
    journey.save(cast.investigator, participant, "INJ", "injection", sent)
    return journey.again(participant)


def links(participant: Participant) -> set[str]:
    return {each.link for each in deviations.proposed(participant)}


def test_a_standing_question_of_a_check_that_says_so_is_proposed(one_sided: Participant) -> None:
    (proposal,) = deviations.proposed(one_sided)
    assert (proposal.link, proposal.kind) == (ONE_SIDE, "PROCEDURE")
    assert str(proposal.words) == "Injection: The protocol asks for both sides."
    assert proposal.day == journey.day_of(one_sided, "INJ")


@pytest.mark.parametrize(
    "judgement", [{"dvconf": "Y"}, {"dvconf": "N", "dvnotreas": "Agreed", "dvsev": None}]
)
def test_a_judged_proposal_is_gone(cast: Cast, one_sided: Participant, judgement: dict[str, str]) -> None:
    entry = answers.deviation(one_sided.site.today(), dvorig="SYSTEM", dvlink=ONE_SIDE, **judgement)
    journey.log(cast.investigator, one_sided, "deviation", entry)
    assert links(one_sided) == set()
    assert deviations.proposal(one_sided, ONE_SIDE) is not None


def test_a_proposal_is_gone_with_its_cause(cast: Cast, one_sided: Participant) -> None:
    both = answers.injection(journey.day_of(one_sided, "INJ"))
    journey.save(cast.investigator, one_sided, "INJ", "injection", both, 1, reason="Mixed up")
    assert links(one_sided) == set()


def test_a_visit_outside_its_window_is_proposed_with_its_days(cast: Cast) -> None:
    participant = journey.injected(cast)
    late = journey.day_of(participant, "INJ") + timedelta(days=7 + 2 + 3)
    journey.attend(cast.investigator, participant, "W1", day=late)
    (proposal,) = deviations.proposed(participant)
    assert (proposal.link, proposal.kind, proposal.day) == ("W1.window.3", "VISIT WINDOW", late)
    assert str(proposal.words) == "Week 1: 3 d after its window"


def test_a_visit_within_its_window_is_not(cast: Cast) -> None:
    participant = journey.injected(cast)
    for code, days in (("W1", 7 + 2), ("W2", 14 - 3)):
        day = journey.day_of(participant, "INJ") + timedelta(days=days)
        journey.attend(cast.investigator, participant, code, day=day)
    assert links(participant) == set()


def test_a_late_report_of_a_serious_event_is_proposed(cast: Cast) -> None:
    participant = journey.consented(cast)
    aware = participant.site.today() - timedelta(days=3)
    reported = (aware + timedelta(days=2)).isoformat()
    event = answers.serious_event(aware, aerptdat=reported)
    journey.log(cast.investigator, participant, "adverse_event", event)
    (proposal,) = deviations.proposed(participant)
    assert (proposal.link, proposal.kind) == ("adverse_event.1.aerptdat.late", "SAE REPORTING")
    assert proposal.day == aware + timedelta(days=2)


def test_a_report_that_is_still_missing_is_proposed_without_a_day(cast: Cast) -> None:
    participant = journey.consented(cast)
    aware = participant.site.today() - timedelta(days=3)
    event = answers.serious_event(aware, aerptdat=None, aerpttim=None)
    journey.log(cast.investigator, participant, "adverse_event", event)
    (proposal,) = deviations.proposed(participant)
    assert (proposal.link, proposal.day) == ("adverse_event.1.aerptdat.late", None)


def test_the_proposals_cost_four_statements(one_sided: Participant) -> None:
    with CaptureQueriesContext(connection) as captured:
        deviations.proposed(one_sided)
    assert len(captured) == 4


def test_a_finding_names_a_kind_of_the_codelist() -> None:
    with pytest.raises(ValueError, match="no kind of deviation"):
        Finding("item", "check", sentence("Said."), "WEATHER")


def test_a_visit_before_the_one_that_the_schedule_has_before_it_is_proposed(cast: Cast) -> None:
    participant = journey.injected(cast)
    first = journey.day_of(participant, "W1")
    journey.attend(cast.investigator, participant, "W1", day=first)
    journey.attend(cast.investigator, participant, "W2", day=first - timedelta(days=1))
    assert "W2.order.W1" in links(participant)
    (order,) = [each for each in deviations.proposed(participant) if each.kind == "ORDER"]
    assert str(order.words) == "Week 2 took place before Week 1"


def test_two_visits_on_one_day_are_in_order(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "BL", day=journey.day_of(participant, "INJ"))
    assert links(participant) == set()
