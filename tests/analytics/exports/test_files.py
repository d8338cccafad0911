import re

import pytest

from analytics.exports import files
from forms_app.services import records
from tests import answers, journey, sql
from tests.analytics.exports.files_read import parsed, rows_of, text_of
from tests.cast import Cast
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import Consent, Pain, Record
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db(transaction=True)

# What a spreadsheet would run, and what only looks like it.
CELLS = {
    "=1+1": "'=1+1",
    "+cmd|'/c calc'!A1": "'+cmd|'/c calc'!A1",
    "-2+3": "'-2+3",
    "@SUM(A1)": "'@SUM(A1)",
    "＝1+1": "'＝1+1",
    "-7": "-7",
    "+7.5": "+7.5",
    "-1,5e-3": "-1,5e-3",
    "a=1": "a=1",
    'says "no", then yes': 'says "no", then yes',
    "Ånäs 検": "Ånäs 検",
}


@pytest.mark.parametrize("shape", ["long", "wide"])
def test_the_file_carries_its_count_in_its_name_a_header_and_every_row(cast: Cast, shape: str) -> None:
    journey.with_outcomes(cast)
    file = files.open_file(by=cast.investigator, shape=shape, excel=False)
    response = file.response()
    rows = parsed(response.getvalue())
    response.close()
    assert file.rows == len(rows) == files.row_count(by=cast.investigator, shape=shape)
    assert {row["rows_in_file"] for row in rows} == {str(len(rows))}
    assert response["Fascicle-Rows"] == str(len(rows))
    assert re.search(
        rf'filename="TLFI-PILOT_{shape}_\d{{8}}T\d{{4}}Z_{len(rows)}-rows.csv"',
        response["Content-Disposition"],
    )


def test_a_file_that_was_cut_off_shows(cast: Cast) -> None:
    journey.with_outcomes(cast)
    whole = text_of(cast.investigator, "long")
    cut = whole[: whole.rindex("\n", 0, len(whole) // 2) + 1]
    rows = parsed(cut.encode())
    assert {int(row["rows_in_file"]) for row in rows} != {len(rows)}


def test_rows_and_count_are_of_one_moment(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    file = files.open_file(by=cast.investigator, shape="long", excel=False)
    journey.attend(cast.investigator, participant, "W2")
    journey.save(cast.investigator, participant, "W2", "pain", answers.pain(1))
    rows = parsed(b"".join(file.stream))
    file.stream.close()
    assert len(rows) == file.rows
    assert "W2" not in {row["visit"] for row in rows}
    assert files.row_count(by=cast.investigator, shape="long") == file.rows + len(Pain.items())


def test_the_file_names_its_position_in_the_ledger(cast: Cast) -> None:
    journey.added(cast)
    file = files.open_file(by=cast.investigator, shape="wide", excel=False)
    file.stream.close()
    unseen = "select count(*) from trial_event where not pg_visible_in_snapshot(xact, %s)"
    assert sql.value(unseen, [file.position.snapshot]) == 0


def test_for_excel_a_cell_that_looks_like_a_formula_is_made_safe_and_otherwise_none_is_altered(
    cast: Cast,
) -> None:
    for _ in CELLS:
        journey.consented(cast)
    with attributed(by=COMMAND_LINE, reason="Named otherwise"):
        for consent, stored in zip(Consent.objects.order_by("pk"), CELLS, strict=True):
            sql.run("update trial_consent set icobtby = %s where record_id = %s", [stored, consent.pk])
    for excel, expected in ((False, list(CELLS)), (True, list(CELLS.values()))):
        long = rows_of(cast.investigator, "long", excel=excel)
        assert [row["value"] for row in long if row["item"] == "icobtby"] == expected
        wide = rows_of(cast.investigator, "wide", excel=excel)
        assert [row["SCR_icobtby"] for row in wide] == expected


def test_only_for_excel_the_file_begins_with_the_byte_order_mark(cast: Cast) -> None:
    journey.added(cast)
    assert text_of(cast.investigator, "wide", excel=True).startswith("\ufeffstudy,")
    assert text_of(cast.investigator, "wide", excel=False).startswith("study,")


@pytest.mark.parametrize("shape", ["long", "wide"])
def test_a_file_holds_the_sites_of_the_person_and_no_other(cast: Cast, shape: str) -> None:
    journey.consented(cast)
    journey.consented(cast, journey.added_south(cast), by=cast.southern_investigator)
    assert {row["site"] for row in rows_of(cast.statistician, shape)} == {"01"}
    assert {row["site"] for row in rows_of(cast.southern_coordinator, shape)} == {"02"}


@pytest.mark.parametrize("role", ["monitor", "administrator", "stranger", "former"])
def test_who_may_not_export_is_refused(cast: Cast, role: str) -> None:
    person = getattr(cast, role)
    for ask in (
        lambda: files.open_file(by=person, shape="long", excel=False),
        lambda: files.row_count(by=person, shape="wide"),
        lambda: files.removed_records(by=person),
    ):
        with pytest.raises(Refusal) as refusal:
            ask()
        assert refusal.value.code == "right"


def test_a_shape_that_is_not_offered_is_not_found(cast: Cast) -> None:
    with pytest.raises(Refusal) as refusal:
        files.open_file(by=cast.investigator, shape="square", excel=False)
    assert refusal.value.code == "not_found"


def test_removed_records_are_counted_for_the_page_at_the_sites_of_the_person(cast: Cast) -> None:
    journey.consented(cast)
    record = Record.objects.get(form="consent")
    records.remove(by=cast.investigator, record=record, expected_version=record.version, reason="Wrong")
    assert files.removed_records(by=cast.investigator) == 1
    assert files.removed_records(by=cast.southern_coordinator) == 0
