"""How far the verification of everybody is: counted in the database, the same as read record by record."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forms_app.selectors import casebook, content_hash, stored, verification_progress
from forms_app.selectors import verifications as selector
from forms_app.selectors.verifications import Standing
from forms_app.services import records, verifications
from tests import answers, journey, sql
from tests.cast import Cast
from trial.models import Participant, Record, User
from trial.protocol import STUDY
from trial.protocol.verification import VerificationPlan

pytestmark = pytest.mark.django_db

CRITICAL = VerificationPlan(
    seed="a", fraction=Decimal(0), critical=STUDY.verification.critical, forms=STUDY.verification.forms
)
WHOLE = VerificationPlan(seed="a", fraction=Decimal(1), critical=STUDY.verification.critical)


@pytest.fixture
def treated(cast: Cast) -> Participant:
    participant = journey.with_outcomes(cast)
    day = journey.day_of(participant, "W1")
    journey.log(cast.investigator, participant, "adverse_event", answers.serious_event(day))
    journey.log(cast.investigator, participant, "medication", answers.medication(day))
    return participant


def counted(person: User) -> dict[int, Standing]:
    """As the database counts, by record."""
    found = verification_progress.read(person)
    return {each.record.pk: each.standing for site in found for row in site.people for each in row.records}


def read(participant: Participant) -> dict[int, Standing]:
    """As the stored answers say, by record."""
    book = casebook.read(participant)
    filed = [(entry.record, entry.form) for entry in book.saved if entry.record]
    return selector.of_records(participant, filed, stored.read(record for record, _form in filed))


@pytest.mark.requirement("E6.16")
@pytest.mark.parametrize("plan", [CRITICAL, WHOLE, STUDY.verification])
def test_what_is_counted_is_what_is_read(
    cast: Cast, treated: Participant, plan: VerificationPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selector, "PLAN", plan)
    assert counted(cast.monitor) == read(treated)
    verify_all(cast, treated)
    assert counted(cast.monitor) == read(treated)
    assert all(each.is_done or not each.required for each in read(treated).values())
    stir(cast, treated)
    assert counted(cast.monitor) == read(treated)
    assert sum(each.changed for each in read(treated).values()) >= 4


def verify_all(cast: Cast, participant: Participant) -> None:
    kept = Record.objects.filter(participant=participant, removed=False)
    shown = content_hash.of_casebook(participant).hashes
    verifications.verify_casebook(by=cast.monitor, participant=participant, shown=shown)
    # One that the plan may not ask for.
    injection = kept.get(form="injection")
    if selector.marks(injection).get("side.LEFT.aspneg") is None:
        items = ["side.LEFT.aspneg"]
        verifications.verify(by=cast.monitor, record=injection, shown_hash=shown[injection.pk], items=items)


def stir(cast: Cast, participant: Participant) -> None:
    """Answers that are corrected, emptied and given a reason; a row and a record that go out of use."""
    kept = Record.objects.filter(participant=participant)
    injection, pain = kept.get(form="injection"), kept.get(form="pain", visit__code="W1")
    sql.actor(cast.investigator.pk, "by hand")
    sql.run("update trial_pain set nrs_avg24 = 1 where record_id = %s", [pain.pk])
    sql.run(
        "update trial_injectionside set level = 'L4-5', aspneg = null where record_id = %s and key = 'LEFT'",
        [injection.pk],
    )
    sql.run(
        "update trial_injectiondrug set removed = true where record_id = %s and key = '1'", [injection.pk]
    )
    sql.run("update trial_consent set icver = null, icver_missing = 'UNK'")
    motion = kept.get(form="motion", visit__code="W1")
    records.remove(
        by=cast.investigator, record=motion, expected_version=motion.version, reason="Wrong person"
    )


def test_sites_and_participants_are_summed_and_others_are_not_seen(cast: Cast, treated: Participant) -> None:
    south = journey.consented(cast, journey.added_south(cast), by=cast.southern_investigator)
    (northern,) = verification_progress.read(cast.monitor)
    assert northern.site == cast.north
    assert [row.participant for row in northern.people] == [treated]
    assert northern.standing == sum((row.standing for row in northern.people), Standing())
    (southern,) = verification_progress.read(cast.southern_investigator)
    assert [row.participant for row in southern.people] == [south]
    assert verification_progress.read(cast.monitor, site="02") == []
    assert verification_progress.read(cast.stranger) == []


def test_a_sampled_participant_is_told(cast: Cast, treated: Participant) -> None:
    second = journey.added(cast)
    people = verification_progress.read(cast.monitor)[0].people
    assert [row.is_sampled for row in people] == [
        STUDY.verification.is_sampled(code) for code in (treated.code, second.code)
    ]


def test_progress_is_never_whole_before_it_is() -> None:
    assert Standing(1000, 999, 0, 1).percent == 99
    assert (Standing().percent, Standing().is_done) == (0, False)
    assert not Standing(3, 3, changed=1).is_done


def test_more_participants_cost_no_more_statements(cast: Cast, treated: Participant) -> None:
    verify_all(cast, treated)
    stir(cast, treated)
    verification_progress.read(cast.monitor)
    with CaptureQueriesContext(connection) as one:
        verification_progress.read(cast.monitor)
    for _ in range(2):
        journey.with_outcomes(cast)
    with CaptureQueriesContext(connection) as many:
        verification_progress.read(cast.monitor)
    assert len(many) == len(one) <= 5
