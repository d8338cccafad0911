"""Rows inside a form: removed when no longer sent or asked, and filled again in the same row."""

from typing import Any

import pytest

from forms_app.selectors import documents
from forms_app.services.records import Saved
from tests import answers, journey
from tests.cast import Cast
from trial.crf.submission import Entry, Submission
from trial.models import Event, InjectionComplication, InjectionDrug, InjectionSide, Participant

pytestmark = pytest.mark.django_db


@pytest.fixture
def participant(cast: Cast) -> Participant:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    return participant


def save(
    cast: Cast, participant: Participant, form: Submission | None = None, version: int | None = None
) -> Saved:
    form = form or injection(participant)
    return journey.save(
        cast.investigator, participant, "INJ", "injection", form, version, reason="read from the chart"
    )


def injection(participant: Participant, **changes: Any) -> Submission:
    return answers.injection(journey.day_of(participant, "INJ"), **changes)


def drugs() -> dict[str, tuple[int, bool]]:
    return {row.key: (row.pk, row.removed) for row in InjectionDrug.objects.all()}


def test_an_injection_stores_every_row(cast: Cast, participant: Participant) -> None:
    saved = save(cast, participant)
    assert saved.record.state == "complete"
    assert InjectionSide.objects.filter(removed=False).count() == 2
    assert InjectionComplication.objects.filter(cpoccur="N").count() == 16
    assert {row.key: str(row.ecdose) for row in InjectionDrug.objects.all()} == {"1": "25.00", "2": "25.00"}


def test_a_row_that_is_no_longer_sent_is_marked_removed(cast: Cast, participant: Participant) -> None:
    save(cast, participant)
    before = drugs()
    save(cast, participant, injection(participant, drugs={"1": answers.drug()}), 1)
    assert drugs() == {"1": before["1"], "2": (before["2"][0], True)}


def test_a_removed_row_is_filled_again_in_its_place(cast: Cast, participant: Participant) -> None:
    save(cast, participant)
    before = drugs()
    save(cast, participant, injection(participant, drugs={"1": answers.drug()}), 1)
    again = {"1": answers.drug(), "2": answers.drug(ectrt="Ropivacaine", lat="RIGHT")}
    save(cast, participant, injection(participant, drugs=again), 2)
    assert drugs() == before
    assert InjectionDrug.objects.get(key="2").ectrt == "Ropivacaine"
    events = Event.objects.filter(table_name="trial_injectiondrug", key=str(before["2"][0]))
    assert [(event.operation, event.row["removed"]) for event in events] == [
        ("insert", False),
        ("update", True),
        ("update", False),
    ]


def test_a_removed_row_keeps_what_it_held(cast: Cast, participant: Participant) -> None:
    save(cast, participant)
    save(cast, participant, injection(participant, drugs={"1": answers.drug()}), 1)
    assert InjectionDrug.objects.get(key="2").ectrt == "Bupivacaine"


def test_only_the_row_that_changed_is_written(cast: Cast, participant: Participant) -> None:
    save(cast, participant)
    before = Event.objects.count()
    saved = save(cast, participant, injection(participant, left={"passes": 2}), 1)
    left = [event.table_name for event in Event.objects.all()[before:]]
    assert sorted(left) == ["trial_injectionside", "trial_record"]
    assert saved.changed


def test_a_row_may_be_added_behind_a_gap(cast: Cast, participant: Participant) -> None:
    save(cast, participant)
    more = {**answers.both_drugs(), "7": answers.drug(ectrt="Methylprednisolone", ecstrn=40, ecvol=1)}
    save(cast, participant, injection(participant, drugs=more), 1)
    assert set(drugs()) == {"1", "2", "7"}


def test_rows_that_are_no_longer_asked_are_marked_removed(cast: Cast, participant: Participant) -> None:
    save(cast, participant)
    save(cast, participant, answers.not_performed(), 1)
    for table in (InjectionSide, InjectionDrug, InjectionComplication):
        assert not table._default_manager.filter(removed=False).exists()
    saved = save(cast, participant, None, 2)
    assert InjectionSide.objects.filter(removed=False).count() == InjectionSide.objects.count() == 2
    assert saved.record.state == "complete"


def test_a_side_that_was_not_injected_has_its_reason(cast: Cast, participant: Participant) -> None:
    left = dict.fromkeys(("level", "tipus", "tipfl", "aspneg", "vasupt"))
    form = injection(participant, left={**left, "sidedone": "N"}, drugs={"1": answers.drug(lat="RIGHT")})
    saved = save(cast, participant, form)
    assert saved.unanswered == ["side.LEFT.sidereasnd"]
    assert [finding.code for finding in saved.findings] == ["side.LEFT.sidedone.one_side"]


def test_rows_in_use_are_read_in_the_order_of_the_page(cast: Cast, participant: Participant) -> None:
    many = {str(number): answers.drug(ecvol=1) for number in (10, 9, 2, 1)}
    document = documents.read(save(cast, participant, injection(participant, drugs=many)).record)
    assert list(document.groups["drug"]) == ["1", "2", "9", "10"]
    assert list(document.groups["side"]) == ["LEFT", "RIGHT"]


def test_a_row_without_its_group_is_sent_as_nothing(cast: Cast, participant: Participant) -> None:
    form = injection(participant)
    alone = Submission(form.header, {"side": {"LEFT": Entry({"sidedone": None})}})
    saved = save(cast, participant, alone)
    assert saved.record.state == "in progress"
    assert InjectionDrug.objects.count() == 0
