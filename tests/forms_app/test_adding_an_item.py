"""docs/how-to/add-an-item.md holds: an item is one line of its model and one migration, and then it is there.

A form of the tests stands at the visit of week 1. It gets an item, and every place is looked at.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django.test import Client
from django.urls import reverse

from forms_app.api import records as api
from forms_app.api import schema
from forms_app.paper import blank_crf
from forms_app.reference import dictionary
from tests import journey, sql
from tests.analytics.exports.files_read import rows_of
from tests.cast import Cast
from tests.client import change, create, get
from tests.forms_app.paper.pdf import squeezed, words
from trial.audit import install
from trial.audit import operations as ledger
from trial.crf import items, registry
from trial.crf.answers import Answers, form
from trial.crf.codelists import SIDE
from trial.crf.privacy import PLAIN
from trial.protocol import STUDY

VISIT = "W1"
ADDRESS = f"01-001/visits/{VISIT}/forms/balance/"


def as_it_was() -> type[Answers]:
    @form("balance", title="Balance")
    class Balance(Answers):
        seconds = items.Whole(
            "Stands on one leg", unit="s", hard=(0, 600), required=True, cdisc="FA.BALANCE", privacy=PLAIN
        )

        class Meta:
            app_label = "trial"

    return Balance


def with_one_line_more() -> type[Answers]:
    @form("balance", title="Balance")
    class Balance(Answers):
        seconds = items.Whole(
            "Stands on one leg", unit="s", hard=(0, 600), required=True, cdisc="FA.BALANCE", privacy=PLAIN
        )
        falls = items.Whole(
            "Falls in the past week", hard=(0, 99), soft=(0, 3), cdisc="FA.FALLS", privacy=PLAIN
        )
        leg = items.Choice("Leg it stands on", SIDE, cdisc="FA.LAT", privacy=PLAIN)

        class Meta:
            app_label = "trial"

    return Balance


@pytest.fixture
def balance(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Answers]]:
    """The form with its new items, declared; it has no table."""
    with declared(with_one_line_more, monkeypatch) as found:
        yield found


@pytest.fixture
def migrated(
    transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Cast, list[Operation]]]:
    """The form with its table, after the migration that brought the new items; and what that one does."""
    state = MigrationLoader(None).project_state()
    with declared(as_it_was, monkeypatch) as before:
        made = operations_of(state, before)
        state = migrate([*made, ledger.track("trial_balance", key="record_id")], state)
    with declared(with_one_line_more, monkeypatch) as after:
        added = operations_of(state, after)
        migrate(added, state)
        install.after_migrate("owner")
        try:
            yield cast, added
        finally:
            sql.run("drop table trial_balance", using="owner")


@contextmanager
def declared(declare: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Answers]]:
    """A form that stands in the registry and at the visit, and is forgotten afterwards."""
    visit = STUDY.schedule.visit(VISIT)
    assert visit is not None
    forms, declared_form = visit.forms, declare()
    with monkeypatch.context() as patch:
        patch.setattr(registry, "FORMS", (*registry.FORMS, declared_form))
        object.__setattr__(visit, "forms", (*forms, declared_form.code))  # the schedule is frozen
        try:
            yield declared_form
        finally:
            object.__setattr__(visit, "forms", forms)
            apps.all_models["trial"].pop(declared_form.__name__.lower())
            apps.clear_cache()


def operations_of(state: ProjectState, form: type[Answers]) -> list[Operation]:
    """What `makemigrations` would write for the form, as one migration."""
    after = state.clone()
    if ("trial", "balance") in after.models:
        after.remove_model("trial", "balance")
    after.add_model(ModelState.from_model(form))
    found = MigrationAutodetector(state, after).changes(graph=MigrationLoader(None).graph)
    (migration,) = found["trial"]
    return list(migration.operations)


def migrate(operations: list[Any], state: ProjectState) -> ProjectState:
    """Carry a migration out as the owner of the tables; the state behind it."""
    migration = type("Balance", (Migration,), {"operations": operations})
    with connections["owner"].schema_editor() as editor:
        behind: ProjectState = migration("balance", "trial").apply(state, editor)
    return behind


def test_it_is_in_the_codebook(balance: type[Answers]) -> None:
    (falls,) = (entry for entry in dictionary.entries() if entry.item == "falls")
    assert (falls.form, falls.label, falls.hard_high, falls.soft_high) == (
        "balance",
        "Falls in the past week",
        "99",
        "3",
    )
    assert "| `leg` | Leg it stands on | code, SIDE |" in dictionary.as_markdown()


def test_it_is_in_the_annotated_crf(balance: type[Answers]) -> None:
    text = words(blank_crf.draw())
    for said in ("Falls in the past week", "FAORRES when FATESTCD = FALLS", "Leg it stands on", "Both sides"):
        assert squeezed(said) in text


def test_it_is_in_the_schema(balance: type[Answers], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.ENTRY, "serializers", schema.entries())
    written = StringIO()
    call_command("spectacular", "--validate", stdout=written)
    described = yaml.safe_load(written.getvalue())["components"]["schemas"]["BalanceItems"]["properties"]
    assert described["falls"]["maximum"] == 99
    assert "BILATERAL" in str(described["leg"])


def test_it_is_one_migration_that_only_adds(migrated: tuple[Cast, list[Operation]]) -> None:
    _cast, operations = migrated
    columns = {operation.name for operation in operations if type(operation).__name__ == "AddField"}  # type: ignore[attr-defined]
    assert columns == {"falls", "falls_missing", "leg", "leg_missing"}
    assert {type(operation).__name__ for operation in operations} == {"AddField", "AddConstraint"}


def test_it_is_on_the_screen_in_the_api_and_in_both_files(
    migrated: tuple[Cast, list[Operation]], client: Client, subtests: pytest.Subtests
) -> None:
    cast, _operations = migrated
    participant = journey.with_outcomes(cast)
    with subtests.test(where="the screen"):
        client.force_login(cast.investigator)
        address = reverse("record", args=[participant.code, VISIT, "balance"])
        assert 'name="falls"' in client.get(address).content.decode()
        sent = {"seconds": "30", "falls": "2", "leg": "LEFT", "version": ""}
        assert client.post(address, sent).status_code == 302
        assert 'value="2"' in client.get(address).content.decode()
    with subtests.test(where="the API"):
        assert get(cast.monitor, ADDRESS).json()["items"] == {"seconds": 30, "falls": 2, "leg": "LEFT"}
        items = {"seconds": 30, "falls": 5, "leg": "RIGHT"}
        answer = change(cast.investigator, ADDRESS, {"items": items, "reason": "Counted again"}, 1)
        assert [query["check"] for query in answer.json()["queries"]] == ["falls.soft"]
    with subtests.test(where="the long file"):
        long = {row["item"]: row for row in rows_of(cast.data_manager, "long") if row["form"] == "balance"}
        assert (long["falls"]["value"], long["falls"]["label"]) == ("5", "Falls in the past week")
    with subtests.test(where="the wide file"):
        (wide,) = rows_of(cast.data_manager, "wide")
        assert (wide["W1_falls"], wide["W1_leg"], wide["W1_falls_missing"]) == ("5", "RIGHT", "")
    with subtests.test(where="the printed casebook"):
        printed = client.get(reverse("casebook", args=[participant.code])).content.decode()
        assert squeezed("Falls in the past week: from 2 to 5") in squeezed(printed)


def test_its_limits_hold_on_every_path(
    migrated: tuple[Cast, list[Operation]], client: Client, subtests: pytest.Subtests
) -> None:
    cast, _operations = migrated
    participant = journey.with_outcomes(cast)
    body = {"seconds": 30, "falls": 100}
    with subtests.test(where="the API"):
        assert "falls" in create(cast.investigator, ADDRESS, {"items": body}).json()["errors"]
    with subtests.test(where="the screen"):
        client.force_login(cast.investigator)
        address = reverse("record", args=[participant.code, VISIT, "balance"])
        assert client.post(address, {**body, "version": ""}).status_code == 422
    with subtests.test(where="raw SQL"):
        create(cast.investigator, ADDRESS, {"items": {"seconds": 30}})
        with sql.refused("balance_falls_range"):
            sql.actor(cast.investigator.pk, "by hand")
            sql.run("update trial_balance set falls = 100")
