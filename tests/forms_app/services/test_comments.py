"""A comment is saved with its form, and stays until it is named again."""

import pytest

from forms_app.models import Comment
from forms_app.selectors import documents
from forms_app.services import records
from forms_app.services.records import Saved
from tests import answers, journey
from tests.cast import Cast
from trial.crf.submission import Submission
from trial.models import Event, Participant
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def participant(cast: Cast) -> Participant:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    return participant


def save(
    cast: Cast,
    participant: Participant,
    comments: dict[str, str],
    version: int | None = None,
    reason: str = "",
) -> Saved:
    return records.save(
        by=cast.investigator,
        participant=participant,
        visit="BL",
        form="pain",
        submission=answers.pain(6),
        expected_version=version,
        comments=comments,
        reason=reason,
    )


def test_a_comment_is_kept_read_and_audited(cast: Cast, participant: Participant) -> None:
    saved = save(cast, participant, {"nrs_avg24": "  Asked twice "})
    assert documents.read(saved.record).plain()["comments"] == {"nrs_avg24": "Asked twice"}
    event = Event.objects.get(table_name="forms_app_comment")
    assert (event.record_id, event.actor_id) == (saved.record.pk, cast.investigator.pk)


def test_a_comment_on_a_complete_form_has_a_reason_and_counts_as_a_version(
    cast: Cast, participant: Participant
) -> None:
    save(cast, participant, {})
    with pytest.raises(Refusal, match="Say why it changes"):
        save(cast, participant, {"nrs_avg24": "Asked twice"}, 1)
    saved = save(cast, participant, {"nrs_avg24": "Asked twice"}, 1, reason="Forgotten")
    assert (saved.changed, saved.record.version, saved.record.state) == (False, 2, "complete")


def test_what_is_not_named_stays_and_an_empty_text_takes_back(cast: Cast, participant: Participant) -> None:
    save(cast, participant, {"nrs_avg24": "Asked twice", "nrs_now": "By phone"})
    saved = save(cast, participant, {"nrs_now": ""}, 1, reason="Wrong item")
    assert documents.read(saved.record).comments == {"nrs_avg24": "Asked twice"}
    assert Comment.objects.count() == 2


def test_the_same_comment_again_writes_nothing(cast: Cast, participant: Participant) -> None:
    save(cast, participant, {"nrs_avg24": "Asked twice"})
    saved = save(cast, participant, {"nrs_avg24": "Asked twice"}, 1)
    assert saved.record.version == 1
    assert Event.objects.filter(table_name="forms_app_comment").count() == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [("nrs_avg24", "x" * 1001), ("nrs_avg24", "a\x00b"), ("nobody", "x"), ("side.LEFT.x", "x")],
)
def test_a_comment_that_cannot_be_stored_is_refused(
    cast: Cast, participant: Participant, path: str, text: str
) -> None:
    with pytest.raises(Refusal) as refused:
        save(cast, participant, {path: text})
    assert list(refused.value.extra["errors"]) == [f"comments.{path}"]
    assert not Comment.objects.exists()


def test_a_comment_may_stand_in_a_row_of_a_group(cast: Cast) -> None:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    saved = records.save(
        by=cast.investigator,
        participant=participant,
        visit="INJ",
        form="injection",
        submission=answers.injection(journey.day_of(participant, "INJ")),
        comments={"side.LEFT.level": "Counted twice"},
    )
    assert documents.read(saved.record).comments == {"side.LEFT.level": "Counted twice"}


def test_the_comments_of_a_row_go_with_it(cast: Cast) -> None:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    day = journey.day_of(participant, "INJ")

    def save_injection(form: Submission, version: int | None, **comments: str) -> dict[str, str]:
        saved = records.save(
            by=cast.investigator,
            participant=participant,
            visit="INJ",
            form="injection",
            submission=form,
            expected_version=version,
            comments={path.replace("_", "."): text for path, text in comments.items()},
            reason="Read again",
        )
        return dict(documents.read(saved.record).comments)

    both, one = answers.injection(day), answers.injection(day, drugs={"1": answers.drug()})
    kept = {"drug.1.ecvol": "Half a syringe"}
    save_injection(both, None, drug_1_ecvol="Half a syringe", drug_2_ecvol="Spilt")
    assert save_injection(one, 1) == kept
    assert save_injection(both, 2) == kept
    emptied = Event.objects.filter(table_name="forms_app_comment").latest("id")
    assert (emptied.row["item"], emptied.row["text"], emptied.reason) == ("drug.2.ecvol", "", "Read again")
