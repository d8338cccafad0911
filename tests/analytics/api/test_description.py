from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics import description
from analytics.description import Share, Spread
from tests.analytics import measured
from tests.analytics.measured import everybody
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(cast: Cast, client: Client) -> Client:
    client.force_login(cast.statistician)
    return client


def told(client: Client) -> dict[str, Any]:
    answer = client.get("/api/v1/description/")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def of_share(share: Share) -> dict[str, Any]:
    return {
        "n": share.n,
        "of": share.of,
        "share": share.share,
        "lower": share.lower,
        "upper": share.upper,
    }


def of_spread(spread: Spread | None) -> dict[str, Any] | None:
    return None if spread is None else {name: getattr(spread, name) for name in spread.__dataclass_fields__}


def test_every_number_is_that_of_the_description_unrounded(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    body = told(client)
    summary = description.summary(everybody())
    found = summary.safety
    assert (body["safety"]["treated"], body["safety"]["of_others"]) == (found.treated, found.of_others)
    for name in ("kinds", "terms", "complications"):
        rows = [(row["kind"], row["participants"], row["events"]) for row in body["safety"][name]]
        assert rows == [(each.kind, of_share(each.share), each.events) for each in getattr(found, name)]
    traits = summary.baseline
    assert [row["name"] for row in body["baseline"]] == [trait.label for trait in traits]
    assert [row["spread"] for row in body["baseline"]] == [of_spread(trait.spread) for trait in traits]
    assert [row["missing"] for row in body["baseline"]] == [trait.missing for trait in traits]
    assert [
        [(each["answer"], each["participants"]) for each in row["answers"]] for row in body["baseline"]
    ] == [[(answer, of_share(share)) for answer, share in trait.shares] for trait in traits]
    assert [
        (row["outcome"], row["units"], row["percent"], [each["by_units"] for each in row["visits"]])
        for row in body["responders"]
    ] == [
        (analysis.outcome, rule.units, rule.percent, [of_share(each.by_units) for each in visits])
        for analysis, rule, visits in summary.responders
    ]
    assert [[each["by_percent"] for each in row["visits"]] for row in body["responders"]] == [
        [of_share(each.by_percent) for each in visits] for _, _, visits in summary.responders
    ]
    assert [(row["side"], row["injected"], row["segments"]) for row in body["dispersion"]] == [
        (each.side, each.injected, of_spread(each.segments)) for each in summary.dispersion
    ]
    assert [
        [(each["visit"], each["of"], each["present"]) for each in row["visits"]]
        for row in body["completeness"]
    ] == [[(each.visit, each.of, each.present) for each in visits] for _, visits in summary.completeness]
    assert [
        [[(reason["reason"], reason["participants"]) for reason in each["reasons"]] for each in row["visits"]]
        for row in body["completeness"]
    ] == [[list(each.reasons) for each in visits] for _, visits in summary.completeness]


def test_as_many_queries_for_many_participants_as_for_few(cast: Cast, client: Client) -> None:
    measured.pain(cast, measured.PAIN[:2])
    told(client)
    with CaptureQueriesContext(connection) as few:
        told(client)
    measured.pain(cast)
    with CaptureQueriesContext(connection) as many:
        told(client)
    assert len(many) == len(few)
