"""What a save costs, from request in to response out: signing in and what follows the commit included.

BEGIN, COMMIT and savepoints do not count.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.models import Export
from analytics.models.export import READY
from analytics.services import exports
from forms_app.services import imports
from tests import answers, journey
from tests.cast import Cast
from tests.exported import written
from trial.crf import registry
from trial.crf.answers import Answers
from trial.crf.submission import Submission
from trial.models import Participant, Record
from trial.protocol import STUDY
from trial.services import tokens

pytestmark = pytest.mark.django_db(transaction=True)

# One of them asks who is to be told, where a form comes to be complete or a question opens.
MOST = {"pain": 16, "motion": 16, "disability": 16, "injection": 20}
# The draft that the page kept goes with the save.
DRAFT = 1
MOST_TO_OPEN = 12
MOST_TO_LIST = 12
BOOKKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")

Save = Callable[[Participant, str, str, Submission], int]


def statements(act: Callable[[], Any], expected: set[int]) -> int:
    """How many statements an act sends; its answer must have one of the statuses."""
    with CaptureQueriesContext(connection) as captured:
        response = act()
    assert response.status_code in expected, response.content[:2000]
    return sum(not query["sql"].startswith(BOOKKEEPING) for query in captured.captured_queries)


def by_api(cast: Cast) -> Save:
    token = tokens.create(by=cast.investigator)[1]

    def save(participant: Participant, visit: str, form: str, submission: Submission) -> int:
        address = reverse("api-record", args=[participant.code, visit, form])
        version = stored_version(participant, visit, form)
        condition = {"If-None-Match": "*"} if version is None else {"If-Match": f'"{version}"'}
        body = json.dumps(journey.body(submission, reason="a typing error"))
        headers = {"Authorization": f"Token {token}", **condition}
        return statements(
            lambda: Client().put(address, body, "application/json", headers=headers), {200, 201}
        )

    return save


def by_screen(cast: Cast) -> Save:
    client = Client()
    client.force_login(cast.investigator)

    def save(participant: Participant, visit: str, form: str, submission: Submission) -> int:
        address = reverse("record", args=[participant.code, visit, form])
        version = stored_version(participant, visit, form)
        shown = {"version": version or "", "reason": "a typing error", "draft:window": "a" * 32}
        body = {**typed(submission), **shown}
        return statements(lambda: client.post(address, body), {302})

    return save


def typed(submission: Submission) -> dict[str, Any]:
    """A submission as the page of a form sends it."""
    rows = {
        f"{group}.{key}.": row for group, keyed in submission.groups.items() for key, row in keyed.items()
    }
    return {
        f"{prefix}{name}": value
        for prefix, row in {"": submission.header, **rows}.items()
        for name, value in row.items.items()
    }


def stored_version(participant: Participant, visit: str, form: str) -> int | None:
    record = Record.objects.filter(participant=participant, visit__code=visit, form=form).first()
    return record.version if record else None


@pytest.mark.parametrize("route", [by_api, by_screen])
def test_saving_an_outcome_costs_few_statements(cast: Cast, route: Callable[[Cast], Save]) -> None:
    save, participant = route(cast), journey.with_outcomes(cast)
    journey.attend(cast.investigator, participant, "W2")
    costs: dict[str, list[int]] = {
        "pain": [
            save(participant, "W2", "pain", answers.pain(5)),
            save(participant, "W2", "pain", answers.pain(6, nrs_worst24=3)),
        ],
        "motion": [
            save(participant, "W2", "motion", answers.motion(30, 31, 32)),
            save(participant, "W2", "motion", answers.motion(80, 81, 99)),
        ],
        "disability": [
            save(participant, "W2", "disability", answers.disability()),
            save(participant, "W2", "disability", answers.disability(0, odi01=0, odi_mode="TELEPHONE")),
        ],
    }
    most = {form: number + (route is by_screen) * DRAFT for form, number in MOST.items()}
    assert all(cost <= most[form] for form, several in costs.items() for cost in several), costs


@pytest.mark.parametrize("route", [by_api, by_screen])
def test_saving_an_injection_costs_few_statements(cast: Cast, route: Callable[[Cast], Save]) -> None:
    save, participant = route(cast), journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    day = journey.day_of(participant, "INJ")
    created = save(participant, "INJ", "injection", answers.injection(day))
    changed = save(
        participant, "INJ", "injection", answers.injection(day, left={"passes": 9}, position="OTHER")
    )
    assert max(created, changed) <= MOST["injection"] + (route is by_screen) * DRAFT, (created, changed)


def test_the_matrix_costs_the_same_for_one_participant_and_for_many(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.investigator)
    journey.with_outcomes(cast)
    few = statements(lambda: client.get(reverse("home")), {200})
    for _ in range(30):
        journey.added(cast)
    journey.with_outcomes(cast)
    assert statements(lambda: client.get(reverse("home")), {200}) == few


@pytest.mark.parametrize("name", ["exports", "api-exports"])
def test_the_list_of_exports_costs_the_same_for_few_and_for_many(cast: Cast, name: str) -> None:
    client = Client()
    client.force_login(cast.data_manager)
    made(cast)
    few = statements(lambda: client.get(reverse(name)), {200})
    for _ in range(3):
        made(cast)
    assert statements(lambda: client.get(reverse(name)), {200}) == few <= MOST_TO_LIST


@pytest.mark.parametrize("name", ["export", "api-export"])
def test_an_export_costs_the_same_however_much_is_in_it(cast: Cast, name: str) -> None:
    client = Client()
    client.force_login(cast.data_manager)
    small = reverse(name, args=[made(cast, visits=["W12"]).pk])
    journey.with_outcomes(cast)
    export = made(cast, shape="forms")
    for person in (cast.data_manager, cast.statistician, cast.coordinator):
        exports.take(by=person, number=export.pk)
    few = statements(lambda: client.get(small), {200})
    large = reverse(name, args=[export.pk])
    assert statements(lambda: client.get(large), {200}) == few <= MOST_TO_LIST


def made(cast: Cast, **chosen: Any) -> Export:
    """An export that is ready, of somebody's."""
    export = written(cast.data_manager, **chosen)
    assert export.state == READY, export.problem
    return export


