"""The running statistics equal those of a fresh reading, whatever happened between two refits."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.datasets import vectors
from analytics.datasets.totals import Totals
from analytics.models import Contribution, Run, RunningStatistics
from analytics.models.run import OK
from analytics.selectors import standings
from analytics.services import running
from analytics.services.refit import refit
from forms_app.services import records
from tests import answers, journey, sql
from tests.analytics import measured
from tests.cast import Cast
from trial.audit.positions import Position
from trial.models import Pain, Participant, Record
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis

pytestmark = pytest.mark.django_db(transaction=True)

PAIN = STUDY.analyses[0]
VISITS = ("BL", "W1", "W2")


def refitted() -> Run:
    run = refit("pain")
    assert run is not None
    return run


def check(run: Run) -> None:
    """What is stored equals, to the bit, what a fresh reading gives; and the run was fitted to it."""
    fresh = vectors.read(PAIN)
    totals = Totals.of(fresh)
    stored = RunningStatistics.objects.get(outcome="pain")
    assert bytes(stored.statistics) == totals.statistics.to_bytes()
    assert bytes(stored.content) == totals.content.state
    assert stored.position == run.position
    assert run.data_hash == fresh.content_hash()
    assert run.statistics_digest == totals.statistics.digest()
    assert running.contributions(PAIN) == by_code(fresh)


def by_code(dataset: vectors.Dataset) -> dict[str, vectors.Vector]:
    return {vector.participant: vector for vector in dataset.present()}


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The outcomes whose statistics were made anew from all records."""
    made: list[str] = []
    make = running.make_anew

    def noted(position: Position, dataset: vectors.Dataset) -> Totals:
        made.append(dataset.analysis.outcome)
        return make(position, dataset)

    monkeypatch.setattr(running, "make_anew", noted)
    return made


