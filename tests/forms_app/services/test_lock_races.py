"""Locks against what is under way: a save ends before the lock, or meets it; never in between."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from forms_app.models import Lock
from forms_app.selectors import lock_target
from forms_app.selectors.locks import seal_of, study_lock
from tests import answers, journey
from tests.cast import Cast
from tests.locking import put_on
from tests.races import at_once
from tests.sql import actor, run
from trial.audit import epochs
from trial.models import Event, Record
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


def test_a_lock_waits_for_a_change_by_sql_that_no_service_knows_of(cast: Cast) -> None:
    participant = journey.eligible(cast)
    record = Record.objects.get(participant=participant, form="consent")
    changed, end = threading.Event(), threading.Event()

    def by_hand() -> None:
        try:
            with transaction.atomic():
                actor(cast.investigator.pk, "by hand")
                run("update trial_consent set icver = '9' where record_id = %s", [record.pk])
                changed.set()
                end.wait(10)
        finally:
            connection.close()

    def lock() -> None:
        try:
            put_on(cast, lock_target.of_site(participant.site))
        finally:
            connection.close()

    writer, locker = threading.Thread(target=by_hand), threading.Thread(target=lock)
    writer.start()
    assert changed.wait(10)
    locker.start()
    locker.join(1)
    assert locker.is_alive()
    assert not Lock.objects.exists()
    end.set()
    writer.join(10)
    locker.join(10)
    assert Lock.objects.count() == 1


@pytest.mark.requirement("E6.13")
def test_the_lock_of_the_study_is_sealed_and_the_results_say_so(cast: Cast, client: Any) -> None:
    epochs.open_first("owner")
    client.force_login(cast.investigator)
    assert "Until the study is locked" in client.get("/results/").content.decode()
    put = put_on(cast, lock_target.STUDY_TARGET)
    seal = seal_of(put)
    assert study_lock() == put
    assert seal is not None
    page = client.get("/results/").content.decode()
    assert f"(seal {seal.number})" in page
    assert "Study locked on" in page
    assert "Until the study is locked" not in page
