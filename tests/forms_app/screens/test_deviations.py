"""The page of deviations, and forms that begin with what is known."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from tests import answers, journey
from tests.cast import Cast
from tests.client import client as api
from tests.forms_app.services.test_rechecks import LINK, with_complication
from trial.models import AdverseEvent, Deviation, Participant

pytestmark = pytest.mark.django_db

WINDOW = "W1.window.3"


@pytest.fixture
def late(cast: Cast) -> Participant:
    """Injected, with the first week's visit three days after its window."""
    participant = journey.injected(cast)
    day = journey.day_of(participant, "INJ") + timedelta(days=12)
    journey.attend(cast.investigator, participant, "W1", day=day)
    return participant


def new(participant: Participant, form: str, source: str) -> str:
    return f"{reverse('log-new', args=[participant.code, form])}?from={quote(source)}"


def fields(page: str) -> dict[str, str]:
    """The values of the fields that a browser would send back."""
    inputs = re.findall(r"<input[^>]*>", page)
    named = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag), tag) for tag in inputs]
    sent = {
        name[1]: value[1]
        for name, value, tag in named
        if name and value and ("radio" not in tag or "checked" in tag)
    }
    sent |= dict(re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?([^<]*)</textarea>', page))
    for name, body in re.findall(r'<select[^>]*name="([^"]*)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        sent[name] = chosen[1] if chosen else ""
    return sent


def test_a_proposal_leads_to_the_form_that_judges_it(cast: Cast, late: Participant, client: Client) -> None:
    client.force_login(cast.investigator)
    page = client.get(reverse("deviations", args=[late.code])).content.decode()
    assert "Week 1: 3 d after its window" in page
    assert new(late, "deviation", WINDOW) in page
    sent = fields(client.get(new(late, "deviation", WINDOW)).content.decode())
    assert (sent["dvterm"], sent["dvdecod"]) == ("Week 1: 3 d after its window", "VISIT WINDOW")
    assert (sent["dvorig"], sent["dvlink"]) == ("SYSTEM", WINDOW)
    judged = {"dvconf": "Y", "dvsev": "MINOR"}
    answer = client.post(new(late, "deviation", WINDOW), {**sent, **judged})
    assert answer.status_code == 302
    stored = Deviation.objects.get()
    assert (stored.dvlink, stored.dvorig, stored.record.state) == (WINDOW, "SYSTEM", "complete")
    page = client.get(reverse("deviations", args=[late.code])).content.decode()
    assert "Nothing is proposed." in page
    assert "Minor" in page


@pytest.mark.parametrize("days", [2, None])
def test_a_deviation_of_an_event_begins_with_the_day_of_its_report(
    cast: Cast, client: Client, days: int | None
) -> None:
    participant = journey.consented(cast)
    aware = participant.site.today() - timedelta(days=3)
    reported = None if days is None else (aware + timedelta(days=days)).isoformat()
    told = {"aerptdat": reported, "aerpttim": "09:00" if reported else None}
    event = answers.serious_event(aware, **told)
    journey.log(cast.investigator, participant, "adverse_event", event)
    client.force_login(cast.investigator)
    assert client.get(reverse("deviations", args=[participant.code])).status_code == 200
    link = "adverse_event.1.aerptdat.late"
    sent = fields(client.get(new(participant, "deviation", link)).content.decode())
    assert (sent["dvlink"], sent.get("dvstdat", "")) == (link, reported or "")
    listed = api(cast.investigator).get(f"/api/v1/participants/{participant.code}/deviations/")
    (proposal,) = listed.json()["results"]
    assert proposal["date"] == reported


def test_who_only_looks_judges_nothing(cast: Cast, late: Participant, client: Client) -> None:
    client.force_login(cast.monitor)
    page = client.get(reverse("deviations", args=[late.code])).content.decode()
    assert "Week 1: 3 d after its window" in page
    assert "Judge…" not in page


def test_the_proposals_of_another_site_are_not_there(cast: Cast, late: Participant, client: Client) -> None:
    client.force_login(cast.southern_investigator)
    assert client.get(reverse("deviations", args=[late.code])).status_code == 404
    assert (
        api(cast.southern_investigator).get(f"/api/v1/participants/{late.code}/deviations/").status_code
        == 404
    )


def test_the_api_proposes_and_takes_the_judgement(cast: Cast, late: Participant) -> None:
    where = f"/api/v1/participants/{late.code}/"
    (proposal,) = api(cast.investigator).get(f"{where}deviations/").json()["results"]
    assert (proposal["dvlink"], proposal["dvdecod"]) == (WINDOW, "VISIT WINDOW")
    entry = answers.deviation(late.site.today(), dvorig="SYSTEM", dvlink=proposal["dvlink"])
    saved = api(cast.investigator).post(f"{where}logs/deviation/", journey.body(entry), format="json")
    assert saved.status_code == 201
    assert api(cast.investigator).get(f"{where}deviations/").json()["results"] == []


def test_a_complication_fills_in_its_event(cast: Cast, client: Client) -> None:
    participant = with_complication(cast)
    client.force_login(cast.investigator)
    injection = reverse("record", args=[participant.code, "INJ", "injection"])
    page = client.get(injection).content.decode()
    assert "1 adverse event to record" in page
    assert new(participant, "adverse_event", LINK) in page
    sent = fields(client.get(new(participant, "adverse_event", LINK)).content.decode())
    assert (sent["aeterm"], sent["aesttim"], sent["aelink"]) == ("Vasovagal reaction", "10:15", LINK)
    assert sent["aestdat"] == journey.day_of(participant, "INJ").isoformat()
    assert client.post(new(participant, "adverse_event", LINK), sent).status_code == 302
    assert AdverseEvent.objects.get().aelink == LINK


@pytest.mark.parametrize("source", ["", "nowhere", f"{LINK}X", "INJ.injection.complication.HAEMATOMA", "W1"])
@pytest.mark.parametrize("form", ["adverse_event", "deviation", "medication"])
def test_what_is_not_known_fills_in_nothing(cast: Cast, client: Client, form: str, source: str) -> None:
    participant = with_complication(cast)
    client.force_login(cast.investigator)
    answer = client.get(new(participant, form, source))
    assert answer.status_code == 200
    assert not {"aeterm", "aelink", "dvterm", "dvlink"} & {
        name for name, value in fields(answer.content.decode()).items() if value
    }


def test_the_casebook_names_what_to_look_at(cast: Cast, late: Participant, client: Client) -> None:
    day = journey.day_of(late, "INJ") + timedelta(days=3)
    serious = answers.serious_event(day, aeterm="Hip fracture", aerptdat=None, aerpttim=None)
    journey.log(cast.investigator, late, "adverse_event", serious)
    opioid = answers.medication(day, cmtrt="Morphine", cmdose="10")
    journey.log(cast.investigator, late, "medication", opioid)
    client.force_login(cast.investigator)
    page = client.get(reverse("participant", args=[late.code])).content.decode()
    assert "Serious adverse event: Hip fracture" in page
    assert "2 deviations to judge" in page
    assert "Intercurrent event: a new or raised opioid after the injection" in page
    assert "30.0 mg a day" in page
