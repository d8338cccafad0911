"""Locks against what is under way: a save ends before the lock, or meets it; never in between."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from forms_app.models import Lock
from forms_app.models.lock import FROZEN, LOCKED
from forms_app.selectors import lock_target
from forms_app.selectors.lock_target import LockTarget
from tests import answers, journey
from tests.cast import Cast
from tests.locking import put_on, unlock
from tests.races import at_once, begun, open_transaction
from tests.sql import actor, refused, run, value
from trial.audit.context import attributed
from trial.models import Event, Participant, Record
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.requirement("E6.13")
def test_a_save_ends_before_the_lock_or_is_refused(cast: Cast) -> None:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(4))
    target = lock_target.of_participant(participant)

    def save() -> Any:
        return journey.save(
            cast.investigator, participant, "BL", "pain", answers.pain(5), 1, reason="Misheard"
        )

    saved, locked = at_once(save, lambda: put_on(cast, target))
    if isinstance(locked, Refusal):  # the save came between what was seen and the lock
        assert locked.code == "lock_open_points"
        return
    assert Lock.objects.get() == locked
    if isinstance(saved, Refusal):
        assert saved.code == "data_locked"
    put_on_at = Event.objects.get(table_name="forms_app_lock").id
    changed = Event.objects.filter(table_name="trial_pain").order_by("-id").values_list("id", flat=True)[0]
    assert changed < put_on_at


def test_of_two_who_lock_the_same_one_is_told_so(cast: Cast) -> None:
    target = lock_target.of_participant(journey.added(cast))
    told = at_once(lambda: put_on(cast, target), lambda: put_on(cast, target))
    assert [each.code for each in told if isinstance(each, Refusal)] == ["lock_covered"]
    assert Lock.objects.count() == 1


def by_hand(cast: Cast, participant: Participant) -> Callable[[], None]:
    """A change by SQL, which no service knows of."""
    record = Record.objects.get(participant=participant, form="consent")

    def change() -> None:
        actor(cast.investigator.pk, "by hand")
        run("update trial_consent set icver = '9' where record_id = %s", [record.pk])

    return change


def targets(participant: Participant) -> dict[str, LockTarget]:
    """One of each scope, all over the consent of a participant."""
    consent = Record.objects.select_related("visit").get(participant=participant, form="consent")
    assert consent.visit is not None
    return {
        "form": lock_target.of_record(participant, consent),
        "visit": lock_target.of_visit(participant, consent.visit),
        "participant": lock_target.of_participant(participant),
        "site": lock_target.of_site(participant.site),
        "study": lock_target.STUDY_TARGET,
    }


def put_by_hand(cast: Cast, target: LockTarget) -> Callable[[], Lock]:
    """A lock without what the service holds before: the database alone waits."""

    def put() -> Lock:
        with attributed(by=cast.data_manager, reason="x"):
            return Lock.objects.create(
                kind=LOCKED,
                scope=target.scope,
                site=target.site,
                participant=target.participant,
                visit=target.visit,
                record=target.record,
                set_by=cast.data_manager,
                reason="x",
            )

    return put


SCOPES = ("form", "visit", "participant", "site", "study")


@pytest.mark.parametrize("scope", SCOPES)
def test_a_lock_waits_for_a_change_by_sql_that_no_service_knows_of(cast: Cast, scope: str) -> None:
    participant = journey.eligible(cast)
    target = targets(participant)[scope]
    with open_transaction(by_hand(cast, participant)) as commit:
        locked = begun(put_by_hand(cast, target))
        assert locked(0.5) is None
        assert not Lock.objects.exists()
        commit()
        assert locked(10) == Lock.objects.get()


@pytest.mark.parametrize("scope", SCOPES)
def test_a_change_by_sql_meets_the_lock_that_is_put_on_just_now(cast: Cast, scope: str) -> None:
    participant = journey.eligible(cast)
    target = targets(participant)[scope]

    def change() -> None:
        with attributed(by=cast.investigator, reason="by hand"):
            by_hand(cast, participant)()

    with open_transaction(put_by_hand(cast, target)) as commit:
        changed = begun(change)
        changed(0.5)
        commit()
        refused = changed(10)
    assert isinstance(refused, Refusal)
    # Whose participant is held is refused at once; who waited for the site or the study meets the lock.
    assert refused.code == ("data_locked" if scope in ("site", "study") else "participant_busy")


@pytest.mark.parametrize("scope", ["form", "visit", "participant"])
def test_a_lock_of_one_waits_for_no_change_of_another(cast: Cast, scope: str) -> None:
    one, other = journey.eligible(cast), journey.eligible(cast)
    with open_transaction(by_hand(cast, other)):
        assert isinstance(begun(lambda: put_on(cast, targets(one)[scope], FROZEN))(10), Lock)


def test_a_lock_of_a_site_waits_for_no_change_at_another(cast: Cast) -> None:
    participant = journey.eligible(cast)
    with open_transaction(by_hand(cast, participant)):
        assert isinstance(begun(put_by_hand(cast, lock_target.of_site(cast.south)))(10), Lock)


@pytest.mark.parametrize("scope", ["form", "visit", "participant", "site"])
def test_nobody_else_waits_for_a_lock(cast: Cast, scope: str) -> None:
    """One that waits for a long change lets those at another site, or of another participant, go on."""
    busy = journey.eligible(cast)
    other = journey.consented(cast, journey.added_south(cast), by=cast.southern_investigator)
    with open_transaction(by_hand(cast, busy)) as commit:
        locked = begun(lambda: put_on(cast, targets(busy)[scope], FROZEN))
        assert locked(0.5) is None
        with open_transaction(by_hand(cast, other)):
            pass
        assert locked(0) is None
        commit()
        assert isinstance(locked(10), Lock)


def test_who_adds_participants_and_who_locks_the_site_by_sql_do_not_wait_for_each_other(cast: Cast) -> None:
    for _ in range(3):
        told = at_once(
            lambda: journey.added(cast), put_by_hand(cast, lock_target.of_site(cast.north)), lambda: None
        )
        assert isinstance(told[1], Lock)
        assert isinstance(told[0], Participant) or told[0].code == "data_locked"
        unlock(cast, told[1])


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
@pytest.mark.requirement("E6.13")
def test_no_older_snapshot_gets_around_a_lock(cast: Cast, level: str) -> None:
    participant = journey.eligible(cast)
    with transaction.atomic():
        run(f"set transaction isolation level {level}")
        value("select count(*) from forms_app_lock")
        begun(lambda: put_on(cast, lock_target.of_participant(participant)))(10)
        with refused("read committed"):
            by_hand(cast, participant)()
    assert Lock.objects.exists()


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
@pytest.mark.parametrize(
    "statement",
    [
        "update trial_participant set state_reason = 'x'",
        "update trial_visit set contact_mode = 'PHONE'",
        "update trial_record set version = version + 1",
        "insert into forms_app_verification (record_id, item, state, verified_by_id) "
        "select min(id), 'icver', 'verified', {by} from trial_record",
        "insert into forms_app_query (record_id, item, check_code, sentence, state, explanation) "
        "select min(id), 'icver', 'manual-1', 'Why?', 'open', '' from trial_record",
    ],
)
def test_data_change_by_transactions_that_see_what_is_committed_only(
    cast: Cast, level: str, statement: str
) -> None:
    journey.eligible(cast)
    with transaction.atomic():
        run(f"set transaction isolation level {level}")
        actor(cast.investigator.pk, "by hand")
        with refused("read committed"):
            run(statement.format(by=cast.investigator.pk))
