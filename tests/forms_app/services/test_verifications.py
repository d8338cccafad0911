"""Source data verification: what is verified, by whom, and that a change ends it whatever the path."""

import pytest
from django.db import transaction

from forms_app.models import Verification
from forms_app.models.lock import FROZEN
from forms_app.selectors import content_hash
from forms_app.selectors import verifications as selector
from forms_app.services import records, verifications
from tests import answers, journey, sql
from tests.cast import Cast
from tests.client import change
from tests.locking import lock_form
from trial.access import Role
from trial.crf.submission import Submission
from trial.models import Event, Participant, Record
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db


def pain(average: int, **changes: int | None) -> Submission:
    return answers.pain(average, **{"nrs_worst24": 8, "nrs_now": 4, **changes})


@pytest.fixture
def record(cast: Cast) -> Record:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    return journey.save(cast.investigator, participant, "BL", "pain", pain(6)).record


@pytest.fixture
def injection(cast: Cast) -> Record:
    participant = journey.injected(cast)
    return Record.objects.get(participant=participant, form="injection")


def verified(cast: Cast, record: Record, *items: str) -> None:
    verifications.verify(by=cast.monitor, record=record, shown_hash=shown(record), items=items)


def shown(record: Record) -> str:
    """What somebody who opens the form now is shown."""
    return content_hash.of_record(record).hash


def states(record: Record) -> dict[str, str]:
    return {path: mark.state for path, mark in selector.marks(record).items()}


def correct(cast: Cast, record: Record, average: int, version: int = 1) -> None:
    by, participant = cast.investigator, record.participant
    journey.save(by, participant, "BL", "pain", pain(average), version, reason="Misheard")


# What is verified


@pytest.mark.requirement("E6.18")
def test_an_item_is_verified_by_name_and_time_and_kept_in_the_audit(cast: Cast, record: Record) -> None:
    verified(cast, record, "nrs_avg24")
    (mark,) = selector.marks(record).items()
    assert (mark[0], mark[1].state, mark[1].by) == ("nrs_avg24", "verified", "Mona North")
    event = Event.objects.get(table_name="forms_app_verification")
    assert (event.actor_id, event.record_id) == (cast.monitor.pk, record.pk)


def test_without_items_it_is_all_that_the_plan_asks_for(cast: Cast, record: Record) -> None:
    made = verifications.verify(by=cast.monitor, record=record, shown_hash=shown(record))
    asked = ["nrs_avg24"]
    if selector.PLAN.is_sampled(record.participant.code):
        asked = list(states(record))
    assert [each.item for each in made] == asked
    with pytest.raises(Refusal, match="Nothing was chosen"):
        verifications.verify(by=cast.monitor, record=record, shown_hash=shown(record))


def test_what_stands_verified_keeps_who_verified_it_first(cast: Cast, record: Record) -> None:
    verified(cast, record, "nrs_avg24")
    first = Verification.objects.get().verified_at
    verified(cast, record, "nrs_avg24", "nrs_worst24")
    assert Verification.objects.get(item="nrs_avg24").verified_at == first
    assert states(record) == {"nrs_avg24": "verified", "nrs_worst24": "verified"}


def test_a_row_of_a_group_is_verified_by_its_path(cast: Cast, injection: Record) -> None:
    verified(cast, injection, "side.LEFT.level", "injperf")
    assert states(injection) == {"side.LEFT.level": "verified", "injperf": "verified"}


def test_a_casebook_is_verified_at_once(cast: Cast, injection: Record) -> None:
    participant = injection.participant
    hashes = content_hash.of_casebook(participant).hashes
    number = verifications.verify_casebook(by=cast.monitor, participant=participant, shown=hashes)
    assert number == Verification.objects.count() > 20
    with pytest.raises(Refusal, match="Nothing was chosen"):
        verifications.verify_casebook(by=cast.monitor, participant=participant, shown=hashes)


def test_a_casebook_in_which_something_moved_is_not_verified_at_all(cast: Cast, injection: Record) -> None:
    participant = injection.participant
    hashes = {**content_hash.of_casebook(participant).hashes, injection.pk: "0" * 64}
    with pytest.raises(Refusal) as refused:
        verifications.verify_casebook(by=cast.monitor, participant=participant, shown=hashes)
    assert refused.value.code == "content_changed"
    assert not Verification.objects.exists()


