"""`manage.py import_data`: judges, and saves when it is told to."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from forms_app.models import Import
from tests import journey
from tests.cast import Cast
from trial.models import Demographics, Event, Pain

pytestmark = pytest.mark.django_db


def file(folder: Path, cast: Cast, average: str) -> str:
    participant = journey.eligible(cast)
    journey.attend(cast.coordinator, participant, "BL")
    path = folder / "data.csv"
    path.write_text(f"id,visit,nrs_avg24,mood\n{participant.code},BL,{average},good\n")
    return str(path)


KNOWN = ("--by", "coordinator", "--table", "pain", "--column", "id=participant", "--column", "mood=")


def test_it_judges_and_keeps_nothing(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_data", file(tmp_path, cast, "7"), *KNOWN)
    assert "record: 1 new" in capsys.readouterr().out
    assert not Pain.objects.exists()
    assert Import.objects.get().content is None


def test_it_saves_under_the_name_and_the_reason(cast: Cast, tmp_path: Path) -> None:
    call_command("import_data", file(tmp_path, cast, "7"), *KNOWN, "--save", "--reason", "Paper")
    assert Pain.objects.get().nrs_avg24 == 7
    event = Event.objects.get(table_name="trial_pain")
    assert (event.actor_id, event.reason, event.route) == (cast.coordinator.pk, "Paper", "import")


@pytest.mark.parametrize(
    ("average", "more", "said"),
    [
        ("17", ("--save", "--reason", "Paper"), "1 things are refused"),
        ("7", ("--save",), "Say why"),
        ("7", ("--column", "visit="), "No column is said to be: visit"),
        ("7", ("--by", "auditor"), "does not include this"),
        ("7", ("--by", "nobody"), "no open account"),
    ],
)
def test_what_is_refused_ends_the_command(
    cast: Cast, tmp_path: Path, average: str, more: tuple[str, ...], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("import_data", file(tmp_path, cast, average), *KNOWN, *more)
    assert not Pain.objects.exists()


def test_it_is_told_what_stands_before_decimals(cast: Cast, tmp_path: Path) -> None:
    participant = journey.consented(cast)
    path = tmp_path / "demographics.csv"
    path.write_text(f"participant;visit;weight\n{participant.code};SCR;70,500\n")
    command = ("import_data", str(path), "--by", "coordinator", "--save", "--reason", "Paper")
    with pytest.raises(CommandError, match="1 things are refused"):
        call_command(*command)
    with pytest.raises(CommandError, match="1 things are refused"):
        call_command(*command, "--decimal", "point")
    call_command(*command, "--decimal", "comma")
    assert str(Demographics.objects.get().weight) == "70.5"
