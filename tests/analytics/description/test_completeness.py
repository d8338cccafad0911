import pytest

from analytics.description import VisitCompleteness, summary
from tests import answers, journey
from tests.analytics import measured
from tests.analytics.measured import everybody
from tests.cast import Cast
from trial.crf.codelists import END_REASON
from trial.services import visits
from trial.services.visits import VisitDetails

pytestmark = pytest.mark.django_db(transaction=True)


def of_pain() -> dict[str, VisitCompleteness]:
    return of("pain")


def of(outcome: str) -> dict[str, VisitCompleteness]:
    _, found = next(each for each in summary(everybody()).completeness if each[0].outcome == outcome)
    return {each.visit: each for each in found}


def test_every_treated_participant_is_counted_at_every_visit(cast: Cast) -> None:
    measured.pain(cast, [(7, 5, 4, 2), (7, None, 4, 2)])
    journey.enrolled(cast)
    found = of_pain()
    assert {visit: (each.present, each.of) for visit, each in found.items()} == {
        "BL": (2, 2),
        "W1": (1, 2),
        "W2": (2, 2),
        "W12": (2, 2),
    }
    assert found["W1"].reasons == (("no visit recorded", 1),)
    assert found["BL"].reasons == ()


def test_each_reason_is_told(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "BL")
    journey.attend(cast.investigator, participant, "W1")
    refused = answers.form({}, {"nrs_avg24": "REF"})
    journey.save(cast.investigator, participant, "W1", "pain", refused)
    missed = VisitDetails(occurred=False, reason_not_done="Did not come")
    visits.save(by=cast.investigator, participant=participant, code="W2", details=missed)
    found = of_pain()
    assert found["BL"].reasons == (("form not entered", 1),)
    assert found["W1"].reasons == (("Refused", 1),)
    assert found["W2"].reasons == (("visit not done", 1),)


def test_what_is_ahead_is_not_missing_yet(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    participant = journey.injected(cast)
    day = journey.day_of(participant, "W1")
    monkeypatch.setattr(type(participant.site), "today", lambda site: day)
    found = of_pain()
    assert found["W1"].reasons == (("not yet due", 1),)
    assert found["W12"].reasons == (("not yet due", 1),)


def test_who_withdrew_is_told_with_the_reason(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    participant = journey.injected(cast)
    day = journey.day_of(participant, "W1")
    monkeypatch.setattr(type(participant.site), "today", lambda site: day)
    journey.log(cast.investigator, participant, "withdrawal", answers.withdrawal(day))
    found = of_pain()
    assert found["W12"].reasons == ((END_REASON.label("WITHDRAWAL BY SUBJECT"), 1),)


def test_whose_withdrawal_was_only_begun_has_not_left(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    participant = journey.injected(cast)
    day = journey.day_of(participant, "W1")
    monkeypatch.setattr(type(participant.site), "today", lambda site: day)
    journey.log(cast.investigator, participant, "withdrawal", answers.withdrawal(day, wddecod=""))
    assert of_pain()["W12"].reasons == (("not yet due", 1),)


@pytest.mark.parametrize(
    ("why", "told"), [("Could not stand", "not measured"), ("", "no value, and no reason")]
)
def test_what_was_not_measured_says_so_where_words_say_why(cast: Cast, why: str, told: str) -> None:
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "BL")
    not_done = answers.form({"rom_perf": "N", "rom_reasnd": why})
    journey.save(cast.investigator, participant, "BL", "motion", not_done)
    assert of("motion")["BL"].reasons == ((told, 1),)
