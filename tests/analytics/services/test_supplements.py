from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.datasets import awaited, vectors
from analytics.models import Run, Supplement, SupplementPiece
from analytics.models.supplement import FAILED, READY, RUNNING, WAITING
from analytics.selectors import standings
from analytics.selectors import supplements as selector
from analytics.services import supplements
from analytics.services.refit import refit
from analytics.supplements import PARTS
from analytics.supplements.subject import Subject
from tests import sql
from tests.analytics import measured
from tests.analytics.brief import brief_supplements
from tests.cast import Cast
from trial.audit.positions import Position
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

PAIN = STUDY.analyses[0]


@pytest.fixture(autouse=True)
def less_work(monkeypatch: pytest.MonkeyPatch) -> None:
    brief_supplements(monkeypatch)


def fitted() -> Run:
    run = refit("pain")
    assert run is not None
    return run


def asked(part: str, run: Run) -> Supplement:
    supplements.ask(PAIN, run.data_hash, run.position, [part])
    return Supplement.objects.get(part=part, data_hash=run.data_hash)


def calculated(part: str, run: Run) -> Supplement:
    found = asked(part, run)
    for piece in supplements.begin(found.pk):
        supplements.calculate(found.pk, piece)
    found.refresh_from_db()
    return found


@pytest.mark.parametrize("part", PARTS)
def test_the_content_is_that_of_the_engine_on_the_same_data(cast: Cast, part: str) -> None:
    measured.pain(cast)
    run = fitted()
    supplement = STUDY.supplement("pain")
    assert supplement is not None
    subject = Subject(vectors.read(PAIN), supplement, awaited.read())
    found = calculated(part, run)
    pieces = [PARTS[part].piece(subject, number) for number in range(PARTS[part].pieces(subject))]
    assert (found.state, found.problem, found.total) == (READY, "", len(pieces))
    assert found.content == PARTS[part].combined(subject, pieces)
    assert not SupplementPiece.objects.exists()


def test_the_same_data_are_asked_for_once(cast: Cast) -> None:
    measured.pain(cast)
    run = fitted()
    first = asked("influence", run)
    assert asked("influence", run) == first
    assert supplements.due() == [first.pk]
    assert supplements.due() == []
    Supplement.objects.update(sent_at=timezone.now() - timedelta(seconds=supplements.SENT_AGAIN_S + 1))
    assert supplements.due() == [first.pk]


def test_pieces_that_are_there_are_not_calculated_again_in_whatever_order_they_come(cast: Cast) -> None:
    measured.pain(cast)
    found = asked("planning", fitted())
    numbers = supplements.begin(found.pk)
    assert len(numbers) > 3
    assert supplements.calculate(found.pk, numbers[-1]) is None
    assert supplements.calculate(found.pk, numbers[-1]) is None
    assert supplements.begin(found.pk) == numbers[:-1]
    over = [supplements.calculate(found.pk, number) for number in reversed(numbers[:-1])]
    assert [each is not None for each in over] == [False] * (len(numbers) - 2) + [True]
    assert supplements.begin(found.pk) == []
    assert supplements.calculate(found.pk, 0) is None


def test_data_without_a_model_fail_with_the_sentence_of_the_engine(cast: Cast) -> None:
    measured.baseline_pain(cast, 7)
    run = refit("pain")
    assert run is not None
    found = asked("sensitivity", run)
    assert supplements.begin(found.pk) == [0]
    failed = supplements.calculate(found.pk, 0)
    assert failed is not None
    assert failed.state == FAILED
    assert run.messages[0] in failed.problem


def test_data_that_are_not_those_of_the_hash_are_refused(cast: Cast) -> None:
    measured.pain(cast)
    run = fitted()
    supplements.ask(PAIN, "0" * 64, run.position, ["influence"])
    found = Supplement.objects.get()
    assert supplements.begin(found.pk) == []
    found.refresh_from_db()
    assert (found.state, found.problem) == (FAILED, supplements.LOST)


