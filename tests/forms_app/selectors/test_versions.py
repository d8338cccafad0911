"""Earlier versions of a record, as the audit tells them."""

from typing import Any

import pytest

from forms_app.screens.presenters import filled
from forms_app.selectors import documents, versions
from tests import answers, journey
from tests.cast import Cast
from trial.crf import registry
from trial.models import Record

pytestmark = pytest.mark.django_db(transaction=True)


def shown(record: Record, plain: dict[str, Any]) -> Any:
    form = registry.form(record.form)
    assert form is not None
    return filled.of_document(form, plain)


@pytest.mark.requirement("FAS.traceable", "FAS.original")
def test_every_version_is_read_as_it_was_saved(cast: Cast) -> None:
    participant = journey.injected(cast)
    day = journey.day_of(participant, "INJ")
    was: dict[int, Any] = {}
    changes = (
        answers.injection(day, position="OTHER"),
        answers.injection(day, left={"passes": 3}),
        answers.injection(day, drugs={"1": answers.drug(ecvol=5)}),
    )
    record = Record.objects.get(form="injection")
    was[record.version] = shown(record, documents.read(record).plain())
    for change in changes:
        who = cast.investigator
        journey.save(who, participant, "INJ", "injection", change, record.version, reason="Read again")
        record.refresh_from_db()
        was[record.version] = shown(record, documents.read(record).plain())
    assert len(was) == len(changes) + 1
    for version, document in was.items():
        assert shown(record, versions.read(record, version)) == document


def test_the_time_of_the_last_save_is_that_of_its_version(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "W1")
    record = journey.save(cast.investigator, participant, "W1", "pain", answers.pain(5)).record
    first = versions.saved_at(record)
    journey.save(
        cast.investigator, participant, "W1", "pain", answers.pain(6), record.version, reason="Again"
    )
    second = versions.saved_at(record)
    assert first is not None
    assert second is not None
    assert first < second
