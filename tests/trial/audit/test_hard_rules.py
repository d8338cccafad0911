"""What raw SQL cannot store, as the app role: no path gets around the rules that stand in the database."""

import pytest

from forms_app.models.lock import FROZEN, LOCKED
from tests import answers, journey
from tests.cast import Cast
from tests.locking import lock_form
from tests.sql import actor, refused, run, value
from trial.models import Pain, Participant, Record

pytestmark = pytest.mark.django_db

RECORD = (
    "insert into trial_record "
    "(participant_id, visit_id, form, repeat, state, version, protocol_version, removed) "
    "values (%s, %s, %s, %s, 'in progress', 1, '1.0', false)"
)

VISIT = (
    "insert into trial_visit "
    "(participant_id, code, occurred, visit_date, contact_mode, reason_not_done, version) "
    "values (%s, %s, 'Y', current_date, 'IN PERSON', '', 1)"
)
PARTICIPANT = (
    "insert into trial_participant (site_id, number, code, state, state_reason) "
    "values (%s, %s, %s, 'screening', '')"
)
SIGNED_IN = (
    "insert into axes_accesslog (username, user_agent, http_accept, path_info, attempt_time, session_hash) "
    "values ('monitor', '', '', '', now() - interval '1 day', '')"
)


@pytest.fixture
def injected(cast: Cast) -> Participant:
    """Complete injection and pain at baseline, an actor set, no reason."""
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "BL")
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(7))
    actor(cast.investigator.pk)
    return participant


def record_of(participant: Participant, form: str) -> Record:
    return Record.objects.get(participant=participant, form=form)


@pytest.mark.requirement("EMA.25")
def test_a_pain_of_11_cannot_be_stored(injected: Participant, cast: Cast) -> None:
    actor(cast.investigator.pk, "a reason")
    with refused("pain_nrs_avg24_range"):
        run("update trial_pain set nrs_avg24 = 11 where record_id = %s", [record_of(injected, "pain").pk])


def test_a_second_record_of_a_form_for_a_visit_cannot_be_stored(injected: Participant) -> None:
    pain = record_of(injected, "pain")
    with refused("record_once"):
        run(RECORD, [injected.pk, pain.visit_id, "pain", 1])
    with refused("record_repeat_once"):
        run(RECORD, [injected.pk, pain.visit_id, "pain", 2])


def test_a_second_record_of_a_form_without_a_visit_cannot_be_stored(injected: Participant) -> None:
    run(RECORD, [injected.pk, None, "medication", 1])
    run(RECORD, [injected.pk, None, "medication", 2])
    with refused("record_once"):
        run(RECORD, [injected.pk, None, "medication", 1])


def test_a_removed_record_keeps_its_place(injected: Participant, cast: Cast) -> None:
    pain = record_of(injected, "pain")
    actor(cast.investigator.pk, "entered by mistake")
    run("update trial_record set removed = true where id = %s", [pain.pk])
    with refused("record_once"):
        run(RECORD, [injected.pk, pain.visit_id, "pain", 1])


@pytest.mark.parametrize("repeat", [0, -1])
def test_repeats_count_from_1(injected: Participant, repeat: int) -> None:
    with refused("record_repeat"):
        run(RECORD, [injected.pk, None, "medication", repeat])


def test_a_record_cannot_stand_at_the_visit_of_somebody_else(injected: Participant, cast: Cast) -> None:
    other = journey.consented(cast)
    with refused("The visit belongs to another participant"):
        run(RECORD, [other.pk, record_of(injected, "pain").visit_id, "log", 1])


def test_answers_stand_under_a_record_of_their_own_form_only(injected: Participant) -> None:
    run(RECORD, [injected.pk, None, "medication", 1])
    log = value("select id from trial_record where form = 'medication'")
    with refused("not of the form pain"):
        run("insert into trial_pain (record_id, nrs_avg24) values (%s, 5)", [log])
    with refused("not of the form injection"):
        run("insert into trial_injectiondrug (record_id, key, removed) values (%s, '1', false)", [log])


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("trial_visit", "participant_id = participant_id + 1"),
        ("trial_visit", "code = 'W12'"),
        ("trial_record", "participant_id = participant_id + 1, visit_id = null"),
        ("trial_record", "visit_id = null"),
        ("trial_record", "form = 'motion'"),
        ("trial_participant", "code = '01-777'"),
        ("trial_participant", "number = 777"),
        ("trial_site", "code = 'ZZ'"),
        ("trial_membership", "role = 'administrator'"),
        ("trial_membership", "user_id = user_id + 1"),
        ("trial_membership", "site_id = site_id + 1"),
        ("axes_accesslog", "username = 'x'"),
        ("axes_accesslog", "attempt_time = now()"),
        ("trial_injectiondrug", "key = '9'"),
        ("trial_injectiondrug", "record_id = record_id + 1"),
    ],
)
def test_what_something_is_never_changes(injected: Participant, cast: Cast, table: str, change: str) -> None:
    run(SIGNED_IN)
    actor(cast.investigator.pk, "a reason")
    with refused("never changes"):
        run(f"update {table} set {change} where id = (select max(id) from {table})")


