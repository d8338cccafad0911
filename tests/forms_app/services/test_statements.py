"""How many statements a save costs; what a request adds is counted in `tests.config`."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import answers, journey
from tests.cast import Cast
from trial.crf.submission import Submission
from trial.models import Participant

pytestmark = pytest.mark.django_db

FORMS: dict[str, Callable[[], Submission]] = {
    "pain": answers.pain,
    "motion": answers.motion,
    "disability": answers.disability,
}


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("visit", ["BL", "W1"])
def test_an_outcome_is_saved_in_eleven_statements(cast: Cast, form: str, visit: str) -> None:
    participant = journey.with_outcomes(cast) if visit == "W1" else journey.injected(cast)
    there = "W2" if visit == "W1" else "BL"
    journey.attend(cast.investigator, participant, there)
    fresh = journey.again(participant)
    assert statements(lambda: journey.save(cast.investigator, fresh, there, form, FORMS[form]())) <= 11


def test_an_injection_is_saved_in_twenty_statements(cast: Cast) -> None:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    form = answers.injection(journey.day_of(participant, "INJ"))

    def save(who: Participant) -> object:
        return journey.save(cast.investigator, who, "INJ", "injection", form)

    assert statements(lambda: save(journey.again(participant))) <= 20


def test_the_number_does_not_grow_with_the_rows_of_a_group(cast: Cast) -> None:
    def cost(rows: int) -> int:
        participant = journey.enrolled(cast)
        journey.attend(cast.investigator, participant, "INJ")
        drugs = {str(row): answers.drug(ecvol=1) for row in range(1, rows + 1)}
        form = answers.injection(journey.day_of(participant, "INJ"), drugs=drugs)
        return statements(lambda: journey.save(cast.investigator, participant, "INJ", "injection", form))

    assert cost(1) == cost(40)
