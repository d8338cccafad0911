"""The life of a query: opened by a check, answered by an explanation, asked again when its ground moves."""

from typing import Any

import pytest

from forms_app.models import Query
from forms_app.services.records import Saved
from tests import answers, journey
from tests.cast import Cast
from trial.models import Event, Participant

pytestmark = pytest.mark.django_db

WORST = "nrs_worst24.worst_below_average"
SPREAD = "rom_t1.spread"


@pytest.fixture
def participant(cast: Cast) -> Participant:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    return participant


def save(cast: Cast, participant: Participant, average: int, worst: int | None, **more: Any) -> Saved:
    version = more.pop("version", None)
    form = answers.pain(average, nrs_worst24=worst)
    return journey.save(cast.investigator, participant, "BL", "pain", form, version, **more)


def query() -> Query:
    return Query.objects.get(check_code="worst_below_average")


def test_a_contradiction_opens_a_query_with_its_sentence(cast: Cast, participant: Participant) -> None:
    save(cast, participant, 7, 5)
    assert (query().state, query().explanation) == ("open", "")
    assert str(query().words) == "The worst pain, 5, is below the average pain, 7."


def test_an_explanation_answers_it_and_completes_the_record(cast: Cast, participant: Participant) -> None:
    save(cast, participant, 7, 5)
    saved = save(cast, participant, 7, 5, version=1, explanations={WORST: "  The participant insists "})
    assert (saved.record.state, saved.record.version, saved.changed) == ("complete", 2, False)
    assert (query().state, query().explanation) == ("answered", "The participant insists")


def test_an_explanation_stays_while_nothing_moves(cast: Cast, participant: Participant) -> None:
    save(cast, participant, 7, 5, explanations={WORST: "Insists"})
    saved = save(cast, participant, 7, 5, version=1)
    assert (saved.record.state, query().state, query().explanation) == ("complete", "answered", "Insists")


@pytest.mark.parametrize(("average", "worst"), [(7, 4), (8, 5)])
def test_a_changed_value_is_asked_about_again(
    cast: Cast, participant: Participant, average: int, worst: int
) -> None:
    save(cast, participant, 7, 5, explanations={WORST: "Insists"})
    saved = save(cast, participant, average, worst, version=1, reason="Misread")
    assert (saved.record.state, query().state) == ("in progress", "open")
    assert query().explanation == "Insists"


def test_a_changed_value_may_be_explained_in_the_same_save(cast: Cast, participant: Participant) -> None:
    save(cast, participant, 7, 5, explanations={WORST: "Insists"})
    saved = save(
        cast, participant, 7, 4, version=1, reason="Misread", explanations={WORST: "Insists on this too"}
    )
    assert (saved.record.state, query().explanation) == ("complete", "Insists on this too")


def test_a_value_that_no_longer_asks_closes_its_query(cast: Cast, participant: Participant) -> None:
    save(cast, participant, 7, 5)
    saved = save(cast, participant, 7, 8, version=1)
    assert (saved.record.state, saved.queries, query().state) == ("complete", (), "closed")


def test_a_closed_query_opens_again_in_its_own_row(cast: Cast, participant: Participant) -> None:
    save(cast, participant, 7, 5)
    first = query().pk
    save(cast, participant, 7, 8, version=1)
    save(cast, participant, 7, 6, version=2, reason="Misread")
    assert (query().pk, query().state) == (first, "open")


def test_an_answered_query_that_closed_is_asked_again_when_it_returns(
    cast: Cast, participant: Participant
) -> None:
    save(cast, participant, 7, 5, explanations={WORST: "Insists"})
    save(cast, participant, 7, 8, version=1, reason="Misread")
    saved = save(cast, participant, 7, 5, version=2, reason="Not misread")
    assert (saved.record.state, query().state) == ("in progress", "open")


def test_each_check_has_its_query(cast: Cast, participant: Participant) -> None:
    form = answers.pain(3, nrs_worst24=1, nrs_least24=5)
    saved = journey.save(cast.investigator, participant, "BL", "pain", form)
    checks = {"worst_below_average", "average_below_least", "low_at_baseline"}
    assert {each.check_code for each in saved.queries} == checks
    some = {WORST: "Yes", "nrs_avg24.low_at_baseline": "Yes"}
    saved = journey.save(cast.investigator, participant, "BL", "pain", form, 1, explanations=some)
    assert saved.record.state == "in progress"
    assert sorted(each.state for each in Query.objects.all()) == ["answered", "answered", "open"]


def test_an_explanation_of_what_nobody_asks_is_not_kept(cast: Cast, participant: Participant) -> None:
    save(cast, participant, 7, 8, explanations={WORST: "Insists"})
    assert not Query.objects.exists()


def test_a_check_over_several_items_is_asked_again_when_any_moves(
    cast: Cast, participant: Participant
) -> None:
    def save_motion(*trials: int, **more: Any) -> Saved:
        form, version = answers.motion(*trials), more.pop("version", None)
        return journey.save(cast.investigator, participant, "BL", "motion", form, version, **more)

    save_motion(20, 26, 22, explanations={SPREAD: "Stiff at first"})
    saved = save_motion(20, 29, 22, version=1, reason="Misread")
    assert [each.state for each in saved.queries] == ["open"]
    assert str(saved.queries[0].words) == "The trials differ by 9.0 deg, more than 5."


def test_a_query_in_a_group_names_its_row(cast: Cast) -> None:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    form = answers.injection(journey.day_of(participant, "INJ"), left={"level": "L4-5"})
    journey.save(cast.investigator, participant, "INJ", "injection", form)
    assert [(each.item, each.check_code) for each in Query.objects.all()] == [("side.LEFT.level", "level")]


def test_every_move_of_a_query_is_in_the_ledger(cast: Cast, participant: Participant) -> None:
    save(cast, participant, 7, 5)
    save(cast, participant, 7, 5, version=1, explanations={WORST: "Insists"})
    save(cast, participant, 7, 9, version=2, reason="Misread")
    events = Event.objects.filter(table_name="forms_app_query")
    assert [event.row["state"] for event in events] == ["open", "answered", "closed"]
