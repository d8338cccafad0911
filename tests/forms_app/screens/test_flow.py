"""The flow on its page, in its files and by the API: the same numbers, and of one's own sites only."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.datasets import vectors
from tests import client, journey
from tests.cast import Cast
from trial.models import User
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


def browser(user: User) -> Client:
    browsing = Client()
    browsing.force_login(user)
    return browsing


def boxes(user: User, **query: str) -> dict[str, Any]:
    answer = client.client(user).get("/api/v1/flow/", query)
    assert answer.status_code == 200
    return {each["box"]: each for each in answer.json()["results"]}


@pytest.fixture
def populated(cast: Cast) -> Cast:
    journey.added(cast)
    journey.screen_failure(cast)
    journey.eligible(cast)
    journey.set_back(cast)
    journey.withdraw(cast, journey.eligible(cast))
    journey.enrolled(cast)
    journey.with_outcomes(cast)
    journey.added_south(cast)
    return cast


def test_the_api_counts_who_is_where(populated: Cast) -> None:
    found = boxes(populated.monitor)
    counts = {code: each["n"] for code, each in found.items() if each["n"]}
    assert counts == {
        "assessed": 7,
        "not-enrolled": 5,
        "not-eligible": 2,
        "criterion-excl01": 2,
        "declined": 1,
        "undecided": 1,
        "eligible": 1,
        "enrolled": 2,
        "untreated": 1,
        "injection-ahead": 1,
        "treated": 1,
        "both-sides": 1,
        "w1-attended": 1,
        "w2-absent": 1,
        "w2-unrecorded": 1,
        "w12-absent": 1,
        "w12-ahead": 1,
        "pain-analysed": 1,
        "pain-without": 1,
        "motion-analysed": 1,
        "disability-analysed": 1,
    }


def test_the_analysed_are_those_of_the_data_sets(populated: Cast) -> None:
    found = boxes(populated.monitor)
    for analysis in STUDY.analyses:
        present = {each.participant for each in vectors.read(analysis, sites=[populated.north]).present()}
        both = (f"{analysis.outcome}-analysed", f"{analysis.outcome}-without")
        assert {code for box in both for code in found[box]["participants"]} == present


def test_nothing_of_another_site_is_counted(populated: Cast) -> None:
    assert boxes(populated.southern_investigator)["assessed"]["participants"] == ["02-001"]
    answer = client.client(populated.monitor).get("/api/v1/flow/", {"site": "02"})
    client.problem(answer, 404, "not_found")
    elsewhere = browser(populated.monitor).get(reverse("flow"), {"site": "02"}).content.decode()
    assert "Assessed for eligibility (n = 7)" in elsewhere


def test_the_drawing_and_the_table_say_the_same(populated: Cast) -> None:
    shown = browser(populated.monitor).get(reverse("flow")).content.decode()
    drawn = dict(re.findall(r'href="/flow/([\w-]+)/"><rect[^>]*/><text>(.*?)</text>', shown))
    listed = dict(re.findall(r'href="/flow/([\w-]+)/">[^<]+</a></th><td class="number">(\d+)', shown))
    assert {code for code, n in listed.items() if n != "0"} <= set(drawn) <= set(listed)
    for code, words in drawn.items():
        said = re.sub(r"<[^>]+>", "", words)
        assert re.search(rf"(n = {listed[code]}\)|: {listed[code]})$", said), (code, said)


def test_each_box_leads_to_its_participants(populated: Cast) -> None:
    browsing = browser(populated.monitor)
    for code, each in boxes(populated.monitor).items():
        shown = browsing.get(reverse("flow-box", args=[code])).content.decode()
        assert re.findall(r'href="/participants/([\d-]+)/"', shown) == each["participants"]
    assert browsing.get(reverse("flow-box", args=["nowhere"])).status_code == 404


def test_the_files_are_whole_drawings(populated: Cast) -> None:
    browsing = browser(populated.monitor)
    svg, png = browsing.get(reverse("flow-svg")), browsing.get(reverse("flow-png"))
    root = ElementTree.fromstring(svg.content)
    words = "".join(root.itertext())
    assert "Assessed for eligibility (n = 7)" in words
    assert root.find(f"{SVG}title") is not None
    assert not root.findall(f".//{SVG}a")
    assert png.content.startswith(b"\x89PNG")
    assert "attachment" in svg["Content-Disposition"]


def test_the_flow_costs_the_same_for_few_and_for_many(cast: Cast) -> None:
    browsing = browser(cast.monitor)
    journey.with_outcomes(cast)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert browsing.get(reverse("flow")).status_code == 200
        counts.append(len(captured))
        journey.screen_failure(cast)
        journey.with_outcomes(cast)
    assert counts[0] == counts[1]


def test_an_empty_trial_is_drawn(cast: Cast) -> None:
    assert "Assessed for eligibility (n = 0)" in browser(cast.monitor).get(reverse("flow")).content.decode()
