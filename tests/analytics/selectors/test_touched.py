import pytest
from django.db import transaction

from analytics.models import Run
from analytics.selectors import standings, touched
from analytics.services.refit import refit
from forms_app.services import records
from tests import answers, journey, sql
from tests.analytics import measured
from tests.cast import Cast
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import Record
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db(transaction=True)

PAIN = STUDY.analyses[0]


def since_the_run() -> set[str]:
    return set(touched.participants(PAIN, Run.objects.latest("id").position))


def stale() -> bool:
    (standing,) = standings.read([PAIN])
    return standing.stale


def test_nobody_is_touched_when_the_run_is_current(cast: Cast) -> None:
    measured.baseline_pain(cast, 7)
    refit("pain")
    assert since_the_run() == set()
    assert not stale()


def test_a_corrected_a_removed_and_a_new_record_touch_their_participants(cast: Cast) -> None:
    corrected, removed, untouched = (measured.baseline_pain(cast, value) for value in (5, 6, 7))
    refit("pain")
    measured.correct_pain(cast, corrected, 6)
    record = Record.objects.get(participant=removed, form="pain")
    records.remove(by=cast.investigator, record=record, expected_version=record.version, reason="Mixed up")
    new = measured.baseline_pain(cast, 8)
    assert since_the_run() == {corrected.code, removed.code, new.code}
    assert untouched.code not in since_the_run()
    assert stale()


def test_other_forms_touch_nobody(cast: Cast) -> None:
    participant = measured.baseline_pain(cast, 7)
    refit("pain")
    journey.save(cast.investigator, participant, "BL", "motion", answers.motion())
    assert since_the_run() == set()


def test_raw_sql_touches_too(cast: Cast) -> None:
    people = {measured.baseline_pain(cast, value).code for value in (6, 7)}
    refit("pain")
    with attributed(by=COMMAND_LINE, reason="In bulk"):
        sql.run("update trial_pain set nrs_avg24 = 9")
    assert since_the_run() == people


def test_the_owner_may_even_delete_and_the_participant_is_found(cast: Cast) -> None:
    participant = measured.baseline_pain(cast, 7)
    refit("pain")
    record = Record.objects.get(participant=participant, form="pain").pk
    with transaction.atomic(using="owner"):
        sql.run("select set_config('fascicle.reason', 'By hand', true)", using="owner")
        sql.run("delete from trial_pain where record_id = %s", [record], using="owner")
        sql.run("delete from trial_record where id = %s", [record], using="owner")
    assert since_the_run() == {participant.code}