def test_only_quiet_data_are_worth_the_work(cast: Cast) -> None:
    measured.pain(cast)
    run = fitted()
    supplements.ask_for_quiet()
    assert not Supplement.objects.exists()
    _age(run, 6)
    supplements.ask_for_quiet()
    assert set(Supplement.objects.values_list("part", flat=True)) == {
        "sensitivity",
        "diagnostics",
        "influence",
    }
    _age(run, 61)
    supplements.ask_for_quiet()
    assert set(Supplement.objects.values_list("part", flat=True)) == set(PARTS)
    assert set(Supplement.objects.values_list("state", flat=True)) == {WAITING}


def test_stale_runs_are_not_asked_about(cast: Cast) -> None:
    measured.pain(cast)
    _age(fitted(), 100)
    measured.baseline_pain(cast, 7)
    assert standings.read([PAIN])[0].stale
    supplements.ask_for_quiet()
    assert not Supplement.objects.exists()


def test_what_was_not_foreseen_is_tried_again_but_not_for_ever(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured.pain(cast)
    found = asked("influence", fitted())
    assert supplements.begin(found.pk) == [0]

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("analytics.supplements.influence.influence", broken)
    for attempt in range(supplements.ATTEMPTS):
        Supplement.objects.update(sent_at=timezone.now() - timedelta(seconds=supplements.SENT_AGAIN_S + 1))
        assert supplements.due() == [found.pk], attempt
        with pytest.raises(ZeroDivisionError):
            supplements.calculate(found.pk, 0)
    Supplement.objects.update(sent_at=timezone.now() - timedelta(seconds=supplements.SENT_AGAIN_S + 1))
    assert supplements.due() == []
    found.refresh_from_db()
    assert (found.state, found.problem) == (FAILED, supplements.BROKEN.format(n=supplements.ATTEMPTS))


def test_a_piece_that_comes_to_its_end_gives_the_others_their_time(cast: Cast) -> None:
    measured.pain(cast)
    found = asked("planning", fitted())
    first, *others = supplements.begin(found.pk)
    assert others
    Supplement.objects.update(attempts=supplements.ATTEMPTS - 1)
    supplements.calculate(found.pk, first)
    assert Supplement.objects.get().attempts == 0


def test_what_another_version_asked_for_is_left_to_it(cast: Cast) -> None:
    measured.pain(cast)
    found = asked("influence", fitted())
    assert supplements.begin(found.pk) == [0]
    Supplement.objects.update(code_version="engine of tomorrow")
    assert (supplements.due(), supplements.begin(found.pk), supplements.calculate(found.pk, 0)) == (
        [],
        [],
        None,
    )
    assert Supplement.objects.get().state == RUNNING


def test_what_is_shown_meanwhile_is_of_the_newest_data_there_is(cast: Cast) -> None:
    measured.pain(cast)
    before = fitted()
    measured.pain(cast)
    newer = calculated("influence", fitted())
    of_old_data = calculated("influence", before)
    assert of_old_data.pk > newer.pk
    measured.pain(cast)
    run = fitted()
    known = selector.read("influence", {PAIN: run.data_hash}, awaited.read())["pain"]
    assert (known.wanted, known.shown) == (None, newer)


def test_old_ones_go_unless_they_are_of_the_newest_data(cast: Cast) -> None:
    measured.pain(cast)
    run = fitted()
    new = asked("influence", run)
    supplements.ask(PAIN, "1" * 64, run.position, ["influence"])
    old = timezone.now() - timedelta(days=supplements.KEPT_DAYS + 1)
    Supplement.objects.update(asked_at=old)
    assert supplements.clear() == 1
    assert list(Supplement.objects.all()) == [new]


def test_a_supplement_that_is_over_is_left_alone(cast: Cast) -> None:
    measured.pain(cast)
    found = calculated("influence", fitted())
    assert (found.state, supplements.due(), supplements.begin(found.pk)) == (READY, [], [])
    assert found.position == Position(found.epoch, found.snapshot)
    Supplement.objects.filter(pk=found.pk).exclude(state=RUNNING).get()


def _age(run: Run, seconds: int) -> None:
    """As the owner: runs are only appended."""
    earlier = "update analytics_run set fitted_at = fitted_at - %s * interval '1 second' where id = %s"
    sql.run(earlier, [seconds, run.pk], using="owner")