def test_records_of_somebody_else_are_left_alone(cast: Cast, record: Record) -> None:
    other = journey.consented(cast)
    with pytest.raises(Refusal, match="Nothing was chosen"):
        verifications.verify_casebook(by=cast.monitor, participant=other, shown={record.pk: shown(record)})


# What ends it


@pytest.mark.requirement("E6.10")
@pytest.mark.requirement("FAS.verified")
def test_a_correction_on_the_screen_marks_what_it_changed_and_nothing_else(
    cast: Cast, record: Record
) -> None:
    verified(cast, record, "nrs_avg24", "nrs_worst24")
    correct(cast, record, 5)
    assert states(record) == {"nrs_avg24": "changed since verified", "nrs_worst24": "verified"}


def test_a_correction_by_the_api_marks_it(cast: Cast, record: Record) -> None:
    verified(cast, record, "nrs_avg24")
    body = journey.body(pain(5), reason="Misheard")
    address = f"{record.participant.code}/visits/BL/forms/pain/"
    assert change(cast.coordinator, address, body, 1).status_code == 200
    assert states(record) == {"nrs_avg24": "changed since verified"}


@pytest.mark.requirement("E6.18")
def test_raw_sql_of_the_web_role_marks_it(cast: Cast, record: Record) -> None:
    verified(cast, record, "nrs_avg24")
    sql.actor(cast.investigator.pk, "a typing error")
    sql.run("update trial_pain set nrs_avg24 = 3 where record_id = %s", [record.pk])
    assert states(record) == {"nrs_avg24": "changed since verified"}


def test_a_value_that_came_back_stays_changed(cast: Cast, record: Record) -> None:
    verified(cast, record, "nrs_avg24")
    correct(cast, record, 5)
    correct(cast, record, 6, version=2)
    assert states(record)["nrs_avg24"] == "changed since verified"
    verified(cast, record, "nrs_avg24")
    assert states(record)["nrs_avg24"] == "verified"


def test_a_reason_for_no_value_is_a_change_too(cast: Cast, record: Record) -> None:
    verified(cast, record, "nrs_avg24")
    sql.actor(cast.investigator.pk, "not asked")
    sql.run(
        "update trial_pain set nrs_avg24 = null, nrs_avg24_missing = 'ND' where record_id = %s", [record.pk]
    )
    assert states(record) == {"nrs_avg24": "changed since verified"}
    verified(cast, record, "nrs_avg24")
    assert states(record) == {"nrs_avg24": "verified"}


def test_what_was_emptied_since_is_looked_at_again_and_verified_as_empty(cast: Cast, record: Record) -> None:
    verified(cast, record, "nrs_now")
    emptied = pain(6, nrs_now=None)
    journey.save(cast.investigator, record.participant, "BL", "pain", emptied, 1, reason="Not asked")
    assert states(record) == {"nrs_now": "changed since verified"}
    verified(cast, record, "nrs_now")
    assert states(record) == {"nrs_now": "verified"}


def test_a_row_out_of_use_takes_its_marks_along(cast: Cast, injection: Record) -> None:
    verified(cast, injection, "drug.1.ectrt", "side.LEFT.level")
    sql.actor(cast.investigator.pk, "not given")
    sql.run(
        "update trial_injectiondrug set removed = true where record_id = %s and key = '1'", [injection.pk]
    )
    assert states(injection) == {"drug.1.ectrt": "changed since verified", "side.LEFT.level": "verified"}


def test_a_record_taken_out_and_back_is_to_be_looked_at_again(cast: Cast, record: Record) -> None:
    verified(cast, record, "nrs_avg24")
    removed = records.remove(by=cast.investigator, record=record, expected_version=1, reason="Wrong person")
    records.restore(by=cast.investigator, record=removed, expected_version=2, reason="Right after all")
    assert states(record) == {"nrs_avg24": "changed since verified"}


def test_a_save_that_changes_nothing_changes_nothing(cast: Cast, record: Record) -> None:
    verified(cast, record, "nrs_avg24")
    journey.save(cast.investigator, record.participant, "BL", "pain", pain(6), 1)
    assert states(record) == {"nrs_avg24": "verified"}


def test_it_is_withdrawn_and_given_again(cast: Cast, record: Record) -> None:
    verified(cast, record, "nrs_avg24")
    verifications.withdraw(by=cast.monitor, record=record, items=["nrs_avg24", "nrs_now"])
    assert states(record) == {"nrs_avg24": "verification withdrawn"}
    with pytest.raises(Refusal, match="Nothing was chosen"):
        verifications.withdraw(by=cast.monitor, record=record, items=["nrs_avg24"])
    correct(cast, record, 5)
    assert states(record) == {"nrs_avg24": "verification withdrawn"}
    verified(cast, record, "nrs_avg24")
    assert states(record) == {"nrs_avg24": "verified"}


