"""The file of signatures, and what the long file says of them."""

import pytest
from django.db import transaction

from tests import answers, journey, signing
from tests.analytics.exports.files_read import rows_of
from tests.cast import Cast
from tests.sql import run
from trial.models import Participant, Record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def participant(cast: Cast) -> Participant:
    return journey.with_outcomes(cast)


def pain(participant: Participant, visit: str) -> Record:
    return Record.objects.select_related("participant__site", "visit").get(
        participant=participant, visit__code=visit, form="pain"
    )


@pytest.mark.requirement("P11.50", "P11.70")
def test_each_signature_has_one_row_and_a_broken_one_says_so(cast: Cast, participant: Participant) -> None:
    baseline = signing.form(cast.investigator, pain(participant, "BL"))
    signing.form(cast.sub_investigator, pain(participant, "W1"), "review")
    journey.save(cast.investigator, participant, "W1", "pain", answers.pain(4), 1, reason="read again")
    first, second = rows_of(cast.data_manager, "signatures")
    assert first == {
        "study": first["study"],
        "site": "01",
        "participant": participant.code,
        "scope": "form",
        "visit": "BL",
        "form": "pain",
        "repeat": "1",
        "signer": "Ines North",
        "username": "investigator",
        "role": "investigator",
        "meaning": "approval",
        "signed_at": f"{baseline.signed_at:%Y-%m-%dT%H:%M:%SZ}",
        "content_hash": baseline.content_hash,
        "intact": "Y",
        "broken_at": "",
    }
    assert (second["signer"], second["meaning"], second["intact"]) == ("Sunna North", "review", "N")
    assert second["broken_at"]


@pytest.mark.requirement("P11.70")
def test_what_was_changed_past_the_triggers_is_not_intact(cast: Cast, participant: Participant) -> None:
    record = pain(participant, "BL")
    signing.form(cast.investigator, record)
    with transaction.atomic(using="owner"):
        run("alter table trial_pain disable trigger user", using="owner")
        run("update trial_pain set nrs_rest = 9 where record_id = %s", [record.pk], using="owner")
        run("alter table trial_pain enable trigger user", using="owner")
    (row,) = rows_of(cast.data_manager, "signatures")
    assert (row["intact"], row["broken_at"]) == ("N", "")


def test_the_long_file_says_of_each_record_whether_it_is_signed(cast: Cast, participant: Participant) -> None:
    signing.form(cast.investigator, pain(participant, "BL"))
    signing.form(cast.investigator, pain(participant, "W1"))
    journey.save(cast.investigator, participant, "W1", "pain", answers.pain(4), 1, reason="read again")
    said = {(row["visit"], row["form"]): row["signed"] for row in rows_of(cast.data_manager, "long")}
    assert (said["BL", "pain"], said["W1", "pain"], said["BL", "motion"]) == ("signed", "broken", "")


def test_nobody_exports_signatures_of_another_site(cast: Cast, participant: Participant) -> None:
    signing.form(cast.investigator, pain(participant, "BL"))
    assert rows_of(cast.southern_investigator, "signatures") == []
