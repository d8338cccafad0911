"""What an installation says of itself; the validation pack keeps what it said in its run."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from tests.sql import run
from trial import installation
from trial.audit import seal_keys
from trial.audit.tracking import UNTRACKED

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FAS.installation", "P11.10a")]


@pytest.fixture(autouse=True)
def debugging(settings: "Settings") -> None:
    """As this installation was started; the test runner switches it off."""
    settings.DEBUG = True


def told() -> dict[str, bool | None]:
    return {finding.subject: finding.holds for finding in installation.examine()}


def test_a_good_installation_holds(record_property: Callable[[str, object], None]) -> None:
    out = StringIO()
    call_command("self_check", "--json", stdout=out)
    findings = json.loads(out.getvalue())
    record_property("installation", findings)
    assert not [each for each in findings if each["holds"] is False]
    assert {"PostgreSQL", "migrations", "privileges on tables", "tables under audit"} <= {
        each["subject"] for each in findings if each["holds"]
    }


def test_it_is_told_in_lines_too() -> None:
    out = StringIO()
    call_command("self_check", stdout=out)
    assert "triggers of the database" in out.getvalue()
    assert "DOES NOT HOLD" not in out.getvalue()


def test_a_key_that_others_can_read_does_not_hold(tmp_path: Path, settings: "Settings") -> None:
    key = tmp_path / "key"
    settings.SEAL_KEY_FILE = str(key)
    seal_keys.make(key)
    assert told()["key of the seals"] is True
    key.chmod(0o644)
    assert told()["key of the seals"] is False
    with pytest.raises(CommandError, match="key of the seals"):
        call_command("self_check", stdout=StringIO())


def test_a_table_that_nobody_thought_of_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(UNTRACKED, "trial.Tally")
    (finding,) = (each for each in installation.examine() if each.subject == "tables under audit")
    assert finding.holds is False
    assert finding.found.endswith(", but not trial_tally")


def test_debugging_holds_for_synthetic_data_only(settings: "Settings") -> None:
    settings.DEBUG = True
    settings.SYNTHETIC_DATA = False
    assert told()["settings"] is False


def test_production_with_an_open_door_does_not_hold(settings: "Settings") -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["*"]
    assert told()["host names"] is False
    assert told()["settings"] is False
    assert told()["static files"] is False


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
@pytest.mark.parametrize(
    ("done", "undone", "subject"),
    [
        (
            "alter table trial_pain disable trigger audit",
            "alter table trial_pain enable trigger audit",
            "triggers of the database",
        ),
        (
            "alter function fascicle_guard_lock() reset search_path",
            "alter function fascicle_guard_lock() set search_path = pg_catalog, public, pg_temp",
            "functions of the database",
        ),
        (
            "grant delete on trial_event to fascicle_app",
            "revoke delete on trial_event from fascicle_app",
            "privileges on tables",
        ),
    ],
)
def test_what_the_owner_opened_is_found(done: str, undone: str, subject: str) -> None:
    run(done, using="owner")
    try:
        assert told()[subject] is False
    finally:
        run(undone, using="owner")
    assert told()[subject] is True
