"""The lists of questions on the screen, and the way from them to the field."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forms_app.models import Query
from forms_app.services import queries
from tests import answers, journey
from tests.cast import Cast
from tests.locking import lock_form
from trial.models import Record, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(cast: Cast) -> Record:
    participant = journey.injected(cast)
    return Record.objects.get(participant=participant, form="injection")


def ask(by: User, record: Record, item: str = "side.LEFT.level") -> Query:
    return queries.raise_query(by=by, record=record, item=item, text="Is this so?")


def listed(client: Client, who: User, **query: str) -> str:
    client.force_login(who)
    answer = client.get(reverse("queries"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_line_leads_to_the_very_field(cast: Cast, client: Client, record: Record) -> None:
    ask(cast.monitor, record)
    shown = listed(client, cast.coordinator)
    address = reverse("record", args=[record.participant.code, "INJ", "injection"])
    assert f'href="{address}#f-side-LEFT-level"' in shown
    assert 'id="f-side-LEFT-level"' in client.get(address).content.decode()
    assert "Mona North" in shown
    assert "since today" in shown


def test_a_question_about_the_form_as_a_whole_leads_to_its_top(
    cast: Cast, client: Client, record: Record
) -> None:
    ask(cast.monitor, record, "")
    shown = listed(client, cast.coordinator)
    address = reverse("record", args=[record.participant.code, "INJ", "injection"])
    assert f'href="{address}#whole"' in shown
    assert 'id="whole"' in client.get(address).content.decode()
    about = reverse("record-questions", args=[record.participant.code, record.pk])
    assert "Is this so?" in client.get(about).content.decode()


def test_a_candidate_is_released_from_the_list(cast: Cast, client: Client, record: Record) -> None:
    query = ask(cast.statistician, record)
    assert "Is this so?" not in listed(client, cast.coordinator, list="all")
    shown = listed(client, cast.data_manager)
    assert "Release" in shown
    act = reverse("query", args=[record.participant.code, record.pk, query.pk])
    answer = client.post(act, {"move": "open", "list": "list=release"})
    assert answer.headers["Location"] == f"{reverse('queries')}?list=release"
    assert "Is this so?" in listed(client, cast.coordinator)


def test_the_site_learns_nothing_of_a_candidate_anywhere(cast: Cast, client: Client, record: Record) -> None:
    query = ask(cast.statistician, record)
    code = record.participant.code
    item = reverse("item", args=[code, record.pk, "side.LEFT.level"])
    pages = (
        item,
        f"{item}?part",
        reverse("record-history", args=[code, record.pk]),
        reverse("record", args=[code, "INJ", "injection"]),
        reverse("participant", args=[code]),
        reverse("casebook", args=[code]),
    )
    client.force_login(cast.coordinator)
    for address in pages:
        assert "Is this so?" not in client.get(address).content.decode()
    act = reverse("query", args=[code, record.pk, query.pk])
    assert client.post(act, {"move": "answered", "explanation": "It is"}).status_code == 404
    client.force_login(cast.monitor)
    assert "Is this so?" in client.get(item).content.decode()


def test_who_proposes_is_told_that_the_site_does_not_see_it_yet(
    cast: Cast, client: Client, record: Record
) -> None:
    client.force_login(cast.statistician)
    item = reverse("item", args=[record.participant.code, record.pk, "side.LEFT.level"])
    assert "Propose a question" in client.get(item).content.decode()
    client.post(f"{item}queries/", {"text": "Is this so?"})
    assert Query.objects.get().state == "candidate"


def test_a_question_is_given_to_somebody_in_the_panel(cast: Cast, client: Client, record: Record) -> None:
    query = ask(cast.monitor, record)
    client.force_login(cast.monitor)
    act = reverse("query", args=[record.participant.code, record.pk, query.pk])
    answer = client.post(f"{act}?part", {"move": "assign", "person": cast.coordinator.pk})
    assert "given to Conrad North" in answer.content.decode()
    refused = client.post(f"{act}?part", {"move": "assign", "person": cast.monitor.pk})
    assert refused.status_code == 400
    assert "given to Conrad North" in listed(client, cast.coordinator)


def test_a_question_that_closed_by_itself_says_so(cast: Cast, client: Client, record: Record) -> None:
    participant = record.participant
    journey.attend(cast.investigator, participant, "BL")
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(6, nrs_worst24=4))
    client.force_login(cast.investigator)
    page = reverse("record", args=[participant.code, "BL", "pain"])
    saved = client.post(page, {"version": "1", "nrs_avg24": "4", "nrs_worst24": "5"}, follow=True)
    assert "1 question closed by itself: the value was corrected." in saved.content.decode()
    assert "Closed by itself: the value was corrected" in listed(client, cast.monitor, list="all")
    pain = Record.objects.get(form="pain")
    item = reverse("item", args=[participant.code, pain.pk, "nrs_worst24"])
    assert "Closed by itself: the value was corrected" in client.get(item).content.decode()


def test_the_navigation_counts_what_waits_for_the_person(cast: Cast, client: Client, record: Record) -> None:
    ask(cast.monitor, record)
    waiting = '1<span class="unseen"> waiting for you</span>'
    client.force_login(cast.coordinator)
    assert waiting in client.get(reverse("due")).content.decode()
    client.force_login(cast.monitor)
    assert waiting not in client.get(reverse("due")).content.decode()


def test_the_page_of_a_participant_leads_to_its_questions(cast: Cast, client: Client, record: Record) -> None:
    ask(cast.monitor, record)
    client.force_login(cast.coordinator)
    code = record.participant.code
    address = f"{reverse('queries')}?list=open&amp;participant={code}"
    assert address in client.get(reverse("participant", args=[code])).content.decode()
    assert code in listed(client, cast.coordinator, list="open", participant=code)


def test_under_a_lock_nothing_is_offered(cast: Cast, client: Client, record: Record) -> None:
    ask(cast.monitor, record)
    lock_form(cast, record)
    client.force_login(cast.monitor)
    item = reverse("item", args=[record.participant.code, record.pk, "side.LEFT.level"])
    shown = client.get(item).content.decode()
    for offered in ("Settled", "Ask a question of your own"):
        assert offered not in shown
    assert "Is this so?" in shown
    unasked = reverse("item", args=[record.participant.code, record.pk, "side.RIGHT.level"])
    assert "Ask a question of your own" not in client.get(unasked).content.decode()


def test_odd_filters_restrict_nothing_or_everything_and_break_nothing(
    cast: Cast, client: Client, record: Record
) -> None:
    ask(cast.monitor, record)
    assert "Is this so?" in listed(client, cast.monitor, list="odd", days="x", page="y", sort="z")
    assert "Is this so?" not in listed(client, cast.monitor, state="odd", participant="odd", list="all")


def test_the_page_costs_the_same_for_one_question_and_for_many(
    cast: Cast, client: Client, record: Record
) -> None:
    ask(cast.monitor, record)
    listed(client, cast.coordinator)
    with CaptureQueriesContext(connection) as one:
        listed(client, cast.coordinator)
    for _ in range(10):
        ask(cast.monitor, record, "side.RIGHT.level")
    with CaptureQueriesContext(connection) as many:
        listed(client, cast.coordinator)
    assert len(many) == len(one)
