"""Verification against what changes meanwhile: nobody vouches for a value that was not shown."""

from collections.abc import Callable

import pytest

from forms_app.models import Verification
from forms_app.selectors import content_hash
from forms_app.services import verifications
from tests import answers, journey
from tests.cast import Cast
from tests.races import begun, open_transaction
from tests.sql import actor, run
from trial.audit.context import attributed
from trial.models import Pain, Record
from trial.refusals import Refusal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("E6.18")]


@pytest.fixture
def record(cast: Cast) -> Record:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    return journey.save(cast.investigator, participant, "BL", "pain", answers.pain(6)).record


def by_hand(cast: Cast, record: Record) -> Callable[[], None]:
    """A change by SQL, which moves no version."""

    def change() -> None:
        actor(cast.investigator.pk, "by hand")
        run("update trial_pain set nrs_avg24 = 3 where record_id = %s", [record.pk])

    return change


def test_whoever_verifies_waits_for_a_change_by_sql_and_is_told(cast: Cast, record: Record) -> None:
    shown = content_hash.of_record(record).hash
    with open_transaction(by_hand(cast, record)) as commit:
        verified = begun(lambda: verifications.verify(by=cast.monitor, record=record, shown_hash=shown))
        assert verified(0.5) is None
        commit()
        refused = verified(10)
    assert isinstance(refused, Refusal)
    assert refused.code == "content_changed"
    assert not Verification.objects.exists()


def test_a_change_by_sql_before_the_button_is_pressed_is_told_too(cast: Cast, record: Record) -> None:
    shown = content_hash.of_record(record).hash
    with open_transaction(by_hand(cast, record)):
        pass
    for act in (
        lambda: verifications.verify(by=cast.monitor, record=record, shown_hash=shown),
        lambda: verifications.verify_casebook(
            by=cast.monitor, participant=record.participant, shown={record.pk: shown}
        ),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "content_changed"


def test_a_change_by_sql_while_somebody_verifies_is_refused_and_not_waited_for(
    cast: Cast, record: Record
) -> None:
    shown = content_hash.of_record(record).hash

    def change() -> None:
        with attributed(by=cast.investigator, reason="by hand"):
            by_hand(cast, record)()

    with open_transaction(lambda: verifications.verify(by=cast.monitor, record=record, shown_hash=shown)):
        refused = begun(change)(10)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.status) == ("participant_busy", 409)
    assert Pain.objects.get(record=record).nrs_avg24 == 6
    change()
    assert set(Verification.objects.values_list("state", flat=True)) == {"changed since verified"}


def test_a_verification_by_sql_meets_the_change_that_is_under_way(cast: Cast, record: Record) -> None:
    def verify() -> None:
        with attributed(by=cast.monitor):
            Verification.objects.create(record=record, item="nrs_avg24", verified_by=cast.monitor)

    with open_transaction(by_hand(cast, record)):
        refused = begun(verify)(10)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.status) == ("participant_busy", 409)
