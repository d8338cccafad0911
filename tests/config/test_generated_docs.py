"""What follows from the declaration is generated, kept in docs/reference, and never out of date."""

import csv
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from deploy.check import checks
from forms_app.paper.annotation import annotation
from forms_app.reference import files
from trial.access import RIGHTS, Right, Role
from trial.crf import registry
from trial.crf.answers import Row
from trial.protocol import STUDY

ROWS = [row for form in registry.FORMS for row in (form, *form.groups)]


@pytest.mark.requirement("P11.10k")
def test_what_is_kept_is_what_would_be_made() -> None:
    assert files.outdated(files.FOLDER) == [], "run make docs"


def test_the_same_declaration_gives_the_same_bytes(tmp_path: Path) -> None:
    assert files.write(tmp_path) == list(files.FILES)
    assert files.write(tmp_path) == []


def test_make_check_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    files.write(tmp_path)
    (tmp_path / "data-dictionary.csv").write_text("old")
    (tmp_path / "annotated-crf.pdf").unlink()
    with pytest.raises(CommandError, match=r"data-dictionary\.csv, annotated-crf\.pdf\): run make docs\."):
        call_command("reference", "--check")
    call_command("reference", verbosity=0)
    call_command("reference", "--check")


def test_make_check_compares() -> None:
    (command,) = (command for name, command, _environment in checks(Path()) if name == "reference")
    assert command[-2:] == ("reference", "--check")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_every_item_says_where_its_value_goes(row: type[Row]) -> None:
    """Or that it goes nowhere: `cdisc="NOT SUBMITTED"`."""
    assert not [item.name for item in row.items() if not item.derived and not annotation(item)]


def test_the_dictionary_has_every_item_with_its_limits_and_codes() -> None:
    with (files.FOLDER / "data-dictionary.csv").open(newline="") as dictionary:
        entries = {(each["form"], each["group"], each["item"]): each for each in csv.DictReader(dictionary)}
    assert len(entries) == sum(len(row.items()) for row in ROWS)
    trial = entries["motion", "", "rom_t1"]
    assert (trial["hard_low"], trial["hard_high"], trial["soft_low"], trial["unit"]) == (
        "0",
        "120",
        "5",
        "deg",
    )
    assert (trial["condition"], trial["required"]) == ("rom_perf = Y", "yes")
    side = entries["injection", "side", "approach"]
    assert side["codes"] == "IN-PLANE=In-plane; OUT-OF-PLANE=Out-of-plane"
    assert (side["group_rows"], side["condition"]) == ("LEFT; RIGHT", "injperf = Y and sidedone = Y")
    assert entries["disability", "", "odi_pct"]["missing_codes"] == ""


def test_the_schedule_has_every_visit_and_form() -> None:
    schedule = (files.FOLDER / "schedule-of-activities.md").read_text()
    for visit in STUDY.schedule.visits:
        assert f"| {visit.code} | {visit.label} |" in schedule
    for form in registry.FORMS:
        assert f"| {form.title} |" in schedule
    assert "| W1 | Week 1 | 7 | 5 to 9 | 8 | treated |" in schedule


@pytest.mark.requirement("E6.17")
def test_the_table_of_rights_says_who_may_what_from_both_sides() -> None:
    lines = (files.FOLDER / "rights.md").read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    (head,) = (row for row in cells if row[0] == "right")
    for right in Right:
        (row,) = (row for row in cells if row[0] == right.value)
        assert row[1] == right.scope.value
        for role in Role:
            assert (row[head.index(role.label)] == "×") == (right in RIGHTS[role])
    for role in Role:
        (row,) = (row for row in cells if row[0] == role.label)
        assert set(row[1].split("; ")) == {right.value for right in RIGHTS[role]}
