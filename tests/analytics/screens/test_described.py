"""The page of safety and description: each cell is the count of the package, in the words of the page."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics import description
from analytics.description import EventCount, Share, Spread
from tests import answers, journey
from tests.analytics import measured
from tests.analytics.measured import everybody
from tests.analytics.screens.tree import Element, parse
from tests.cast import Cast
from trial.access import Role
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(cast: Cast, client: Client) -> Client:
    client.force_login(cast.statistician)
    return client


def populated(cast: Cast) -> None:
    people = measured.pain(cast)
    day = journey.day_of(people[0], "W1")
    event = answers.adverse_event(day, aerel="POSSIBLE")
    journey.log(cast.investigator, people[0], "adverse_event", event)
    journey.save(cast.investigator, people[1], "SCR", "demographics", answers.demographics())
    outside = journey.enrolled(cast)
    journey.log(cast.investigator, outside, "adverse_event", event)


def section(client: Client, name: str) -> Element:
    page = parse(client.get(reverse("results-safety")).content.decode())
    (found,) = page.elements("section", **{"aria-labelledby": name})
    return found


def lines(table: Element) -> list[list[str]]:
    (body,) = table.elements("tbody")
    return [line.cells() for line in body.elements("tr")]


def of_share(share: Share) -> list[str]:
    if not share.of:
        return ["0 of 0", "–", "– to –"]
    assert share.share is not None
    assert share.lower is not None
    assert share.upper is not None
    bounds = f"{100 * share.lower:.1f} % to {100 * share.upper:.1f} %"
    return [f"{share.n} of {share.of}", f"{100 * share.share:.1f} %", bounds]


def of_count(count: EventCount) -> list[str]:
    return [count.kind, *of_share(count.share), str(count.events)]


def test_safety_is_told_with_exact_bounds(cast: Cast, client: Client) -> None:
    populated(cast)
    found, expected = section(client, "safety"), description.summary(everybody()).safety
    kinds, terms, complications = (lines(table) for table in found.elements("table"))
    assert kinds == [of_count(each) for each in expected.kinds]
    assert terms == [of_count(each) for each in expected.terms]
    assert complications == [of_count(each)[:-1] for each in expected.complications]
    assert "Of 7 participants who were injected" in found.text()
    assert "1 event of participants who were not injected is not counted here." in found.text()
    assert kinds[0][1:3] == ["1 of 7", "14.3 %"]


def test_baseline_has_a_line_for_each_number(cast: Cast, client: Client) -> None:
    populated(cast)
    found = lines(next(section(client, "baseline").elements("table")))
    expected: list[list[str]] = []
    for trait in description.summary(everybody()).baseline:
        named = f"{trait.label} ({trait.unit})" if trait.unit else trait.label
        if trait.spread:
            expected.append([named, "mean (SD)", mean(trait.spread), str(trait.spread.n)])
            expected.append(["", "median (range)", median(trait.spread), ""])
        for place, (answer, share) in enumerate(trait.shares):
            value = f"{share.n} (–)" if share.share is None else f"{share.n} ({100 * share.share:.1f} %)"
            expected.append(["" if place else named, answer, value, "" if place else str(share.of)])
        if trait.missing:
            named = "" if trait.spread or trait.shares else named
            expected.append([named, "no answer", str(trait.missing), ""])
    assert found == expected


def mean(spread: Spread) -> str:
    return " ".join([decimal(spread.mean), f"({decimal(spread.sd)})"])


def median(spread: Spread) -> str:
    if spread.low is None:
        return "–"
    return f"{decimal(spread.median)} ({decimal(spread.low)} to {decimal(spread.high)})"


def decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def test_responders_stand_by_both_rules(cast: Cast, client: Client) -> None:
    populated(cast)
    tables = list(section(client, "responders").elements("table"))
    for table, (_, _, responses) in zip(tables, description.summary(everybody()).responders, strict=True):
        shares = [[*of_share(each.by_units), *of_share(each.by_percent)] for each in responses]
        assert [line[1:] for line in lines(table)] == shares


def test_each_side_has_a_line(cast: Cast, client: Client) -> None:
    populated(cast)
    found = lines(next(section(client, "dispersion").elements("table")))
    assert found == [
        [each.side, str(each.injected), mean(each.segments), median(each.segments), "–"]
        for each in description.summary(everybody()).dispersion
    ]


def test_completeness_counts_everybody_treated_with_the_reasons(cast: Cast, client: Client) -> None:
    populated(cast)
    found = lines(next(section(client, "completeness").elements("table")))
    expected = [
        [
            analysis.title,
            *(f"{each.present} of {each.of}", f"{100 * each.present / each.of:.1f} %"),
            "; ".join(f"{reason} {count}" for reason, count in each.reasons) or "–",
        ]
        for analysis, visits in description.summary(everybody()).completeness
        for each in visits
    ]
    assert [[line[0], *line[2:]] for line in found] == expected
    assert sum(len(analysis.visits) for analysis in STUDY.analyses) == len(found)


def test_before_anybody_is_injected_nothing_is_divided_by_nobody(client: Client) -> None:
    page = parse(client.get(reverse("results-safety")).content.decode())
    cells = [cell.text() for cell in page.elements("td")]
    assert not [cell for cell in cells if re.search(r"nan|inf|None", cell)]
    assert "0 of 0" in cells


@pytest.mark.parametrize("role", [Role.MEDICAL_MONITOR, Role.DATA_MANAGER])
def test_who_watches_safety_sees_it_without_the_estimates(cast: Cast, client: Client, role: Role) -> None:
    client.force_login(cast.with_role(role))
    page = parse(client.get(reverse("results-safety")).content.decode())
    assert not list(page.elements("nav", class_="tabs"))
    (area,) = (link for link in page.elements("a", href=reverse("results-safety")))
    assert (area.text(), area.attributes["aria-current"]) == ("Results", "page")
    assert client.get(reverse("results")).status_code == 403
    assert not list(page.elements("section", **{"aria-labelledby": "responders"}))
    assert client.get("/api/v1/description/").json()["responders"] == []


def test_the_others_find_it_among_the_tabs(client: Client) -> None:
    page = parse(client.get(reverse("results-safety")).content.decode())
    (tabs,) = page.elements("nav", class_="tabs")
    assert [tab.text() for tab in tabs.elements("a")] == [
        *("Estimates", "Sensitivity", "Diagnostics", "Influence", "Safety and description", "Planning"),
        "Report",
    ]
    (area,) = (link for link in page.elements("a") if link.text() == "Results")
    assert area.attributes["href"] == reverse("results")


def test_as_many_queries_for_many_participants_as_for_few(cast: Cast, client: Client) -> None:
    measured.pain(cast, measured.PAIN[:2])
    client.get(reverse("results-safety"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("results-safety"))
    measured.pain(cast)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("results-safety"))
    assert len(many) == len(few)
