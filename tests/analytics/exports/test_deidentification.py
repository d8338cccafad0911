"""Nobody can be named by what is de-identified: in tables by SQL, in casebooks by Python, both the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.sql import SQL, Literal
from pytest_django import Settings

from analytics.exports import deidentification
from analytics.exports.casebooks import Casebook, FilledForm
from analytics.exports.dataset import Cell, Column, Dataset, Kind
from analytics.exports.deidentification import Disguise, Veil
from analytics.exports.fields import Field
from analytics.exports.options import Options, Privacy
from analytics.exports.selection import Selection, open_selection
from tests import journey, lived, sql
from tests.analytics.exports.files_read import rows_of
from tests.cast import NAMES, Cast
from tests.exported import exported
from trial.crf import registry
from trial.crf.answers import Row
from trial.crf.privacy import Sensitivity
from trial.models import Participant, Record, Site, Visit
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db(transaction=True)

SHAPES = ("long", "wide", "forms", "analysis", "signatures")
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
PARTIAL = st.builds(lambda day, length: day.isoformat()[:length], DAYS, st.sampled_from((4, 7, 10)))
DISGUISES = st.builds(
    Disguise, st.just("ABC"), st.just("S"), st.integers(1, 365), st.none() | st.dates(date(2015, 1, 1))
)


@pytest.fixture
def world(cast: Cast) -> Cast:
    """Somebody with everything, somebody with signatures, with missing codes, and who was only added."""
    lived.whole(cast)
    lived.with_talk(cast)
    lived.with_missing_codes(cast)
    lived.with_nasty_texts(cast)
    journey.added(cast)
    return cast


def rows_in() -> Iterator[tuple[str, type[Row]]]:
    for form in registry.FORMS:
        yield from ((form.code, row) for row in (form, *form.groups))


@pytest.mark.parametrize(("form", "row"), list(rows_in()))
@pytest.mark.requirement("FAS.disguised")
def test_every_item_is_classified(form: str, row: type[Row]) -> None:
    assert [f"{form}.{item.name}" for item in row.items() if item.privacy is None] == []


@pytest.mark.parametrize(
    ("model", "classes"),
    [
        (Participant, deidentification.PARTICIPANT_FIELDS),
        (Site, deidentification.SITE_FIELDS),
        (Visit, deidentification.VISIT_FIELDS),
        (Record, deidentification.RECORD_FIELDS),
    ],
)
def test_every_column_of_a_casebook_is_classified(
    model: type[models.Model], classes: dict[str, Sensitivity]
) -> None:
    assert {field.name for field in model._meta.concrete_fields} == set(classes)


def test_a_column_without_a_class_is_left_out() -> None:
    veil = Veil(Privacy.SHIFTED_DATES, {})
    unknown = Field(Column("new", "New"), SQL("x.new"), None)
    assert veil.drawn_over(unknown) is None
    told = veil.told(unknown)
    assert told is not None
    assert told.what == deidentification.LEFT_OUT


def test_for_every_class_something_is_decided() -> None:
    for privacy in (Privacy.SHIFTED_DATES, Privacy.STUDY_DAYS):
        for sensitivity in Sensitivity:
            field = Field(Column("new", "New"), SQL("x.new"), sensitivity)
            altered = sensitivity not in deidentification.UNALTERED
            assert (Veil(privacy, {}).told(field) is not None) is altered
            Veil(privacy, {}).drawn_over(field)


def shown(privacy: Privacy, worn: Disguise, sensitivity: Sensitivity, kind: Kind, stored: str) -> Cell:
    """A stored value as the database shows it."""
    field = Field(Column("x", "X", kind), SQL(stored), sensitivity)
    drawn = Veil(privacy, {}).drawn_over(field)
    assert drawn is not None
    disguise = SQL(
        "(select {} as veil_code, {} as veil_site, {} as veil_shift, {}::date as veil_anchor)"
    ).format(*map(Literal, (worn.code, worn.site, worn.shift, worn.anchor)))
    with connection.cursor() as cursor:
        text = SQL("select {} from {} as d").format(drawn.text(), disguise).as_string(cursor.connection)
    cell: Cell = sql.value(text)
    return cell


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worn=DISGUISES, day=DAYS, partial=PARTIAL, year=st.integers(1900, 2020))
def test_the_database_and_python_alter_alike(worn: Disguise, day: date, partial: str, year: int) -> None:
    shift, days = Privacy.SHIFTED_DATES, Privacy.STUDY_DAYS
    of_day = (Sensitivity.DATE, Kind.DATE, f"'{day}'::date")
    assert shown(shift, worn, *of_day) == deidentification.shifted(day, worn).isoformat()
    study_day = deidentification.study_day(day, worn)
    assert shown(days, worn, *of_day) == (None if study_day is None else str(study_day))
    of_partial = (Sensitivity.PARTIAL_DATE, Kind.PARTIAL_DATE, f"'{partial}'::text")
    assert shown(shift, worn, *of_partial) == deidentification.shifted_partial(partial, worn)
    complete = study_day_of(partial, worn) if len(partial) == 10 else None
    assert shown(days, worn, *of_partial) == complete
    of_birth = (Sensitivity.BIRTH_YEAR, Kind.WHOLE, f"{year}::smallint")
    pooled = deidentification.pooled(year, worn)
    assert shown(shift, worn, *of_birth) == (None if pooled is None else str(pooled))


def study_day_of(text: str, worn: Disguise) -> str | None:
    day = deidentification.study_day(date.fromisoformat(text), worn)
    return None if day is None else str(day)


@pytest.mark.parametrize(("days", "expected"), [(0, 1), (-1, -1), (1, 2), (-7, -7), (84, 85)])
def test_day_one_is_the_day_of_the_injection_and_there_is_no_day_nought(days: int, expected: int) -> None:
    worn = Disguise("A", "S", 1, date(2024, 2, 29))
    assert deidentification.study_day(date(2024, 2, 29) + timedelta(days), worn) == expected


@pytest.mark.parametrize(("age", "pooled"), [(89, False), (90, True), (97, True)])
def test_ages_over_89_are_pooled_and_no_other(age: int, pooled: bool) -> None:
    worn = Disguise("A", "S", 10, date(2024, 6, 1))
    born = 2024 - age
    assert deidentification.pooled(born, worn) == (1934 if pooled else born)


def test_partial_dates_keep_what_was_known_of_them() -> None:
    worn = Disguise("A", "S", 40, None)
    assert deidentification.shifted_partial("2019", worn) == "2018"
    assert deidentification.shifted_partial("2019-05", worn) == "2019-03"
    assert deidentification.shifted_partial("2019-05-31", worn) == "2019-04-21"


@pytest.mark.parametrize("privacy", [Privacy.SHIFTED_DATES, Privacy.STUDY_DAYS])
@pytest.mark.requirement("FAS.disguised")
def test_no_name_code_text_or_date_is_left(world: Cast, privacy: Privacy) -> None:
    hidden = {*NAMES.values(), *lived.NASTY, "01-001", "01-002", "01-003", "01-004", "01-005", "investigator"}
    for visit in Visit.objects.all():
        hidden.add(str(visit.visit_date))
    for shape in SHAPES:
        with open_selection(by=world.data_manager, options=Options(shape=shape, privacy=privacy)) as source:
            for dataset in source.datasets():
                if dataset.name == "signatures":
                    hidden -= {"investigator"}  # there it is the role
                for row in source.rows(dataset):
                    assert not hidden & {cell for cell in row if cell}, dataset.name
            assert source.occasion.sites == (deidentification.pseudonym("site", "01"),)


def test_dates_are_shifted_by_as_much_for_all_of_a_participant_and_in_every_export(world: Cast) -> None:
    plain = rows_of(world.data_manager, "wide")
    altered = rows_of(world.data_manager, "wide", privacy=Privacy.SHIFTED_DATES)
    assert altered == rows_of(world.data_manager, "wide", privacy=Privacy.SHIFTED_DATES)
    assert [row["participant"] for row in altered] == sorted(row["participant"] for row in altered)
    by_code = {row["participant"]: row for row in altered}
    for row in plain:
        other = by_code[deidentification.pseudonym("participant", row["participant"])]
        dated = (name for name in other if name.endswith(("_visit_date", "_injdat", "dsstdat_ic")))
        dates = [name for name in dated if row[name]]
        shifts = {(date.fromisoformat(row[name]) - date.fromisoformat(other[name])).days for name in dates}
        assert len(shifts) == bool(dates)
        assert all(1 <= shift <= 365 for shift in shifts)


def test_study_days_count_from_the_injection_or_from_the_consent(world: Cast) -> None:
    rows = rows_of(world.data_manager, "wide", privacy=Privacy.STUDY_DAYS)
    visits = ("SCR", "BL", "INJ", "W1")
    assert ("-14", "-1", "1", "8") in {tuple(row[f"{visit}_visit_date"] for visit in visits) for row in rows}
    untreated = [row["SCR_dsstdat_ic"] for row in rows if not row["INJ_visit_date"]]
    assert set(untreated) == {"", "1"}


def test_another_secret_gives_other_pseudonyms_and_none_is_refused(cast: Cast, settings: Settings) -> None:
    journey.added(cast)
    (row,) = rows_of(cast.data_manager, "wide", privacy=Privacy.STUDY_DAYS)
    settings.DEIDENTIFICATION_SECRET = "another one"
    (other,) = rows_of(cast.data_manager, "wide", privacy=Privacy.STUDY_DAYS)
    assert row["participant"] != other["participant"]
    assert row["site"] != other["site"]
    settings.DEIDENTIFICATION_SECRET = ""
    with pytest.raises(Refusal) as refusal:
        rows_of(cast.data_manager, "wide", privacy=Privacy.STUDY_DAYS)
    assert refusal.value.code == "export_secret"


def test_casebooks_and_tables_tell_the_same(world: Cast) -> None:
    options = Options(shape="forms", privacy=Privacy.SHIFTED_DATES)
    with open_selection(by=world.data_manager, options=options) as source:
        tables = {dataset.name: list(of_table(source, dataset)) for dataset in source.datasets()}
        casebooks = list(source.casebooks())
    assert len(casebooks) == 5
    compared = 0
    for casebook in casebooks:
        assert not casebook.signatures
        assert not any(filled.queries for filled in casebook.forms)
        for filled in casebook.forms:
            for row in (filled.answers, *(row for rows in filled.groups.values() for row in rows)):
                name = filled.form.code if row is filled.answers else f"{filled.form.code}_{row.row.code}"
                place = {**where(casebook, filled), **({"group_key": row.key} if row.key else {})}
                (found,) = [cells for cells in tables[name] if place.items() <= cells.items()]
                told = {item: text_of(value) for item, value in row.values.items()}
                codes = {f"{item}_missing": row.missing.get(item) for item in row.values}
                told |= {item: code for item, code in codes.items() if item in found}
                assert {item: found[item] for item in told} == told
                compared += len(told)
    assert compared > 400


def where(casebook: Casebook, filled: FilledForm) -> dict[str, Cell]:
    """The columns that name the row of a form in its table."""
    who: dict[str, Cell] = {
        "participant": casebook.participant.code,
        "site": casebook.participant.site.code,
    }
    if filled.visit is None:
        return {**who, "repeat": str(filled.record.repeat)}
    return {**who, "visit": filled.visit.code, "visit_date": text_of(filled.visit.visit_date)}


def of_table(source: Selection, dataset: Dataset) -> Iterator[dict[str, Cell]]:
    names = [column.name for column in dataset.columns]
    for row in source.rows(dataset):
        yield dict(zip(names, row, strict=True))


def text_of(value: Any) -> Cell:
    match value:
        case None:
            return None
        case list():
            return ";".join(value)
        case time():
            return value.isoformat("minutes")
        case date():
            return value.isoformat()
    return str(value)


def test_a_casebook_says_nothing_that_names_somebody(world: Cast) -> None:
    with open_selection(
        by=world.data_manager, options=Options(shape="casebooks", privacy=Privacy.SHIFTED_DATES)
    ) as source:
        casebooks = list(source.casebooks())
    codes = [each.participant.code for each in casebooks]
    assert codes == sorted(codes)
    for casebook in casebooks:
        participant = casebook.participant
        assert (participant.number, participant.state_reason) == (0, "")
        assert participant.site.name == participant.site.code != "01"
        assert all(visit.participant is participant for visit in casebook.visits)
        assert {visit.reason_not_done + visit.reason_unscheduled for visit in casebook.visits} <= {""}
        assert {filled.record.participant.code for filled in casebook.forms} <= {participant.code}


@pytest.mark.parametrize("code", ["odm", "odm2", "sdtm", "fhir"])
@pytest.mark.requirement("FAS.disguised")
def test_no_file_of_casebooks_names_anybody(world: Cast, code: str) -> None:
    people = {world.investigator.full_name, world.north.name}
    codes = set(Participant.objects.values_list("code", flat=True))
    texts = {"After a long", "two lines", "composed", *NAMES.values()}
    files = exported(world.data_manager, format=code, privacy="shifted dates")
    for name, content in files.items():
        if name.startswith("manifest"):
            continue
        # Who exported is told; it names no participant.
        told = content.decode().replace(world.data_manager.full_name, "")
        assert not [each for each in people | codes | texts if each in told], name
        assert "0001-01-01" not in told


def test_casebooks_with_study_days_are_refused(cast: Cast) -> None:
    choices = Options(shape="casebooks", privacy=Privacy.STUDY_DAYS)
    with open_selection(by=cast.data_manager, options=choices) as source, pytest.raises(Refusal) as refusal:
        next(source.casebooks())
    assert refusal.value.code == "export_days"


@pytest.mark.parametrize("shape", [*SHAPES, "casebooks"])
def test_what_was_altered_is_told(world: Cast, shape: str) -> None:
    options = Options(shape=shape, privacy=Privacy.SHIFTED_DATES)
    with open_selection(by=world.data_manager, options=options) as source:
        told = {(each.form, each.column): each.what for each in source.alterations()}
        left_out = {column for (form, column), what in told.items() if what == deidentification.LEFT_OUT}
        kept = {column.item or column.name for dataset in source.datasets() for column in dataset.columns}
    assert told
    if shape in ("wide", "forms", "casebooks"):
        assert told["demographics", "brthyy"] == deidentification.POOLED
        assert told["consent", "icobtby"] == deidentification.LEFT_OUT
        assert told["injection", "injdat"] == deidentification.SHIFTED
        assert ("pain", "nrs_avg24") not in told
    if shape == "signatures":
        assert {"signer", "username", "content_hash"} <= left_out
    assert not left_out & kept
    with open_selection(by=world.data_manager, options=replace(options, privacy=Privacy.NOTHING)) as source:
        assert source.alterations() == ()