def test_the_count_before_an_export_costs_the_same_for_few_and_for_many(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.data_manager)
    body = {"move": "count", "shape": "wide", "format": "csv"}
    journey.with_outcomes(cast)
    few = statements(lambda: client.post(reverse("exports"), body), {200})
    for _ in range(3):
        journey.with_outcomes(cast)
    assert statements(lambda: client.post(reverse("exports"), body), {200}) == few


def test_the_list_of_imports_costs_the_same_for_few_and_for_many(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.coordinator)
    address = reverse("imports")

    def send(number: int) -> None:
        content = b"participant,visit,nrs_avg24\n01-001,BL,%d\n" % number
        imports.receive(by=cast.coordinator, content=content, name=f"{number}.csv")

    send(0)
    few = statements(lambda: client.get(address), {200})
    for number in range(1, 5):
        send(number)
    assert statements(lambda: client.get(address), {200}) == few <= MOST_TO_LIST


@pytest.mark.parametrize("form", registry.FORMS, ids=lambda form: form.code)
def test_opening_a_form_costs_few_statements(cast: Cast, form: type[Answers]) -> None:
    """A form that is filled, and one that is not begun."""
    client = Client()
    client.force_login(cast.investigator)
    participant = journey.with_outcomes(cast)
    for address in addresses(cast, participant, form.code):
        assert statements(lambda at=address: client.get(at), {200}) <= MOST_TO_OPEN  # type: ignore[misc]


def addresses(cast: Cast, participant: Participant, form: str) -> list[str]:
    code = participant.code
    if STUDY.schedule.log(form) is None:
        visit = next(each.code for each in STUDY.schedule.planned if form in each.forms)
        return [reverse("record", args=[code, visit, form])]
    empty = reverse("log-new", args=[code, form])
    if form == "study_end":
        return [empty]
    journey.log(
        cast.investigator, participant, form, answers.every_form(journey.day_of(participant, "W1"))[form]
    )
    filled = reverse("log", args=[code, form, 1])
    log = STUDY.schedule.log(form)
    return [filled, empty] if log and log.repeats else [filled]
