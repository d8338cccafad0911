"""What is typed and not saved: kept for its author, and never put in the place of something newer."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from forms_app.models import Draft
from forms_app.selectors import drafts as selector
from forms_app.services import drafts, records
from forms_app.services.drafts import KEPT, MOST_CHARACTERS, Window
from tests import answers, journey
from tests.cast import Cast
from tests.races import at_once
from trial.models import Event, Participant, User
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def treated(cast: Cast) -> Participant:
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "W1")
    return participant


def keep(
    by: User,
    participant: Participant,
    window: Window,
    content: Mapping[str, list[str]] | None = None,
    **where: Any,
) -> Draft:
    return drafts.keep(
        by=by,
        participant=participant,
        **{"visit": "W1", "form": "pain", "repeat": 1, "version": None, **where},
        content=content or {"nrs_avg24": ["7"]},
        window=window,
    )


def held(by: User, participant: Participant, *where: Any) -> Draft | None:
    return selector.read(by, participant, *(where or ("W1", "pain", 1)))


def test_a_draft_is_its_authors_alone(cast: Cast, treated: Participant) -> None:
    keep(cast.investigator, treated, Window("a", step=1))
    assert held(cast.investigator, treated) is not None
    assert held(cast.coordinator, treated) is None
    keep(cast.coordinator, treated, Window("b", step=1), {"nrs_avg24": ["3"]})
    mine, theirs = held(cast.investigator, treated), held(cast.coordinator, treated)
    assert mine is not None
    assert theirs is not None
    assert (mine.content, theirs.content) == ({"nrs_avg24": ["7"]}, {"nrs_avg24": ["3"]})


def test_who_may_not_enter_data_keeps_no_draft(cast: Cast, treated: Participant) -> None:
    for person in (cast.monitor, cast.southern_investigator, cast.former, cast.stranger):
        with pytest.raises(Refusal) as refused:
            keep(person, treated, Window("a"))
        assert refused.value.code == "right"
        with pytest.raises(Refusal):
            drafts.throw_away(by=person, participant=treated, visit="W1", form="pain", repeat=1, window="a")
    assert not Draft.objects.exists()


def test_a_draft_leaves_no_trace_in_the_audit(cast: Cast, treated: Participant) -> None:
    before = Event.objects.count()
    keep(cast.investigator, treated, Window("a", step=1))
    assert Event.objects.count() == before


def test_the_same_window_goes_on_and_what_comes_late_changes_nothing(
    cast: Cast, treated: Participant
) -> None:
    keep(cast.investigator, treated, Window("a", step=1))
    keep(cast.investigator, treated, Window("a", step=3), {"nrs_avg24": ["9"]})
    keep(cast.investigator, treated, Window("a", step=2), {"nrs_avg24": ["8"]})
    draft = held(cast.investigator, treated)
    assert draft is not None
    assert (draft.step, draft.content) == (3, {"nrs_avg24": ["9"]})


def test_another_window_does_not_overwrite_what_it_has_not_seen(cast: Cast, treated: Participant) -> None:
    keep(cast.investigator, treated, Window("a", step=1))
    with pytest.raises(Refusal) as refused:
        keep(cast.investigator, treated, Window("b", step=5), {"nrs_avg24": ["1"]})
    assert refused.value.code == "draft_elsewhere"
    keep(cast.investigator, treated, Window("b", seen="a", step=1), {"nrs_avg24": ["2"]})
    with pytest.raises(Refusal):
        keep(cast.investigator, treated, Window("a", step=2), {"nrs_avg24": ["8"]})
    draft = held(cast.investigator, treated)
    assert draft is not None
    assert (draft.window, draft.content) == ("b", {"nrs_avg24": ["2"]})


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_at_once_one_is_told(cast: Cast, treated: Participant) -> None:
    told = at_once(
        lambda: keep(cast.investigator, treated, Window("a", step=1)),
        lambda: keep(cast.investigator, treated, Window("b", step=1)),
    )
    assert sorted(type(each).__name__ for each in told) == ["Draft", "Refusal"]
    assert Draft.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_requests_of_one_window_at_once_are_both_taken(cast: Cast, treated: Participant) -> None:
    told = at_once(
        lambda: keep(cast.investigator, treated, Window("a", step=1)),
        lambda: keep(cast.investigator, treated, Window("a", step=2), {"nrs_avg24": ["8"]}),
    )
    assert all(isinstance(each, Draft) for each in told)
    assert Draft.objects.get().step == 2


def test_the_save_ends_the_draft_of_its_own_windows_only(cast: Cast, treated: Participant) -> None:
    keep(cast.investigator, treated, Window("a", step=1))
    keep(cast.coordinator, treated, Window("a", step=1))
    where: dict[str, Any] = {"participant": treated, "visit": "W1", "form": "pain", "repeat": 1}
    records.save(by=cast.investigator, **where, submission=answers.pain(5), windows=("other",))
    assert held(cast.investigator, treated) is not None
    records.save(
        by=cast.investigator,
        **where,
        submission=answers.pain(6),
        expected_version=1,
        reason="Misheard",
        windows=("b", "a"),
    )
    assert held(cast.investigator, treated) is None
    assert held(cast.coordinator, treated) is not None


def test_a_refused_save_leaves_the_draft(cast: Cast, treated: Participant) -> None:
    keep(cast.investigator, treated, Window("a", step=1))
    with pytest.raises(Refusal):
        records.save(
            by=cast.investigator,
            participant=treated,
            visit="W1",
            form="pain",
            repeat=1,
            submission=answers.pain(99),
            windows=("a",),
        )
    assert held(cast.investigator, treated) is not None


def test_each_form_visit_and_repeat_has_its_own(cast: Cast, treated: Participant) -> None:
    keep(cast.investigator, treated, Window("a"))
    keep(cast.investigator, treated, Window("a"), visit="W2")
    keep(cast.investigator, treated, Window("a"), form="motion")
    for repeat in (0, 1, 2):
        keep(cast.investigator, treated, Window("a"), visit=None, form="adverse_event", repeat=repeat)
    assert Draft.objects.count() == 6
    assert held(cast.investigator, treated, None, "adverse_event", 0) is not None


def test_only_the_draft_that_was_looked_at_is_thrown_away(cast: Cast, treated: Participant) -> None:
    keep(cast.investigator, treated, Window("a", step=1))
    where: dict[str, Any] = {"participant": treated, "visit": "W1", "form": "pain", "repeat": 1}
    assert not drafts.throw_away(by=cast.investigator, **where, window="b")
    assert drafts.throw_away(by=cast.investigator, **where, window="a")
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("text", "code"), [("x" * (MOST_CHARACTERS + 1), "draft_too_long"), ("a\0b", "malformed")]
)
def test_what_cannot_be_kept_is_refused(cast: Cast, treated: Participant, text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        keep(cast.investigator, treated, Window("a"), {"reason": [text]})
    assert refused.value.code == code
    assert not Draft.objects.exists()


def test_what_nobody_comes_back_to_is_deleted_in_the_end(cast: Cast, treated: Participant) -> None:
    keep(cast.investigator, treated, Window("a"))
    keep(cast.investigator, treated, Window("a"), form="motion")
    Draft.objects.filter(form="pain").update(saved_at=timezone.now() - KEPT - timedelta(hours=1))
    keep(cast.coordinator, treated, Window("b"))
    assert held(cast.investigator, treated) is None
    assert held(cast.investigator, treated, "W1", "motion", 1) is not None
