"""Two people at once, in transactions of their own."""

from collections.abc import Callable
from typing import Any

import pytest

from forms_app.models import Query
from tests import answers, journey
from tests.cast import Cast
from tests.races import at_once
from trial.models import Event, Participant, Record
from trial.refusals import Refusal
from trial.services import participants, visits
from trial.services.visits import VisitDetails

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_create_or_change_a_form_one_wins_and_the_other_gets_both_versions(cast: Cast) -> None:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")

    def save(average: int, version: int | None) -> Callable[[], Any]:
        return lambda: journey.save(
            cast.investigator, participant, "BL", "pain", answers.pain(average), version, reason="Misread"
        )

    told = at_once(save(5, None), save(6, None), save(7, None))
    refused = [each for each in told if isinstance(each, Refusal)]
    assert {refusal.code for refusal in refused} == {"exists"}
    assert len(refused) == 2
    winner = Record.objects.get(form="pain")
    assert [refusal.extra["current"]["version"] for refusal in refused] == [1, 1]

    told = at_once(save(8, 1), save(9, 1))
    (refusal,) = [each for each in told if isinstance(each, Refusal)]
    assert (refusal.code, refusal.extra["current"]["version"]) == ("version_stale", 2)
    assert Event.objects.filter(record_id=winner.pk, table_name="trial_pain").count() == 2


def test_a_visit_is_not_undone_while_its_form_is_saved(cast: Cast) -> None:
    for _ in range(3):
        participant = journey.eligible(cast)
        journey.attend(cast.investigator, participant, "BL")
        told = at_once(
            lambda who=participant: journey.save(cast.investigator, who, "BL", "pain", answers.pain()),  # type: ignore[misc]
            lambda who=participant: undo(cast, who),  # type: ignore[misc]
        )
        refusals = [each.code for each in told if isinstance(each, Refusal)]
        assert refusals in (["visit_not_done"], ["visit_has_records"])


def undo(cast: Cast, participant: Participant) -> Any:
    return visits.save(
        by=cast.investigator,
        participant=participant,
        code="BL",
        details=VisitDetails(occurred=False, reason_not_done="Did not come"),
        expected_version=1,
        reason="mistake",
    )


def test_a_verdict_corrected_during_enrolment_stops_it_or_is_asked_about(cast: Cast) -> None:
    for _ in range(3):
        participant = journey.eligible(cast)
        form = answers.eligibility(journey.day_of(participant, "SCR"), excl01="Y")
        at_once(
            lambda who=participant: participants.enrol(by=cast.investigator, participant=who),  # type: ignore[misc]
            lambda who=participant, form=form: journey.save(  # type: ignore[misc]
                cast.investigator, who, "SCR", "eligibility", form, 1, reason="MRI read again"
            ),
        )
        enrolled = journey.again(participant).state == "enrolled"
        asked = Query.objects.filter(record__participant=participant, check_code="enrolled_not_eligible")
        assert enrolled == asked.filter(state="open").exists()
