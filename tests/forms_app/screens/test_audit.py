"""The audit trail as people read it: on the page, as a file, in the API; and its reviews."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forms_app.models import CalendarFeed
from forms_app.selectors import audit
from forms_app.selectors import audit_reviews as reviews_selector
from forms_app.services import audit_reviews, queries
from tests import answers, journey
from tests.cast import Cast
from tests.client import problem
from tests.sql import actor, run
from trial.access import Role
from trial.audit.context import COMMAND_LINE, attributed
from trial.audit.tracking import tracked_models
from trial.models import AuditReview, Happening, Participant, Record, Site, User
from trial.refusals import Refusal
from trial.services import accounts, webhooks
from trial.services.webhooks import Setup

pytestmark = pytest.mark.django_db(transaction=True)

API = "/api/v1/audit/"
PAGE = "/audit/"
FILE = "/audit/audit-trail.csv"
MISREAD = "Read again from the paper"


@pytest.fixture
def participant(cast: Cast) -> Participant:
    return journey.consented(cast)


@pytest.fixture
def corrected(cast: Cast) -> Participant:
    """Pain of week 1 was 7, is 2, for a reason."""
    found = journey.with_outcomes(cast)
    journey.save(cast.investigator, found, "W1", "pain", answers.pain(2), 1, reason=MISREAD)
    return found


def lines(client: Client, reader: User, **asked: Any) -> list[dict[str, Any]]:
    """Every line that the API gives, page by page."""
    client.force_login(reader)
    found: list[dict[str, Any]] = []
    answer = client.get(API, {"limit": 20, **asked})
    while True:
        assert answer.status_code == 200, answer.content
        found += answer.json()["results"]
        following = answer.json()["next"]
        if following is None:
            return found
        answer = client.get(following)


def rows(client: Client, reader: User, **asked: Any) -> list[dict[str, str]]:
    client.force_login(reader)
    answer = client.get(FILE, asked)
    assert answer.status_code == 200
    text = answer.getvalue().decode("utf-8-sig")
    found = list(csv.DictReader(text.splitlines()))
    assert int(answer["Fascicle-Rows"]) == len(found)
    assert {row["rows_in_file"] for row in found} <= {str(len(found))}
    return found


def others(cast: Cast) -> Participant:
    """Somebody of the south, with data."""
    found = journey.added_south(cast)
    return journey.consented(cast, found, cast.southern_investigator)


@pytest.mark.requirement("P11.10e", "E6.17")
def test_a_correction_says_what_who_when_from_what_to_what_why_and_how(
    cast: Cast, client: Client, corrected: Participant
) -> None:
    newest, *_ = lines(client, cast.monitor, participant=corrected.code, form="pain", item="nrs_avg24")
    at = newest.pop("at")
    assert newest.pop("event") > 0
    assert (newest.pop("at_site")[:16], at[-1]) == (at[:16], "Z")
    assert newest == {
        "person": "Ines North",
        "username": "investigator",
        "role": "Investigator",
        "kind": "data",
        "site": "01",
        "participant": corrected.code,
        "visit": "W1",
        "form": "pain",
        "repeat": 1,
        "item": "nrs_avg24",
        "label": "Average pain in the past 24 hours",
        "before": "7",
        "after": "2",
        "reason": MISREAD,
        "route": "command",
    }
    client.force_login(cast.monitor)
    page = client.get(PAGE, {"participant": corrected.code}).content.decode()
    for said in (
        "<del>7</del>",
        "<ins>2</ins>",
        MISREAD,
        "Ines North",
        "Investigator",
        "UTC",
        "by a command",
    ):
        assert said in page, said


def test_one_line_stands_for_each_item_that_changed(
    cast: Cast, client: Client, corrected: Participant
) -> None:
    found = lines(client, cast.monitor, participant=corrected.code, form="pain")
    of_correction = [line for line in found if line["reason"] == MISREAD]
    assert [(line["item"], line["before"], line["after"]) for line in of_correction] == [
        ("nrs_avg24", "7", "2")
    ]
    assert all(line["item"] in ("", *answers.pain().header.items) for line in found)


def test_every_filter_narrows_the_trail(cast: Cast, client: Client, corrected: Participant) -> None:
    everything = lines(client, cast.data_manager)
    record = Record.objects.get(participant=corrected, form="pain", visit__code="W1")
    today = corrected.site.today().isoformat()
    tomorrow = (corrected.site.today() + timedelta(days=1)).isoformat()
    narrowed: list[tuple[str, str, str, str]] = [
        ("participant", corrected.code, "participant", corrected.code),
        ("site", "01", "site", "01"),
        ("form", "pain", "form", "pain"),
        ("person", str(cast.coordinator.pk), "person", "Conrad North"),
        ("kind", "data", "kind", "data"),
        ("route", "command", "route", "command"),
    ]
    for name, value, column, said in narrowed:
        found = lines(client, cast.data_manager, **{name: value})
        assert found == [line for line in everything if line[column] == said], name
        assert found, name
    of_record = lines(client, cast.data_manager, record=record.pk)
    assert {(line["visit"], line["form"]) for line in of_record} == {("W1", "pain")}
    for name in ("since", "until"):
        assert lines(client, cast.data_manager, **{name: today}) == everything
    for name, value in (("since", tomorrow), ("route", "sql"), ("site", "02"), ("participant", "01-999")):
        assert lines(client, cast.data_manager, **{name: value}) == [], name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, "x") for name in ("kind", "route", "form", "item", "person", "since")),
        ("record", "9" * 30),
        ("until", "2026-02-30"),
    ],
)
def test_what_cannot_be_meant_is_refused(cast: Cast, client: Client, name: str, value: str) -> None:
    client.force_login(cast.monitor)
    for address in (PAGE, FILE, API):
        assert client.get(address, {name: value}).status_code == 400, address


def test_a_page_begins_after_an_event_only(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    assert client.get(PAGE, {"before": "-1"}).status_code == 400


def test_pages_follow_each_other_without_loss_and_the_file_has_them_all(
    cast: Cast, client: Client, corrected: Participant
) -> None:
    client.force_login(cast.monitor)
    first = client.get(API, {"limit": 20}).json()
    assert (first["previous"], bool(first["next"])) == (None, True)
    second = client.get(first["next"]).json()
    assert client.get(second["previous"]).json()["results"] == first["results"]
    found = lines(client, cast.monitor)
    numbers = [line["event"] for line in found]
    assert numbers == sorted(numbers, reverse=True)
    told = [(str(line["event"]), line["item"], line["after"]) for line in found]
    assert [(row["event"], row["item"], row["to"]) for row in rows(client, cast.monitor)] == told
    narrowed = rows(client, cast.monitor, form="pain", item="nrs_avg24")
    assert {row["item"] for row in narrowed} == {"nrs_avg24"}


def test_the_file_for_excel_runs_no_formula(cast: Cast, client: Client, corrected: Participant) -> None:
    with transaction.atomic():
        actor(cast.coordinator.pk, "=1+1")
        run("update trial_participant set state_reason = '@sum' where id = %s", [corrected.pk])
    newest, *_ = rows(client, cast.monitor, excel="1")
    assert (newest["reason"], newest["to"]) == ("'=1+1", "'@sum")
    newest, *_ = rows(client, cast.monitor)
    assert (newest["reason"], newest["to"]) == ("=1+1", "@sum")


@pytest.mark.requirement("P11.10e")
def test_what_the_owner_did_by_sql_is_told_and_stays_told_when_the_row_is_gone(
    cast: Cast, client: Client
) -> None:
    participant = journey.added(cast)
    run(
        "update trial_participant set state_reason = 'by hand' where id = %s", [participant.pk], using="owner"
    )
    run("delete from trial_participant where id = %s", [participant.pk], using="owner")
    gone, changed, *_ = lines(client, cast.monitor, participant=participant.code)
    assert (gone["person"], gone["route"], gone["after"]) == (
        "Database owner",
        "sql",
        "deleted in the database",
    )
    assert (changed["person"], changed["after"]) == ("Database owner", "by hand")


@pytest.mark.requirement("P11.10e")
def test_nothing_of_another_site_is_seen(cast: Cast, client: Client, corrected: Participant) -> None:
    stranger = others(cast)
    for person, own in ((cast.monitor, "01"), (cast.southern_investigator, "02")):
        for asked in ({}, {"participant": stranger.code}, {"participant": corrected.code}, {"site": "02"}):
            found = lines(client, person, **asked)
            assert {line["site"] for line in found} <= {own}
            assert {row["site"] for row in rows(client, person, **asked)} <= {own}
        client.force_login(person)
        page = client.get(PAGE).content.decode()
        assert (stranger.code in page) == (own == "02")
        assert (corrected.code in page) == (own == "01")


def test_accounts_are_seen_by_who_may_see_accounts_only(
    cast: Cast, client: Client, corrected: Participant
) -> None:
    found = lines(client, cast.auditor, kind="accounts")
    assert {"Role", "User name", "Time zone"} <= {line["label"] for line in found}
    assert {line["site"] for line in found} <= {"", "01"}
    page = client.get(PAGE, {"kind": "accounts"}).content.decode()
    assert "Stina North" in page
    assert "Ivo South" not in page + str(found)
    for person in (cast.monitor, cast.investigator, cast.data_manager):
        assert lines(client, person, kind="accounts") == []
        assert all(line["kind"] != "accounts" for line in lines(client, person))


def test_no_hash_and_no_secret_is_in_the_trail(cast: Cast, client: Client, corrected: Participant) -> None:
    with transaction.atomic():
        actor(cast.monitor.pk)
        CalendarFeed.objects.create(user=cast.monitor, site=cast.north, digest="d" * 64)
    told = str(lines(client, cast.auditor)) + str(rows(client, cast.auditor))
    assert "d" * 64 not in told
    assert "md5$" not in told


def test_a_candidate_of_a_question_is_not_told_to_the_staff_of_the_site(
    cast: Cast, client: Client, corrected: Participant
) -> None:
    record = Record.objects.get(participant=corrected, form="pain", visit__code="W1")
    query = queries.raise_query(by=cast.statistician, record=record, text="Is it so?", item="nrs_avg24")
    for person, seen in ((cast.monitor, True), (cast.data_manager, True), (cast.investigator, False)):
        assert bool(lines(client, person, kind="queries")) is seen, person
    queries.release(by=cast.monitor, query=query)
    assert "Is it so?" in str(lines(client, cast.investigator, kind="queries"))


@pytest.mark.parametrize("name", ["kind", "record", "since"])
def test_a_filter_without_a_value_is_none_on_the_page_and_refused_to_a_program(
    cast: Cast, client: Client, name: str
) -> None:
    client.force_login(cast.auditor)
    assert client.get(PAGE, {name: ""}).status_code == 200
    problem(client.get(API, {name: ""}), 400, "malformed")


def test_a_draft_and_an_estimate_are_no_part_of_the_trail(cast: Cast) -> None:
    shown = {model._meta.label for models in audit.KINDS.values() for model in models}
    assert "forms_app.Draft" not in shown
    assert not any(label.startswith(("analytics.", "knox.", "sessions.")) for label in shown)


def test_every_tracked_table_has_its_kind_or_says_why_it_has_none() -> None:
    shown = {model._meta.label for models in audit.KINDS.values() for model in models}
    tracked = {model._meta.label for model in tracked_models()}
    assert tracked == shown | set(audit.UNSHOWN)
    assert not shown & set(audit.UNSHOWN)


def test_an_address_that_is_told_of_events_leaves_its_trail(cast: Cast, client: Client) -> None:
    setup = Setup(
        name="Registry", address="https://hooks.example.org/a", happenings=(Happening.RECORD_COMPLETED,)
    )
    webhook, _secret = webhooks.add(by=cast.data_manager, site=cast.north, setup=setup, reason="Agreed on")
    webhooks.switch(by=cast.data_manager, webhook=webhook, on=False, reason="The registry moves")
    shown = lines(client, cast.auditor, kind="accounts")
    assert ["What is told", "A form was completed"] in [[line["label"], line["after"]] for line in shown]
    assert [line["reason"] for line in shown if line["label"] == "Messages off since"] == [
        "The registry moves"
    ]


@pytest.mark.parametrize(
    "role", [Role.COORDINATOR, Role.STATISTICIAN, Role.UNBLINDED_STATISTICIAN, Role.ADMINISTRATOR]
)
def test_who_has_no_right_reads_nothing(cast: Cast, client: Client, role: Role) -> None:
    client.force_login(cast.with_role(role))
    for address in (PAGE, FILE, API, "/audit/reviews/"):
        assert client.get(address).status_code == 403, address


def test_the_trail_costs_the_same_however_long_it_is(
    cast: Cast, client: Client, participant: Participant
) -> None:
    client.force_login(cast.monitor)

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
            assert b"".join(answer) if answer.streaming else answer.content
        return len(captured)

    addresses = (PAGE, FILE, API, "/audit/reviews/")
    before = [cost(address) for address in addresses]
    for _ in range(3):
        journey.with_outcomes(cast)
    assert [cost(address) for address in addresses] == before
    assert max(before) <= 14


def test_the_pages_of_a_participant_and_a_record_lead_to_their_trail(
    cast: Cast, client: Client, corrected: Participant
) -> None:
    record = Record.objects.get(participant=corrected, form="pain", visit__code="W1")
    places = {
        f"/participants/{corrected.code}/": f"/audit/?participant={corrected.code}",
        f"/participants/{corrected.code}/records/{record.pk}/": f"/audit/?record={record.pk}",
        f"/participants/{corrected.code}/records/{record.pk}/items/nrs_avg24/": f"/audit/?record={record.pk}",
    }
    for place, leads in places.items():
        client.force_login(cast.investigator)
        assert leads in client.get(place).content.decode(), place
        client.force_login(cast.coordinator)
        assert leads not in client.get(place).content.decode(), place


# Reviews


@pytest.mark.requirement("E6.18")
def test_a_reviewer_marks_days_and_events_that_come_to_them_later_show(
    cast: Cast, client: Client, corrected: Participant
) -> None:
    client.force_login(cast.monitor)
    today = cast.north.today().isoformat()
    sent = {"site": "01", "first": today, "last": today, "note": "all read"}
    assert client.post("/audit/reviews/", sent).status_code == 302
    review = AuditReview.objects.get()
    assert (review.reviewed_by, review.note) == (cast.monitor, "all read")
    today_at_site = cast.north.today()
    assert review.events == audit.by_day({cast.north: today_at_site})[cast.north.pk][today_at_site].whole
    assert "<td>0</td>" in client.get("/audit/reviews/").content.decode()
    journey.added(cast)
    page = client.get("/audit/reviews/").content.decode()
    assert "<td><strong>1</strong></td>" in page
    assert "Mona North" in page
    assert [line["kind"] for line in lines(client, cast.monitor, kind="reviews")] == ["reviews"] * 3


def test_the_reviews_count_no_question_that_is_kept_from_the_reader(
    cast: Cast, client: Client, corrected: Participant
) -> None:
    def counted(reader: User) -> tuple[int, int]:
        (place,) = reviews_selector.read(reader, [cast.north])
        (reviewed,) = place.reviews
        return reviewed.events, reviewed.added

    def propose() -> None:
        queries.raise_query(by=cast.statistician, record=record, text="Is it so?", item="nrs_avg24")

    record, today = (
        Record.objects.get(participant=corrected, form="pain", visit__code="W1"),
        cast.north.today(),
    )
    before = audit.by_day({cast.north: today})[cast.north.pk][today]
    assert before.whole == before.put
    propose()
    audit_reviews.mark(by=cast.monitor, site=cast.north, first=today, last=today)
    assert (counted(cast.monitor), counted(cast.investigator)) == ((before.whole + 1, 0), (before.whole, 0))
    propose()
    assert (counted(cast.monitor), counted(cast.investigator)) == ((before.whole + 1, 1), (before.whole, 0))


def test_days_are_counted_from_where_something_may_have_come_since(
    cast: Cast, client: Client, corrected: Participant
) -> None:
    today, day = cast.north.today(), timedelta(days=1)
    run("update trial_event set at = at - interval '9 days'", using="owner")
    begun = audit.first_days([cast.north])[cast.north.pk]
    assert begun == today - 9 * day
    audit_reviews.mark(by=cast.monitor, site=cast.north, first=begun, last=today - 4 * day)
    audit_reviews.mark(by=cast.monitor, site=cast.north, first=today - 2 * day, last=today)
    with CaptureQueriesContext(connection) as captured:
        (place,) = reviews_selector.read(cast.monitor, [cast.north])
    assert f"e.at >= '{(today - 3 * day).isoformat()}'" in str(captured.captured_queries)
    assert [(gap.first, gap.last, gap.events) for gap in place.gaps] == [
        (today - 3 * day, today - 3 * day, 0)
    ]
    assert [reviewed.added for reviewed in place.reviews] == [0, 0]


@pytest.mark.requirement("P11.10e")
def test_the_role_is_that_of_the_day_at_the_site(cast: Cast, client: Client) -> None:
    with attributed(by=COMMAND_LINE):
        Site.objects.filter(pk=cast.south.pk).update(time_zone="Asia/Shanghai")
    participant, first = journey.added_south(cast), cast.south.activated_on
    for back, role in ((1, "Coordinator"), (2, "")):
        day = first - timedelta(days=back)
        at = f"{day.isoformat()}T22:00:00Z"
        run("update trial_event set at = %s where table_name = 'trial_participant'", [at], using="owner")
        told, *_ = lines(client, cast.southern_investigator, participant=participant.code)
        local = (day + timedelta(days=1)).isoformat()
        assert (told["at_site"], told["role"]) == (f"{local}T06:00:00+08:00", role)


@pytest.mark.requirement("E6.18")
def test_days_that_nobody_reviewed_show_as_a_gap(cast: Cast, client: Client, corrected: Participant) -> None:
    today, day = cast.north.today(), timedelta(days=1)
    run("update trial_event set at = at - interval '5 days'", using="owner")
    for first, last in ((5, 4), (2, 2)):
        audit_reviews.mark(
            by=cast.monitor, site=cast.north, first=today - first * day, last=today - last * day
        )
    client.force_login(cast.investigator)
    page = client.get("/audit/reviews/").content.decode()
    for gap in (3, 1):
        missed = (today - gap * day).isoformat()
        assert f"since={missed}&amp;until={missed}" in page
    assert f"since={(today - 2 * day).isoformat()}&amp;until={today.isoformat()}" not in page
    assert "I have reviewed these days" not in page


def test_a_review_needs_the_right_a_site_of_ones_own_and_days_that_are_over(
    cast: Cast, client: Client
) -> None:
    today = cast.north.today()
    sent = {"site": "01", "first": today.isoformat(), "last": today.isoformat()}
    client.force_login(cast.investigator)
    assert client.post("/audit/reviews/", sent).status_code == 403
    client.force_login(cast.monitor)
    assert client.post("/audit/reviews/", {**sent, "site": "02"}).status_code == 404
    assert client.post("/audit/reviews/", {**sent, "first": ""}).status_code == 400
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert client.post("/audit/reviews/", {**sent, "last": tomorrow}).status_code == 400
    assert client.post("/audit/reviews/", {**sent, "first": tomorrow}).status_code == 400
    refused = client.post("/audit/reviews/", {**sent, "note": "x" * 301})
    assert (refused.status_code, "x" * 301 in refused.content.decode()) == (400, True)
    refused = client.post("/audit/reviews/", {**sent, "last": tomorrow, "note": "all read"})
    for kept in (today.isoformat(), tomorrow, "all read", "cannot end in the future", "North"):
        assert kept in refused.content.decode()
    with pytest.raises(Refusal):
        audit_reviews.mark(by=cast.monitor, site=cast.south, first=today, last=today)
    assert not AuditReview.objects.exists()


def test_a_role_that_was_ended_at_once_is_told_of_what_was_done_before(
    cast: Cast, client: Client, corrected: Participant
) -> None:
    accounts.end_role(by=cast.administrator, membership=cast.investigator.memberships.get(), reason="left")
    found = lines(client, cast.monitor, participant=corrected.code, form="pain", item="nrs_avg24")
    assert {line["role"] for line in found} == {"Investigator"}
