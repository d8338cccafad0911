"""Freezing, locking and unlocking: who may, what covers what, and that a lock takes two people off."""

from collections.abc import Callable

import pytest

from forms_app.models import Lock
from forms_app.models.lock import FROZEN, LOCKED
from forms_app.selectors import lock_target, open_points
from forms_app.selectors.lock_target import LockTarget
from forms_app.selectors.locks import study_lock
from forms_app.services import locks
from tests import answers, journey
from tests.cast import Cast
from tests.locking import REASON, give, put_on, second_data_manager, unlock
from trial.access import RIGHTS, Right, Role
from trial.models import Event, Participant, Record, Visit
from trial.refusals import Refusal
from trial.services import visits
from trial.services.visits import VisitDetails

pytestmark = pytest.mark.django_db

Targets = dict[str, LockTarget]
SCOPES = ("form", "visit", "participant", "site", "study")


@pytest.fixture
def treated(cast: Cast) -> Participant:
    return journey.with_outcomes(cast)


@pytest.fixture
def targets(cast: Cast, treated: Participant) -> Targets:
    """By scope, each larger than the one before and around it."""
    return of(treated)


def of(participant: Participant) -> Targets:
    record = Record.objects.get(participant=participant, visit__code="W1", form="pain")
    return {
        "form": lock_target.of_record(participant, record),
        "visit": lock_target.of_visit(participant, Visit.objects.get(participant=participant, code="W1")),
        "participant": lock_target.of_participant(participant),
        "site": lock_target.of_site(participant.site),
        "study": lock_target.STUDY_TARGET,
    }