@pytest.mark.parametrize("column", ["record_id", "item", "check_code"])
def test_a_query_stays_what_it_asks_about(injected: Participant, cast: Cast, column: str) -> None:
    record = record_of(injected, "pain")
    actor(cast.investigator.pk, "a reason")
    run(
        "insert into forms_app_query (record_id, item, check_code, sentence, state, explanation) "
        "values (%s, 'nrs_now', 'other', 'Why?', 'open', '')",
        [record.pk],
    )
    changed = "record_id - 1" if column == "record_id" else f"{column} || 'x'"
    with refused(f"{column} of forms_app_query never changes"):
        run(f"update forms_app_query set {column} = {changed}")


@pytest.mark.parametrize(
    "table", ["trial_user", "trial_membership", "trial_visit", "trial_record", "trial_injectiondrug"]
)
def test_the_key_of_an_audited_row_never_changes(injected: Participant, cast: Cast, table: str) -> None:
    actor(cast.investigator.pk, "a reason")
    with refused(f"id of {table} never changes"):
        run(f"update {table} set id = id + 1000000")


def test_answers_are_never_moved_to_another_record(injected: Participant, cast: Cast) -> None:
    actor(cast.investigator.pk, "a reason")
    with refused("never changes"):
        run("update trial_pain set record_id = record_id + 1")


@pytest.mark.parametrize(
    "broken",
    [
        "occurred = 'N'",
        "visit_date = null",
        "contact_mode = ''",
        "contact_mode = 'LETTER'",
        "reason_not_done = 'but it was'",
        "occurred = 'X'",
    ],
)
def test_a_visit_took_place_on_a_day_or_has_its_reason(
    injected: Participant, cast: Cast, broken: str
) -> None:
    actor(cast.investigator.pk, "a reason")
    with refused("visit_done_or_reason|visit_occurred_code"):
        run(f"update trial_visit set {broken} where participant_id = %s and code = 'BL'", [injected.pk])


@pytest.mark.parametrize("code", ["W3", "U0", "U100", "u1", "", "U1\n"])
def test_a_visit_that_the_protocol_does_not_have_cannot_be_stored(injected: Participant, code: str) -> None:
    with refused("visit_code_code|too long"):
        run(VISIT, [injected.pk, code])


def test_a_visit_stands_once(injected: Participant) -> None:
    with refused("visit_once"):
        run(VISIT, [injected.pk, "BL"])


# Reasons

