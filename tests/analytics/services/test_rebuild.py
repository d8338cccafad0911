from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.core import mail
from pytest_django import Settings

from analytics.datasets import vectors
from analytics.datasets.totals import Totals
from analytics.models import Rebuild, Run, RunningStatistics
from analytics.selectors import standings
from analytics.services import alarm, running
from analytics.services.rebuild import rebuild
from analytics.services.refit import refit
from tests import answers, journey, sql
from tests.analytics import measured
from tests.analytics.sessions import in_own_session
from tests.cast import Cast
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db(transaction=True)

PAIN, MOTION, _ = STUDY.analyses
ADMIN = "statistician@example.org"

TAMPERED = [
    # Another person's values, and a person nobody knows: the sums are right, what they stand for is not.
    "update analytics_contribution set quanta = '{1,1,1,1}' where participant = '01-001'",
    "update analytics_contribution set participant = '01-999' where participant = '01-001'",
    "delete from analytics_contribution where participant = '01-001'",
    "update analytics_contribution set quanta = '{1}' where participant = '01-001'",
    "update analytics_runningstatistics set statistics = 'nonsense'",
    "update analytics_runningstatistics set content = decode(repeat('00', 2048), 'hex')",
    "update analytics_runningstatistics set statistics = other.statistics "
    "from analytics_runningstatistics other where other.outcome = 'motion'",
]


@pytest.fixture(autouse=True)
def told(settings: Settings) -> None:
    settings.ADMINS = [(ADMIN, ADMIN)]


def made(outcome: str = "pain") -> Rebuild:
    found = rebuild(outcome)
    assert found is not None
    found.refresh_from_db()
    return found


def is_right() -> bool:
    """Whether the stored statistics and contributions are those of all records."""
    fresh = vectors.read(PAIN)
    stored = RunningStatistics.objects.get(outcome="pain")
    return (
        bytes(stored.statistics) == Totals.of(fresh).statistics.to_bytes()
        and bytes(stored.content) == Totals.of(fresh).content.state
        and running.contributions(PAIN) == {vector.participant: vector for vector in fresh.present()}
    )


def test_they_agree_after_saves_whether_or_not_a_refit_has_seen_them(cast: Cast) -> None:
    people = measured.pain(cast)
    refit("pain")
    at_once = made()
    assert at_once.agreed
    assert at_once.running_digest == at_once.rebuilt_digest == Totals.of(vectors.read(PAIN)).digest()
    assert at_once.n_participants == 7
    measured.correct_pain(cast, people[0], 1)
    later = made()
    assert later.agreed
    assert later.rebuilt_digest != at_once.rebuilt_digest
    assert (Run.objects.count(), mail.outbox) == (1, [])


def test_a_rebuild_that_agrees_changes_nothing_that_a_refit_starts_from(cast: Cast) -> None:
    people = measured.pain(cast)
    refit("pain")
    measured.correct_pain(cast, people[0], 1)
    made()
    assert RunningStatistics.objects.get().position == Run.objects.get().position
    assert refit("pain") is not None
    assert is_right()


@pytest.mark.parametrize("damage", TAMPERED)
@pytest.mark.requirement("FAS.consistent")
def test_what_was_tampered_with_is_found_told_and_replaced(
    cast: Cast, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    participant = measured.pain(cast)[0]
    measured.with_motion(cast, participant)
    refit("pain")
    refit("motion")
    assert participant.code == "01-001"
    sql.run(damage)
    found = made()
    assert not found.agreed
    assert found.running_digest != found.rebuilt_digest
    assert is_right()
    assert [record.levelname for record in caplog.records if record.name == alarm.__name__] == ["CRITICAL"]
    assert [(each.to, "pain" in each.subject) for each in mail.outbox] == [([ADMIN], True)]
    assert made().agreed


def test_a_run_follows_from_the_rebuilt_statistics(cast: Cast) -> None:
    measured.pain(cast)
    before = refit("pain")
    assert before is not None
    sql.run("update analytics_contribution set quanta = '{1,1,1,1}' where participant = '01-001'")
    found = made()
    after = Run.objects.latest("id")
    assert after.pk > before.pk
    assert after.position == found.position == RunningStatistics.objects.get().position
    assert after.data_hash == vectors.read(PAIN).content_hash()


def test_a_mail_server_that_is_down_undoes_nothing(cast: Cast, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "nowhere.Backend"
    measured.pain(cast)
    refit("pain")
    sql.run("delete from analytics_contribution where participant = '01-001'")
    assert not made().agreed
    assert is_right()


def test_without_running_statistics_there_is_nothing_to_compare(cast: Cast) -> None:
    assert rebuild("pain") is None
    measured.baseline_pain(cast, 7)
    refit("pain")
    sql.run(
        "insert into trial_epoch (system_identifier, timeline, opened_at) values ('1', 1, now())",
        using="owner",
    )
    assert rebuild("pain") is None
    assert not Rebuild.objects.exists()


def test_a_value_beside_the_precision_is_left_to_the_refit_that_says_so(
    cast: Cast, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    coarse = replace(MOTION, precision=10 * MOTION.precision)
    monkeypatch.setattr(standings, "analysis_of", lambda outcome: coarse)
    participant = measured.baseline_pain(cast, 7)
    journey.save(cast.investigator, participant, "BL", "motion", answers.motion(20, 21, 22))
    refit("motion")
    form = answers.motion(20, 21, 21)
    journey.save(cast.investigator, participant, "BL", "motion", form, 1, reason="Read again")
    assert rebuild("motion") is None
    assert any("were not rebuilt" in message and "multiple" in message for message in caplog.messages)
    assert not [record for record in caplog.records if record.levelname == "CRITICAL"]
    assert not Rebuild.objects.exists()


def test_refits_and_rebuilds_at_once_agree(cast: Cast) -> None:
    people = [measured.baseline_pain(cast, value) for value in (5, 6)]
    refit("pain")

    def save(place: int) -> None:
        for value in range(5):
            measured.correct_pain(cast, people[place], value)

    def fit_and_compare(outcome: str) -> None:
        for _ in range(4):
            refit(outcome)
            rebuild(outcome)

    with ThreadPoolExecutor(4) as pool:
        saves = [pool.submit(in_own_session(save), place) for place in range(2)]
        workers = [pool.submit(in_own_session(fit_and_compare), "pain") for _ in range(2)]
        for each in (*saves, *workers):
            each.result()
    assert set(Rebuild.objects.values_list("agreed", flat=True)) == {True}
    refit("pain")
    assert is_right()
