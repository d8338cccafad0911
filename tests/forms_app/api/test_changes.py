"""The feed of changes: what is told, to whom, in which order, and from where a client goes on.

Real commits: what is not committed is not told, and the order is that of the transactions.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from forms_app.models import Query
from forms_app.selectors import audit, changes, lock_target
from forms_app.selectors.changes import NOUN_OF
from forms_app.services import locks, queries, records
from tests import answers, journey, locking, pictures, signing
from tests.cast import Cast
from tests.client import client, problem
from tests.races import open_transaction
from tests.sql import run
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import Epoch, Membership, Participant, Record, User
from trial.selectors import changes as cursors
from trial.services import tokens

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "/api/v1/changes/"


def ask(user: User, since: str = "", **query: Any) -> dict[str, Any]:
    answer = client(user).get(ADDRESS, {"since": since, **query})
    assert answer.status_code == 200, answer.json()
    body: dict[str, Any] = answer.json()
    return body


def here(user: User) -> str:
    """A cursor behind everything that was done."""
    body = ask(user, "now")
    assert (body["results"], body["more"]) == ([], False)
    return str(body["next"])


def acts(user: User, since: str) -> list[tuple[str, str]]:
    """What each change since then is of, and what happened."""
    return [(each["noun"], each["act"]) for each in ask(user, since, limit=500)["results"]]


def since(user: User, act: Callable[[], object]) -> list[tuple[str, str]]:
    """What an act tells somebody."""
    before = here(user)
    act()
    return acts(user, before)


def pain_of(participant: Participant) -> Record:
    return Record.objects.get(participant=participant, visit__code="BL", form="pain")


# What is told


def test_a_saved_form_is_told_with_its_address_and_version(cast: Cast) -> None:
    participant = journey.consented(cast)
    before = here(cast.investigator)
    day = journey.day_of(participant, "SCR")
    journey.save(
        cast.investigator, participant, "SCR", "surgery", answers.surgery(day, answers.operation(day))
    )
    told = ask(cast.investigator, before)["results"]
    assert {(each["noun"], each["form"]) for each in told} == {("record", "surgery")}
    assert [each["act"] for each in told] == ["created", "completed"]
    assert told[0] | {"at": ""} == {
        "noun": "record",
        "act": "created",
        "at": "",
        "site": "01",
        "participant": participant.code,
        "visit": "SCR",
        "form": "surgery",
        "repeat": 1,
        "item": "",
        "check": "",
        "scope": "",
        "version": 1,
        "address": f"/api/v1/participants/{participant.code}/visits/SCR/forms/surgery/",
    }
    assert client(cast.investigator).get(told[0]["address"]).json()["version"] == 1


def test_every_act_of_a_participants_life_is_told(cast: Cast) -> None:
    told = since(cast.monitor, lambda: journey.with_outcomes(cast))
    assert {("participant", "created"), ("participant", "moved"), ("visit", "created")} <= set(told)
    participant = Participant.objects.get()
    pain = pain_of(participant)

    def change() -> None:
        journey.save(cast.investigator, participant, "BL", "pain", answers.pain(8), 1, reason="read again")

    assert since(cast.monitor, change) == [("record", "changed")]
    pain.refresh_from_db()
    assert since(
        cast.monitor,
        lambda: records.remove(by=cast.investigator, record=pain, expected_version=2, reason="wrong person"),
    ) == [("record", "removed")]
    assert since(
        cast.monitor,
        lambda: records.restore(by=cast.investigator, record=pain, expected_version=3, reason="right person"),
    ) == [("record", "restored")]


def test_questions_are_told_by_what_becomes_of_them(cast: Cast) -> None:
    pain = pain_of(journey.with_outcomes(cast))
    before = here(cast.investigator)
    query = queries.raise_query(by=cast.monitor, record=pain, text="Is this so?", item="nrs_avg24")
    queries.assign(by=cast.monitor, query=query, to=cast.coordinator)
    queries.answer(by=cast.investigator, query=Query.objects.get(pk=query.pk), explanation="It is")
    queries.reopen(by=cast.monitor, query=Query.objects.get(pk=query.pk), text="Is it really?")
    queries.cancel(by=cast.monitor, query=Query.objects.get(pk=query.pk), reason="asked twice")
    told = ask(cast.investigator, before)["results"]
    assert [each["act"] for each in told] == ["asked", "changed", "answered", "asked", "cancelled"]
    assert {each["check"] for each in told} == {"nrs_avg24.manual-1"}
    assert told[0]["address"].endswith("/visits/BL/forms/pain/queries/nrs_avg24.manual-1/")


def test_signatures_locks_images_and_entries_of_logs_are_told_at_addresses_that_answer(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    before = here(cast.investigator)
    signing.form(cast.investigator, pain_of(participant))
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(8), 1, reason="read again")
    pictures.stored(cast, participant)
    day = journey.day_of(participant, "W1")
    journey.log(cast.investigator, participant, "adverse_event", answers.serious_event(day))
    lock = locking.put_on(cast, lock_target.of_participant(participant), "frozen")
    locks.release(by=cast.data_manager, lock=lock, reason="too early")
    told = ask(cast.investigator, before)["results"]
    assert {
        ("signature", "signed"),
        ("record", "changed"),
        ("signature", "broken"),
        ("attachment", "created"),
        ("record", "created"),
        ("safety_alert", "created"),
        ("lock", "frozen"),
        ("lock", "released"),
    } <= {(each["noun"], each["act"]) for each in told}
    reader = client(cast.investigator)
    for address in {each["address"] for each in told}:
        if "/queries/" not in address:
            assert reader.get(address).status_code == 200, address


def test_what_a_change_breaks_is_told_beside_it(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    pain = pain_of(participant)
    with attributed(by=cast.monitor):
        run(
            "insert into forms_app_verification (record_id, item, state, verified_by_id, verified_at) "
            "values (%s, 'nrs_avg24', 'verified', %s, now())",
            [pain.pk, cast.monitor.pk],
        )

    def change() -> None:
        journey.save(cast.investigator, participant, "BL", "pain", answers.pain(8), 1, reason="read again")

    assert sorted(since(cast.monitor, change)) == [("record", "changed"), ("verification", "lapsed")]


def test_what_is_deleted_by_hand_is_told_without_an_address(cast: Cast) -> None:
    participant = journey.added(cast)
    before = here(cast.investigator)
    run("delete from trial_participant where id = %s", [participant.pk], using="owner")
    (told,) = ask(cast.investigator, before)["results"]
    assert (told["noun"], told["act"], told["participant"]) == ("participant", "deleted", participant.code)
    assert told["address"] is None


def test_a_row_that_changes_by_hand_without_its_record_is_told_as_the_record(cast: Cast) -> None:
    pain = pain_of(journey.with_outcomes(cast))
    before = here(cast.investigator)
    with attributed(by=COMMAND_LINE, reason="a repair"):
        run("update trial_pain set nrs_now = 1 where record_id = %s", [pain.pk])
    (told,) = ask(cast.investigator, before)["results"]
    assert (told["noun"], told["act"], told["form"], told["version"]) == ("record", "changed", "pain", None)


def test_every_tracked_table_but_those_of_accounts_and_reviews_is_told_of() -> None:
    told_of = {kind: set(tables) for kind, tables in audit.TABLES.items()}
    left_out = told_of.pop(audit.ACCOUNTS) | told_of.pop(audit.REVIEWS)
    assert set(NOUN_OF) == set().union(*told_of.values())
    assert not set(NOUN_OF) & left_out


# To whom


def test_nothing_of_another_site_is_told(cast: Cast) -> None:
    before = here(cast.southern_investigator)
    journey.with_outcomes(cast)
    journey.added_south(cast)
    told = ask(cast.southern_investigator, before, limit=500)
    assert {each["site"] for each in told["results"]} == {"02"}
    assert not told["more"]
    assert acts(cast.southern_investigator, told["next"]) == []


def test_who_sees_no_data_is_told_nothing(cast: Cast) -> None:
    for user in (cast.administrator, cast.stranger, cast.former):
        problem(client(user).get(ADDRESS), 403, "right")


def test_a_candidate_is_told_to_the_site_once_it_is_released(cast: Cast) -> None:
    pain = pain_of(journey.with_outcomes(cast))
    at_site, at_desk = here(cast.investigator), here(cast.monitor)
    query = queries.raise_query(by=cast.statistician, record=pain, text="Is this so?", item="nrs_avg24")
    assert acts(cast.investigator, at_site) == []
    assert acts(cast.monitor, at_desk) == [("query", "proposed")]
    queries.release(by=cast.monitor, query=Query.objects.get(pk=query.pk))
    assert acts(cast.investigator, at_site) == [("query", "asked")]


def test_what_is_hidden_leaves_neither_a_short_page_nor_a_number(cast: Cast) -> None:
    before = here(cast.southern_investigator)
    for _ in range(3):
        journey.added_south(cast)
        journey.added(cast)
    page = ask(cast.southern_investigator, before, limit=2)
    assert (len(page["results"]), page["more"]) == (2, True)
    page = ask(cast.southern_investigator, page["next"], limit=2)
    assert (len(page["results"]), page["more"]) == (1, False)


HIDE = """
insert into trial_event (table_name, key, record_id, operation, "row", schema_version, actor_id, reason,
    route, request_id, database_user, at, xact, epoch)