def refusal(act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as told:
        act()
    return told.value


def save(cast: Cast, participant: Participant) -> Record:
    return journey.save(
        cast.investigator, participant, "W1", "pain", answers.pain(5), 1, reason="Misheard"
    ).record


@pytest.mark.requirement("E6.13")
@pytest.mark.parametrize("kind", [FROZEN, LOCKED])
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.requirement("FAS.locks")
def test_nothing_that_is_covered_is_saved_until_it_is_taken_off(
    cast: Cast, treated: Participant, targets: Targets, scope: str, kind: str
) -> None:
    second_data_manager(cast)
    put = put_on(cast, targets[scope], kind)
    assert refusal(lambda: save(cast, treated)).code == f"data_{kind}"
    if kind == FROZEN:
        locks.release(by=cast.data_manager, lock=put, reason="a late report")
    else:
        unlock(cast, put)
    assert save(cast, treated).version == 2


@pytest.mark.parametrize("scope", SCOPES)
def test_what_lies_beside_it_stays_free(
    cast: Cast, treated: Participant, targets: Targets, scope: str
) -> None:
    put_on(cast, targets[scope])
    if scope in ("form", "visit"):
        changed = journey.save(
            cast.investigator, treated, "BL", "pain", answers.pain(5), 1, reason="Misheard"
        )
        assert changed.record.version == 2
    elif scope == "participant":
        journey.consented(cast)
    elif scope == "site":
        journey.consented(cast, journey.added_south(cast), by=cast.southern_investigator)
    else:
        assert refusal(lambda: journey.added_south(cast)).code == "data_locked"


@pytest.mark.parametrize("scope", ["site", "study"])
def test_nobody_is_added_to_what_is_frozen_or_locked(cast: Cast, targets: Targets, scope: str) -> None:
    put_on(cast, targets[scope], FROZEN)
    assert refusal(lambda: journey.added(cast)).code == "data_frozen"


def test_the_date_of_a_visit_stands_still_with_each_of_its_forms(
    cast: Cast, treated: Participant, targets: Targets
) -> None:
    put_on(cast, targets["form"])
    today = VisitDetails(True, treated.site.today(), "IN PERSON")
    told = refusal(
        lambda: visits.save(
            by=cast.investigator,
            participant=treated,
            code="W1",
            details=today,
            expected_version=1,
            reason="Misread",
        )
    )
    assert told.code == "data_locked"


# What covers what


@pytest.mark.parametrize("kind", [FROZEN, LOCKED])
@pytest.mark.parametrize("larger", SCOPES)
def test_what_a_larger_one_covers_is_refused(cast: Cast, targets: Targets, larger: str, kind: str) -> None:
    put_on(cast, targets[larger], kind)
    for scope in SCOPES[: SCOPES.index(larger) + 1]:
        told = refusal(lambda at=scope: put_on(cast, targets[at], kind))  # type: ignore[misc]
        assert told.code == "lock_covered"
        assert kind in told.sentence
    assert Lock.objects.count() == 1


def test_larger_ones_go_over_smaller_ones_and_stay_when_those_go(cast: Cast, targets: Targets) -> None:
    put = [put_on(cast, targets[scope]) for scope in SCOPES]
    unlock(cast, put[0])
    assert Lock.objects.filter(released_at=None).count() == len(SCOPES) - 1
    assert refusal(lambda: put_on(cast, targets["form"])).code == "lock_covered"


def test_a_lock_goes_over_a_freeze_and_not_the_other_way_round(cast: Cast, targets: Targets) -> None:
    put_on(cast, targets["site"], FROZEN)
    put_on(cast, targets["participant"], LOCKED)
    put_on(cast, targets["site"], LOCKED)
    assert refusal(lambda: put_on(cast, targets["site"], FROZEN)).code == "lock_covered"


# What is open


def test_a_form_is_locked_only_when_it_is_complete_and_frozen_at_any_time(
    cast: Cast, treated: Participant
) -> None:
    begun = journey.save(cast.investigator, treated, "INJ", "injection", answers.form({}), 1, reason="x")
    target = lock_target.of_record(treated, begun.record)
    assert refusal(lambda: put_on(cast, target)).code == "lock_incomplete"
    assert put_on(cast, target, FROZEN).kind == FROZEN


def test_what_is_open_is_seen_before_the_lock_and_kept_with_it(
    cast: Cast, treated: Participant, targets: Targets
) -> None:
    target = targets["participant"]
    told = refusal(lambda: locks.lock(by=cast.data_manager, target=target, reason=REASON))
    found = open_points.read(target)
    assert (told.code, told.extra) == ("lock_open_points", {"open": found.counts, "seen": found.sign})
    assert found.counts["forms not begun"] > 0
    save(cast, treated)
    journey.save(cast.investigator, treated, "W1", "interval", answers.form({}))
    late = refusal(lambda: locks.lock(by=cast.data_manager, target=target, reason=REASON, seen=found.sign))
    assert late.code == "lock_open_points"
    put = put_on(cast, target)
    put.refresh_from_db()
    assert put.report["counts"] == open_points.read(target).counts
    assert put.report["counts"]["forms in progress"] == 1


# Who may


@pytest.mark.requirement("E6.19")
@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_its_rights_say(cast: Cast, treated: Participant, role: Role) -> None:
    who, rights, at = cast.with_role(role), RIGHTS[role], of(treated)
    allowed = {True: "", False: "right"}
    assert (
        told(lambda: locks.freeze(by=who, target=at["form"], reason=REASON)) == allowed[Right.LOCK in rights]
    )
    assert (
        told(lambda: locks.freeze(by=who, target=at["study"], reason=REASON))
        == allowed[Right.LOCK_STUDY in rights]
    )
    put = put_on(cast, at["visit"])
    asked = locks.request_unlock(by=second_data_manager(cast), lock=put, reason="a late report")
    assert (
        told(lambda: locks.approve(by=who, lock=asked, reason="yes"))
        == allowed[Right.APPROVE_UNLOCK in rights]
    )


def told(act: Callable[[], object]) -> str:
    """The code of the refusal, empty without one."""
    try:
        act()
    except Refusal as refused:
        return refused.code
    return ""


def test_of_another_site_nothing_is_locked_or_unlocked(cast: Cast) -> None:
    south = journey.added_south(cast)
    target = lock_target.of_participant(south)
    assert told(lambda: locks.freeze(by=cast.data_manager, target=target, reason=REASON)) == "right"
    second = second_data_manager(cast)
    seen = open_points.read(target).sign
    put = locks.lock(by=second, target=target, reason=REASON, seen=seen)
    asked = locks.request_unlock(by=second, lock=put, reason="a late report")
    assert told(lambda: locks.approve(by=cast.medical_monitor, lock=asked, reason="yes")) == "right"
    assert told(lambda: locks.approve(by=cast.southern_investigator, lock=asked, reason="yes")) == ""


def test_the_study_is_unlocked_by_who_may_at_every_site_with_participants(
    cast: Cast, targets: Targets
) -> None:
    journey.added_south(cast)
    put = put_on(cast, targets["study"])
    asked = locks.request_unlock(by=cast.data_manager, lock=put, reason="a late report")
    assert told(lambda: locks.approve(by=cast.medical_monitor, lock=asked, reason="yes")) == "right"
    give(cast.medical_monitor, Role.MEDICAL_MONITOR, cast.south)
    assert study_lock() == put
    locks.approve(by=cast.medical_monitor, lock=asked, reason="yes")
    assert study_lock() is None


@pytest.mark.requirement("P11.10e")
@pytest.mark.requirement("FAS.locks")
def test_a_lock_is_taken_off_by_two_people_each_with_a_reason(cast: Cast, targets: Targets) -> None:
    put, second = put_on(cast, targets["visit"]), second_data_manager(cast)
    by = cast.data_manager
    assert told(lambda: locks.release(by=by, lock=put, reason="no need")) == "unlock_by_two"
    assert told(lambda: locks.approve(by=second, lock=put, reason="yes")) == "unlock_not_requested"
    assert told(lambda: locks.request_unlock(by=by, lock=put, reason=" ")) == "lock_reason"
    asked = locks.request_unlock(by=by, lock=put, reason="a late report")
    assert told(lambda: locks.request_unlock(by=second, lock=put, reason="me too")) == "unlock_requested"
    assert told(lambda: locks.approve(by=by, lock=asked, reason="yes")) == "unlock_second_person"
    off = locks.approve(by=second, lock=asked, reason="the report is there")
    assert off.released_by == second
    acts = Event.objects.filter(table_name="forms_app_lock").values_list("actor_id", "reason")
    assert list(acts) == [
        (by.pk, REASON),
        (by.pk, "a late report"),
        (second.pk, "the report is there"),
    ]
    assert told(lambda: locks.request_unlock(by=by, lock=put, reason="again")) == "lock_released"


def test_a_request_is_declined_or_taken_back_and_the_lock_stays(
    cast: Cast, treated: Participant, targets: Targets
) -> None:
    put = put_on(cast, targets["visit"])
    for who in (cast.medical_monitor, cast.data_manager):
        asked = locks.request_unlock(by=cast.data_manager, lock=put, reason="a late report")
        assert locks.decline(by=who, lock=asked, reason="not needed").unlock_requested_by is None
    assert refusal(lambda: save(cast, treated)).code == "data_locked"
    asked = locks.request_unlock(by=cast.data_manager, lock=put, reason="a late report")
    assert told(lambda: locks.decline(by=cast.monitor, lock=asked, reason="no")) == "right"


def test_a_freeze_is_released_by_one_and_never_asked_for(cast: Cast, targets: Targets) -> None:
    put = put_on(cast, targets["visit"], FROZEN)
    asked = told(lambda: locks.request_unlock(by=cast.data_manager, lock=put, reason="a late report"))
    assert asked == "unlock_of_freeze"
    assert told(lambda: locks.release(by=cast.data_manager, lock=put, reason="")) == "lock_reason"
    assert told(lambda: locks.release(by=cast.monitor, lock=put, reason="done")) == "right"
    assert locks.release(by=cast.data_manager, lock=put, reason="done").released_at
    assert told(lambda: locks.release(by=cast.data_manager, lock=put, reason="done")) == "lock_released"


def test_no_lock_without_a_reason(cast: Cast, targets: Targets) -> None:
    for act in (locks.freeze, locks.lock):
        assert told(lambda act=act: act(by=cast.data_manager, target=targets["form"], reason="\t")) == (  # type: ignore[misc]
            "lock_reason"
        )


def test_what_is_open_costs_the_same_for_one_and_for_many(
    cast: Cast, targets: Targets, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _ in range(3):
        journey.injected(cast)
    with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
        open_points.read(targets["study"])