class Clinic:
    """Somebody who saves, corrects, empties, removes and restores at random, as the services allow."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.by = cast.investigator
        self.random = Random(seed)
        self.people = [journey.injected(cast) for _ in range(3)]
        for participant in self.people:
            for visit in VISITS:
                journey.attend(self.by, participant, visit)

    def act(self) -> None:
        participant, visit = self.random.choice(self.people), self.random.choice(VISITS)
        record = Record.objects.filter(participant=participant, visit__code=visit, form="pain").first()
        if record is None:
            self.save(participant, visit, None)
        elif record.removed:
            self.move(record, records.restore)
        elif self.random.random() < 0.3:
            self.move(record, records.remove)
        else:
            self.save(participant, visit, record.version)

    def save(self, participant: Participant, visit: str, version: int | None) -> None:
        value = self.random.choice([*range(11), None])
        form = answers.form({}, {"nrs_avg24": "REF"}) if value is None else answers.pain(value)
        journey.save(self.by, participant, visit, "pain", form, version, reason="As told")

    def move(self, record: Record, how: Callable[..., Record]) -> None:
        how(by=self.by, record=record, expected_version=record.version, reason="As told")


@pytest.mark.parametrize("seed", range(4))
def test_after_any_acts_they_are_those_of_a_fresh_reading(cast: Cast, anew: list[str], seed: int) -> None:
    clinic = Clinic(cast, seed)
    clinic.act()
    check(refitted())
    for _ in range(20):
        for _ in range(clinic.random.randint(1, 3)):
            clinic.act()
        check(refitted())
    assert anew == ["pain"], "only the first was made from all records"


def test_a_participants_first_value_and_last(cast: Cast, anew: list[str]) -> None:
    measured.pain(cast, measured.PAIN[:2])
    check(refitted())
    new = measured.baseline_pain(cast, 7)
    check(refitted())
    assert Contribution.objects.filter(participant=new.code).exists()
    record = Record.objects.get(participant=new, form="pain")
    record = records.remove(
        by=cast.investigator, record=record, expected_version=record.version, reason="Mixed up"
    )
    check(refitted())
    assert not Contribution.objects.filter(participant=new.code).exists()
    records.restore(by=cast.investigator, record=record, expected_version=record.version, reason="Right")
    check(refitted())
    assert anew == ["pain"]


def test_two_saves_between_refits_count_once(cast: Cast) -> None:
    participant = measured.baseline_pain(cast, 7)
    check(refitted())
    measured.correct_pain(cast, participant, 3)
    measured.correct_pain(cast, participant, 4)
    check(refitted())
    measured.correct_pain(cast, participant, 9)
    measured.correct_pain(cast, participant, 4)
    check(refitted())


def test_a_refit_asks_as_many_questions_of_many_participants_as_of_few(cast: Cast) -> None:
    people = [measured.baseline_pain(cast, value) for value in (5, 6)]
    refit("pain")
    few = queries(cast, people[:1])
    people += [measured.baseline_pain(cast, value % 11) for value in range(12)]
    refit("pain")
    assert queries(cast, people[:1]) == few
    assert queries(cast, people) == few
    assert few <= 20


def queries(cast: Cast, people: list[Participant]) -> int:
    """The statements of the refit after a correction of each."""
    for participant in people:
        value = Pain.objects.get(record__participant=participant).nrs_avg24
        measured.correct_pain(cast, participant, (value + 1) % 11)
    with CaptureQueriesContext(connection) as captured:
        assert refit("pain") is not None
    return len(captured)


def test_only_the_changed_participants_are_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [measured.baseline_pain(cast, value) for value in (5, 6, 7)]
    refit("pain")
    measured.correct_pain(cast, people[1], 8)
    asked: list[object] = []
    read = vectors.read

    def noted(analysis: Analysis, *, participants: list[str]) -> vectors.Dataset:
        asked.extend(participants)
        return read(analysis, participants=participants)

    monkeypatch.setattr(vectors, "read", noted)
    refit("pain")
    assert asked == [people[1].code]


def test_another_model_of_the_same_data_starts_from_the_same_statistics(
    cast: Cast, anew: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured.pain(cast)
    refit("pain")
    declare(monkeypatch, replace(PAIN, covariance="cs", fallbacks=()))
    assert refitted().status == OK
    assert anew == ["pain"]


def test_another_data_set_is_read_from_all_records(
    cast: Cast, anew: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured.pain(cast)
    refit("pain")
    shorter = replace(PAIN, visits=("BL", "W12"))
    declare(monkeypatch, shorter)
    run = refitted()
    assert anew == ["pain", "pain"]
    assert run.data_hash == vectors.read(shorter).content_hash()
    assert running.contributions(shorter) == by_code(vectors.read(shorter))


def declare(monkeypatch: pytest.MonkeyPatch, analysis: Analysis) -> None:
    monkeypatch.setattr(standings, "analysis_of", lambda outcome: analysis)


def test_a_later_epoch_makes_them_anew(cast: Cast, anew: list[str]) -> None:
    participant = measured.baseline_pain(cast, 7)
    check(refitted())
    sql.run(
        "insert into trial_epoch (system_identifier, timeline, opened_at) values ('1', 1, now())",
        using="owner",
    )
    measured.correct_pain(cast, participant, 6)
    check(refitted())
    assert anew == ["pain", "pain"]


@pytest.mark.parametrize(
    "damage",
    [
        "update analytics_runningstatistics set statistics = 'nonsense'",
        "update analytics_runningstatistics set statistics = '{}'",
        "update analytics_runningstatistics set content = 'short'",
        "update analytics_contribution set quanta = '{1,2}'",
        "update analytics_contribution set quanta = '{7,7,7,7}'",
    ],
)
def test_what_contradicts_itself_is_made_anew_with_an_alarm(
    cast: Cast, anew: list[str], caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    participant = measured.baseline_pain(cast, 7)
    refit("pain")
    sql.run(damage)
    measured.correct_pain(cast, participant, 6)
    check(refitted())
    assert anew == ["pain", "pain"]
    assert [record.levelname for record in caplog.records if record.name == "analytics.services.alarm"] == [
        "CRITICAL"
    ]


def test_a_value_beside_the_declared_precision_fails_the_run_and_is_not_kept(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    motion = STUDY.analyses[1]
    participant = measured.baseline_pain(cast, 7)
    journey.save(cast.investigator, participant, "BL", "motion", answers.motion(20, 21, 21))
    assert refit("motion") is not None
    assert RunningStatistics.objects.filter(outcome="motion").exists()
    declare(monkeypatch, replace(motion, precision=motion.precision * 10))
    run = refit("motion")
    assert run is not None
    assert "multiple" in run.messages[0]
    assert (run.statistics_digest, run.n_participants) == ("", 0)
    assert not RunningStatistics.objects.filter(outcome="motion").exists()
    assert not Contribution.objects.filter(outcome="motion").exists()


def test_such_a_value_between_two_refits_is_no_contradiction_of_what_is_stored(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    motion = STUDY.analyses[1]
    declare(monkeypatch, replace(motion, precision=motion.precision * 10))
    participant = measured.baseline_pain(cast, 7)
    journey.save(cast.investigator, participant, "BL", "motion", answers.motion(20, 21, 22))
    assert refit("motion") is not None
    assert RunningStatistics.objects.exists()
    form = answers.motion(20, 21, 21)
    journey.save(cast.investigator, participant, "BL", "motion", form, 1, reason="Read again")
    run = refit("motion")
    assert run is not None
    assert "multiple" in run.messages[0]
    assert not [record for record in caplog.records if record.levelname == "CRITICAL"]