# What is refused


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MONITOR])
def test_only_who_may_verify_does(cast: Cast, record: Record, role: Role) -> None:
    who = cast.with_role(role)
    with pytest.raises(Refusal, match="does not include"):
        verifications.verify(by=who, record=record, shown_hash=shown(record))
    with pytest.raises(Refusal, match="does not include"):
        verifications.withdraw(by=who, record=record, items=["nrs_avg24"])
    with pytest.raises(Refusal, match="does not include"):
        verifications.verify_casebook(by=who, participant=record.participant, shown={})


def test_a_right_at_one_site_is_none_at_another(cast: Cast) -> None:
    south = journey.consented(cast, journey.added_south(cast), by=cast.southern_investigator)
    record = Record.objects.get(participant=south)
    with pytest.raises(Refusal, match="does not include"):
        verifications.verify(by=cast.monitor, record=record, shown_hash=shown(record))


@pytest.mark.parametrize("item", ["nobody", "", "side.LEFT.level", "rom_mean", "nrs_avg24\x00"])
def test_what_is_no_item_of_the_form_is_refused(cast: Cast, record: Record, item: str) -> None:
    for act in (verified, withdrawn):
        with pytest.raises(Refusal, match="has no item"):
            act(cast, record, item)


def withdrawn(cast: Cast, record: Record, *items: str) -> None:
    verifications.withdraw(by=cast.monitor, record=record, items=items)


def test_what_is_derived_has_no_source(cast: Cast, injection: Record) -> None:
    with pytest.raises(Refusal, match="has no item"):
        verified(cast, injection, "totvol")


def test_an_item_without_an_answer_is_refused(cast: Cast, record: Record) -> None:
    sql.actor(cast.investigator.pk, "not asked")
    sql.run("update trial_pain set nrs_now = null where record_id = %s", [record.pk])
    with pytest.raises(Refusal, match="Pain right now"):
        verified(cast, record, "nrs_avg24", "nrs_now")
    assert states(record) == {}


def test_what_changed_since_it_was_shown_is_refused(cast: Cast, record: Record) -> None:
    before = shown(record)
    correct(cast, record, 5)
    with pytest.raises(Refusal) as refused:
        verifications.verify(by=cast.monitor, record=record, shown_hash=before, items=["nrs_avg24"])
    assert refused.value.code == "content_changed"
    assert refused.value.extra == {"shown": before, "current": shown(record)}


def test_a_record_out_of_use_is_refused(cast: Cast, record: Record) -> None:
    records.remove(by=cast.investigator, record=record, expected_version=1, reason="Wrong person")
    with pytest.raises(Refusal, match="Restore the record"):
        verified(cast, record, "nrs_avg24")


def test_frozen_data_are_verified_and_locked_ones_are_not(cast: Cast, record: Record) -> None:
    lock_form(cast, record, FROZEN)
    verified(cast, record, "nrs_avg24")
    lock_form(cast, record)
    with pytest.raises(Refusal) as refused:
        verified(cast, record, "nrs_worst24")
    assert refused.value.code == "data_locked"
    with pytest.raises(Refusal) as refused:
        verifications.withdraw(by=cast.monitor, record=record, items=["nrs_avg24"])
    assert refused.value.code == "data_locked"


def test_participants_may_be_in_any_state(cast: Cast) -> None:
    participant: Participant = journey.screen_failure(cast)
    consent = Record.objects.get(participant=participant, form="consent")
    verified(cast, consent, "dsstdat_ic")
    assert states(consent) == {"dsstdat_ic": "verified"}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.requirement("E6.18")
@pytest.mark.requirement("FAS.verified")
def test_raw_sql_of_the_owner_marks_it_too(cast: Cast, record: Record) -> None:
    verified(cast, record, "nrs_avg24", "nrs_worst24")
    with transaction.atomic(using="owner"):
        sql.run("select set_config('fascicle.reason', 'by hand', true)", using="owner")
        sql.run("update trial_pain set nrs_avg24 = 3 where record_id = %s", [record.pk], using="owner")
    assert states(record) == {"nrs_avg24": "changed since verified", "nrs_worst24": "verified"}
