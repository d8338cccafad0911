import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.exports import casebooks
from forms_app.models.signature import RECORD
from forms_app.selectors import documents
from forms_app.services import records
from tests import answers, journey, signing
from tests.cast import Cast
from trial.lifecycle import COMPLETE
from trial.models import Participant, Record

pytestmark = pytest.mark.django_db


def all_of(**choices: object) -> list[casebooks.Casebook]:
    return list(casebooks.read(Participant.objects.all(), **choices))  # type: ignore[arg-type]


def test_a_casebook_holds_every_form_as_it_is_stored(cast: Cast) -> None:
    participant = journey.screened(cast)
    (casebook,) = all_of()
    assert casebook.participant == participant
    assert [filled.record.form for filled in casebook.forms][:2] == ["consent", "demographics"]
    for filled in casebook.forms:
        document = documents.read(filled.record)
        assert filled.answers.values == document.answers.answers()
        assert filled.answers.missing == document.answers.missing()
        stored = {
            code: [row.answers() for row in rows.values()] for code, rows in document.groups.items() if rows
        }
        assert {code: [row.values for row in rows] for code, rows in filled.groups.items()} == stored


def test_participants_come_in_the_order_of_their_codes_however_many_there_are(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(casebooks, "BATCH", 2)
    for _ in range(3):
        journey.added(cast)
    journey.added_south(cast)
    codes = [casebook.participant.code for casebook in all_of()]
    assert codes == ["01-001", "01-002", "01-003", "02-001"]


def test_visits_come_in_the_order_of_the_schedule_and_logs_last(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    journey.log(
        cast.investigator, participant, "medication", answers.medication(journey.day_of(participant, "W1"))
    )
    journey.attend(cast.investigator, participant, "U1")
    (casebook,) = all_of()
    assert [visit.code for visit in casebook.visits] == ["SCR", "BL", "INJ", "W1", "U1"]
    assert casebook.forms[-1].record.form == "medication"
    assert [filled.record.form for filled in casebook.of_visit(None)] == ["medication"]
    assert {filled.visit for filled in casebook.of_visit(casebook.visits[1])} == {casebook.visits[1]}


def test_forms_visits_and_records_are_chosen(cast: Cast) -> None:
    journey.with_outcomes(cast)
    (of_pain,) = all_of(forms=["pain"])
    assert {filled.record.form for filled in of_pain.forms} == {"pain"}
    (of_week_1,) = all_of(visits=["W1"])
    assert [visit.code for visit in of_week_1.visits] == ["W1"]
    assert {filled.visit.code for filled in of_week_1.forms if filled.visit} == {"W1"}
    (complete,) = all_of(records=Record.objects.filter(state=COMPLETE))
    assert {filled.record.state for filled in complete.forms} == {COMPLETE}


def test_a_removed_record_never_comes(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    record = Record.objects.get(participant=participant, visit__code="W1", form="pain")
    records.remove(
        by=cast.investigator, record=record, expected_version=record.version, reason="Wrong person"
    )
    (casebook,) = all_of(records=Record.objects.all())
    assert record not in [filled.record for filled in casebook.forms]


def test_a_casebook_brings_its_signatures_and_questions(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(2), 1, reason="Read again")
    signing.form(
        cast.investigator, Record.objects.get(participant=participant, form="motion", visit__code="BL")
    )
    (casebook,) = all_of()
    assert [(each.signature.scope, each.form, each.is_intact) for each in casebook.signatures] == [
        (RECORD, "motion", True)
    ]
    asked = [(filled.record.form, query.code) for filled in casebook.forms for query in filled.queries]
    assert asked == [("pain", "nrs_avg24.low_at_baseline")]


def test_ten_participants_take_no_more_statements_than_one(cast: Cast) -> None:
    journey.with_outcomes(cast)
    with CaptureQueriesContext(connection) as of_one:
        all_of()
    for _ in range(3):
        journey.with_outcomes(cast)
    with CaptureQueriesContext(connection) as of_four:
        all_of()
    assert len(of_four) == len(of_one)