CHANGES = {
    "the record": "update trial_record set version = version + 1 where id = %s",
    "its state": "update trial_record set state = 'in progress' where id = %s",
    "its removal": "update trial_record set removed = true where id = %s",
    "the header": "update trial_injection set operator = 'X' where record_id = %s",
    "a missing code": "update trial_injection set usmake_missing = 'ND' where record_id = %s",
    "a side": "update trial_injectionside set passes = 2 where record_id = %s and key = 'LEFT'",
    "a removed side": "update trial_injectionside set removed = true where record_id = %s and key = 'LEFT'",
    "a new drug": "insert into trial_injectiondrug (record_id, key, removed) values (%s, '3', false)",
    "a complication": "update trial_injectioncomplication set cpoccur = 'Y' "
    "where record_id = %s and key = 'HAEMATOMA'",
    "the date of its visit": "update trial_visit set visit_date = visit_date + 1 "
    "where id = (select visit_id from trial_record where id = %s)",
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.requirement("FAS.reasons")
def test_a_complete_record_does_not_change_without_a_reason(injected: Participant, change: str) -> None:
    with refused("A change of a complete record needs a reason"):
        run(CHANGES[change], [record_of(injected, "injection").pk])


@pytest.mark.parametrize("blank", [" ", "\t", "\n \n", "\u200b", "\ufeff \u00a0", "\u3164", "\U000e0041"])
def test_blanks_are_no_reason(injected: Participant, cast: Cast, blank: str) -> None:
    actor(cast.investigator.pk, blank)
    with refused("A change of a complete record needs a reason"):
        run(CHANGES["the header"], [record_of(injected, "injection").pk])


@pytest.mark.parametrize("change", CHANGES)
def test_with_a_reason_it_changes_and_the_event_says_why(
    injected: Participant, cast: Cast, change: str
) -> None:
    actor(cast.investigator.pk, "read from the chart")
    run(CHANGES[change], [record_of(injected, "injection").pk])
    assert value("select reason from trial_event order by id desc limit 1") == "read from the chart"


@pytest.mark.parametrize("kind", [FROZEN, LOCKED])
@pytest.mark.parametrize("change", CHANGES)
def test_under_a_lock_nothing_changes_whatever_the_reason(
    injected: Participant, cast: Cast, change: str, kind: str
) -> None:
    injection = record_of(injected, "injection")
    lock_form(cast, injection, kind)
    actor(cast.investigator.pk, "a typing error")
    with refused(f"The data are {kind}"):
        run(CHANGES[change], [injection.pk])


def test_answers_cannot_be_inserted_into_a_complete_record_without_a_reason(injected: Participant) -> None:
    run(RECORD.replace("in progress", "complete"), [injected.pk, None, "medication", 1])
    with refused("needs a reason"):
        run("insert into trial_medication (record_id) values (%s)", [record_of(injected, "medication").pk])


def test_an_update_that_changes_nothing_needs_no_reason(injected: Participant) -> None:
    run("update trial_pain set nrs_avg24 = 7 where record_id = %s", [record_of(injected, "pain").pk])


def test_a_record_in_progress_needs_no_reason(injected: Participant, cast: Cast) -> None:
    journey.attend(cast.investigator, injected, "W1")
    journey.save(cast.investigator, injected, "W1", "pain", answers.form({"nrs_now": 3}))
    changed = Pain.objects.filter(record__participant=injected, record__visit__code="W1")
    assert changed.update(nrs_now=4) == 1


# Roles

OWN = "where user_id = %s"
GIVEN_TO_ONESELF = {
    "another role": ("never changes", f"update trial_membership set role = 'data manager' {OWN}"),
    "at another site": (
        "never changes",
        f"update trial_membership set site_id = (select max(id) from trial_site) {OWN}",
    ),
    "a colleague's": (
        "never changes",
        "update trial_membership set user_id = %s where role = 'data manager'",
    ),
    "for longer": ("gives themselves", f"update trial_membership set valid_to = '2999-12-31' {OWN}"),
    "from earlier on": ("gives themselves", f"update trial_membership set valid_from = '2001-01-01' {OWN}"),
    "one more": (
        "gives themselves",
        "insert into trial_membership (user_id, site_id, role, valid_from) "
        "select %s, min(id), 'data manager', now() from trial_site",
    ),
}


@pytest.mark.parametrize("given", GIVEN_TO_ONESELF)
def test_nobody_gives_themselves_a_role_in_any_column(cast: Cast, given: str) -> None:
    words, statement = GIVEN_TO_ONESELF[given]
    actor(cast.investigator.pk, "a reason")
    with refused(words):
        run(statement, [cast.investigator.pk])


# Verification, signatures, locks: in the own name, now, over what belongs together

VERIFICATION = (
    "insert into forms_app_verification (record_id, item, state, verified_by_id, verified_at) "
    "values (%s, 'nrs_avg24', %s, %s, '2001-01-01')"
)
LOCK = (
    "insert into forms_app_lock (kind, scope, site_id, participant_id, visit_id, record_id, set_by_id, "
    "set_at, reason, unlock_reason) values ('frozen', %s, %s, %s, %s, %s, %s, '2001-01-01', 'x', '')"
)
JUST_NOW = "between clock_timestamp() - interval '1 minute' and clock_timestamp()"


@pytest.mark.requirement("E6.18")
def test_nobody_verifies_for_somebody_else_or_at_another_time(injected: Participant, cast: Cast) -> None:
    pain = record_of(injected, "pain")
    actor(cast.monitor.pk)
    with refused("Nobody verifies for somebody else"):
        run(VERIFICATION, [pain.pk, "verified", cast.investigator.pk])
    with refused("A verification begins as one"):
        run(VERIFICATION, [pain.pk, "changed since verified", cast.monitor.pk])
    run(VERIFICATION, [pain.pk, "verified", cast.monitor.pk])
    assert value(f"select verified_at {JUST_NOW} from forms_app_verification")


@pytest.mark.requirement("E6.18")
def test_a_verification_is_not_taken_over_or_marked_by_hand(injected: Participant, cast: Cast) -> None:
    pain = record_of(injected, "pain")
    actor(cast.monitor.pk)
    run(VERIFICATION, [pain.pk, "verified", cast.monitor.pk])
    with refused("Only a change of the data"):
        run("update forms_app_verification set state = 'changed since verified'")
    actor(cast.investigator.pk, "read again")
    with refused("Nobody verifies for somebody else"):
        run("update forms_app_verification set verified_at = '2001-01-01'")
    run("update trial_pain set nrs_avg24 = 3 where record_id = %s", [pain.pk])
    for change, words in (
        ("state = 'verified'", "Nobody verifies for somebody else"),
        (f"verified_by_id = {cast.investigator.pk}", "keeps who gave it"),
        ("state = 'verification withdrawn', verified_at = now()", "keeps who gave it"),
    ):
        with refused(words):
            run(f"update forms_app_verification set {change}")


@pytest.mark.requirement("E6.13")
def test_a_lock_is_of_what_belongs_together(injected: Participant, cast: Cast) -> None:
    pain, other = record_of(injected, "pain"), journey.consented(cast)
    site, visit, by = injected.site_id, pain.visit_id, cast.data_manager.pk
    actor(by, "x")
    for scope, where in (
        ("form", (site, other.pk, None, pain.pk)),
        ("form", (site, injected.pk, None, pain.pk)),
        ("form", (None, None, None, pain.pk)),
        ("visit", (site, other.pk, visit, None)),
        ("visit", (None, None, visit, None)),
        ("participant", (cast.south.pk, injected.pk, None, None)),
        ("site", (site, None, visit, None)),
    ):
        with refused("belongs to another participant, visit or site"):
            run(LOCK, [scope, *where, by])


@pytest.mark.requirement("E6.13")
def test_when_a_lock_was_put_on_and_off_the_database_says(injected: Participant, cast: Cast) -> None:
    by = cast.data_manager.pk
    actor(by, "x")
    pain = record_of(injected, "pain")
    run(LOCK, ["form", injected.site_id, injected.pk, pain.visit_id, pain.pk, by])
    assert value(f"select set_at {JUST_NOW} from forms_app_lock")
    run("update forms_app_lock set unlock_requested_by_id = %s, unlock_requested_at = '2001-01-01'", [by])
    assert value(f"select unlock_requested_at {JUST_NOW} from forms_app_lock")
    run("update forms_app_lock set released_by_id = %s, released_at = '2001-01-01'", [by])
    assert value(f"select released_at {JUST_NOW} from forms_app_lock")


# Enrolment

ENROL = "update trial_participant set state = %s where id = %s"


@pytest.mark.parametrize("state", ["enrolled", "treated", "completed"])
@pytest.mark.requirement("P11.10f")
def test_nobody_is_enrolled_without_verdict_and_consent(cast: Cast, state: str) -> None:
    for participant in (journey.added(cast), journey.consented(cast), journey.screen_failure(cast)):
        with refused("Enrolment needs an eligible verdict and a dated consent"):
            run(ENROL, [state, participant.pk])


def test_nobody_is_inserted_as_enrolled(cast: Cast) -> None:
    journey.added(cast)
    with refused("Enrolment needs"):
        run(
            "insert into trial_participant (site_id, number, code, state, state_reason) "
            "values (%s, 77, '01-077', 'enrolled', '')",
            [cast.north.pk],
        )


@pytest.mark.parametrize("form", ["consent", "eligibility"])
def test_a_removed_form_does_not_count_for_enrolment(cast: Cast, form: str) -> None:
    participant = journey.eligible(cast)
    actor(cast.investigator.pk, "wrong participant")
    run(
        "update trial_record set removed = true where participant_id = %s and form = %s",
        [participant.pk, form],
    )
    with refused("Enrolment needs"):
        run(ENROL, ["enrolled", participant.pk])


def test_a_consent_without_its_date_does_not_count(cast: Cast) -> None:
    participant = journey.eligible(cast)
    actor(cast.investigator.pk, "date unknown")
    run("update trial_consent set dsstdat_ic = null, dsstdat_ic_missing = 'UNK'")
    with refused("Enrolment needs"):
        run(ENROL, ["enrolled", participant.pk])


def test_the_forms_of_somebody_else_do_not_count(cast: Cast) -> None:
    journey.eligible(cast)
    other = journey.consented(cast)
    with refused("Enrolment needs"):
        run(ENROL, ["enrolled", other.pk])


def test_a_later_correction_stays_recordable(cast: Cast) -> None:
    participant = journey.enrolled(cast)
    actor(cast.investigator.pk, "MRI read again")
    run("update trial_eligibility set excl01 = 'Y', elig = 'N'")
    run("update trial_participant set state_reason = 'seen' where id = %s", [participant.pk])
    assert journey.again(participant).state == "enrolled"


@pytest.mark.parametrize("code", ["1-001", "01-1", "01-0001", "01 001", "ab-001", "", "01-001\n"])
def test_a_code_of_another_form_cannot_be_stored(cast: Cast, code: str) -> None:
    actor(cast.investigator.pk)
    with refused("participant_code_form|too long"):
        run(PARTICIPANT, [cast.north.pk, 7, code])


def test_a_code_and_a_number_stand_once(cast: Cast) -> None:
    journey.added(cast)
    with refused("participant_code_key"):
        run(PARTICIPANT, [cast.north.pk, 2, "01-001"])
    with refused("participant_number_once"):
        run(PARTICIPANT, [cast.north.pk, 1, "01-002"])
