"""What a save is asked about, and why it is refused."""

import pytest

from forms_app.models import Query
from forms_app.services.records import Saved
from tests import journey
from tests.cast import Cast
from trial.crf.submission import Submission
from trial.models import Participant
from trial.refusals import Refusal


def found(
    cast: Cast,
    participant: Participant,
    visit: str,
    form: str,
    submission: Submission,
    version: int | None = None,
) -> list[str]:
    """The codes of the soft checks that fired, which are the open queries too."""
    return codes(journey.save(cast.investigator, participant, visit, form, submission, version, reason="x"))


def codes(saved: Saved) -> list[str]:
    told = [finding.code for finding in saved.findings]
    queries = Query.objects.filter(record=saved.record, state="open")
    assert sorted(told) == sorted(f"{query.item}.{query.check_code}" for query in queries)
    return told


def errors(
    cast: Cast,
    participant: Participant,
    visit: str,
    form: str,
    submission: Submission,
    version: int | None = None,
) -> dict[str, str]:
    """The sentences with which a save is refused, by path."""
    with pytest.raises(Refusal) as refused:
        journey.save(cast.investigator, participant, visit, form, submission, version, reason="x")
    told: dict[str, str] = refused.value.extra["errors"]
    return told