select table_name, key, record_id, 'update', "row", schema_version, actor_id, reason, route, request_id,
    database_user, at, xact, epoch
from (select * from trial_event order by id desc limit 1) newest, generate_series(1, 1100)
"""


def test_behind_many_hidden_changes_a_reader_goes_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    before = here(cast.investigator)
    journey.added_south(cast)
    run(HIDE, using="owner")
    seen = journey.added(cast)
    whole = ask(cast.investigator, before)
    assert ([each["participant"] for each in whole["results"]], whole["more"]) == ([seen.code], False)
    monkeypatch.setattr(changes, "LOOKS", 1)
    short = ask(cast.investigator, before)
    assert (short["results"], short["more"]) == ([], True)
    assert ask(cast.investigator, short["next"])["results"] == whole["results"]


def test_accounts_are_told_to_nobody(cast: Cast) -> None:
    def promote() -> None:
        with attributed(by=COMMAND_LINE):
            User.objects.filter(pk=cast.former.pk).update(full_name="Frida Former")
            Membership.objects.filter(user=cast.former).update(ended_at=timezone.now())

    assert since(cast.auditor, promote) == []


# From where


def test_pages_give_each_change_once_and_then_nothing(cast: Cast) -> None:
    before = here(cast.investigator)
    journey.with_outcomes(cast)
    whole = ask(cast.investigator, before, limit=500)["results"]
    cursor, told, more = before, [], True
    while more:
        page = ask(cast.investigator, cursor, limit=3)
        told += page["results"]
        cursor, more = page["next"], page["more"]
    assert told == whole
    assert ask(cast.investigator, cursor)["results"] == []


def test_a_transaction_that_ends_late_is_told_after_those_that_ended_before_it(cast: Cast) -> None:
    before = here(cast.investigator)
    with open_transaction(lambda: journey.added(cast)) as commit:
        south = here(cast.southern_investigator)
        quick = journey.added_south(cast)
        # It would be skipped for ever if the later one were given out first.
        assert acts(cast.southern_investigator, south) == []
        assert acts(cast.investigator, before) == []
        commit()
    assert acts(cast.investigator, before) == [("participant", "created")]
    assert [each["participant"] for each in ask(cast.southern_investigator, south)["results"]] == [quick.code]


def test_the_beginning_is_where_nothing_is_said(cast: Cast) -> None:
    journey.added(cast)
    assert [each["noun"] for each in ask(cast.investigator)["results"]] == ["participant"]


@pytest.mark.parametrize("text", ["x", "1 2 3", "gAAAAA", "é", "x" * 3000])
def test_a_cursor_that_is_none_is_refused(cast: Cast, text: str) -> None:
    problem(client(cast.investigator).get(ADDRESS, {"since": text}), 400, "cursor")


@pytest.mark.parametrize("limit", ["0", "501", "-1", "x", "1.5", "", "9" * 30])
def test_a_limit_out_of_bounds_is_refused(cast: Cast, limit: str) -> None:
    problem(client(cast.investigator).get(ADDRESS, {"limit": limit}), 400, "malformed")


def test_after_a_restore_into_a_new_cluster_a_client_goes_on(cast: Cast) -> None:
    before = here(cast.investigator)
    first = journey.added(cast)
    epoch = Epoch.objects.latest("id")
    # The transactions of the new cluster start again.
    Epoch.objects.using("owner").create(system_identifier="1", timeline=1, opened_at=timezone.now())
    run(
        "update trial_event set xact = '9000000000' where key = %s and table_name = 'trial_participant'",
        [str(first.pk)],
        using="owner",
    )
    second = journey.added(cast)
    told = ask(cast.investigator, before)
    assert [each["participant"] for each in told["results"]] == [first.code, second.code]
    assert Epoch.objects.latest("id").pk == epoch.pk + 1
    third = journey.added(cast)
    assert [each["participant"] for each in ask(cast.investigator, told["next"])["results"]] == [third.code]


def test_a_client_that_has_seen_what_a_restore_undid_is_told_to_begin_again(cast: Cast) -> None:
    journey.added(cast)
    cursor = here(cast.investigator)
    lost = cursors.read(cursor, "since")
    run("delete from trial_event where id = %s", [lost.event], using="owner")
    problem(client(cast.investigator).get(ADDRESS, {"since": cursor}), 410, "cursor_lost")


# What a list has of it


def listed(user: User, address: str, **query: str) -> list[str]:
    answer = client(user).get(address, query)
    assert answer.status_code == 200, answer.json()
    return [each.get("participant", each.get("code")) for each in answer.json()["results"]]


def test_the_list_of_participants_has_those_of_whom_something_changed(cast: Cast) -> None:
    address = "/api/v1/participants/"
    first, second = journey.with_outcomes(cast), journey.added(cast)
    before = here(cast.monitor)
    assert listed(cast.monitor, address, changed_since=before) == []
    third = journey.added(cast)
    journey.save(cast.investigator, first, "BL", "pain", answers.pain(8), 1, reason="read again")
    assert listed(cast.monitor, address, changed_since=before) == [first.code, third.code]
    assert listed(cast.monitor, address, changed_since=before, state="screening") == [third.code]
    assert listed(cast.southern_investigator, address, changed_since=before) == []
    journey.attend(cast.investigator, second, "SCR")
    assert second.code in listed(cast.monitor, address, changed_since=before)
    assert len(listed(cast.monitor, address)) == 3


def test_the_list_of_questions_has_those_that_were_asked_or_moved(cast: Cast) -> None:
    address = "/api/v1/queries/"
    pain = pain_of(journey.with_outcomes(cast))
    old = queries.raise_query(by=cast.monitor, record=pain, text="Is this so?", item="nrs_avg24")
    queries.raise_query(by=cast.monitor, record=pain, text="And this?", item="nrs_avg24")
    before = here(cast.investigator)
    queries.answer(by=cast.investigator, query=old, explanation="It is")
    queries.raise_query(by=cast.statistician, record=pain, text="Really?", item="nrs_avg24")
    answer = client(cast.investigator).get(address, {"changed_since": before})
    assert [(each["check"], each["state"]) for each in answer.json()["results"]] == [
        ("nrs_avg24.manual-1", "answered")
    ]


@pytest.mark.parametrize("address", ["/api/v1/participants/", "/api/v1/queries/"])
def test_a_list_refuses_a_cursor_that_is_none(cast: Cast, address: str) -> None:
    refused = problem(client(cast.investigator).get(address, {"changed_since": "x"}), 400, "cursor")
    assert "changed_since" in refused["detail"]


# What it costs


def test_a_page_costs_the_same_statements_at_any_size(cast: Cast) -> None:
    before = here(cast.investigator)
    journey.with_outcomes(cast)
    token = tokens.create(by=cast.investigator)[1]

    def cost(limit: int) -> int:
        reader = APIClient(headers={"Authorization": f"Token {token}"})
        with CaptureQueriesContext(connection) as captured:
            answer = reader.get(ADDRESS, {"since": before, "limit": str(limit)})
        assert answer.status_code == 200
        return len(captured)

    cost(1)
    assert cost(1) == cost(500) <= 7
