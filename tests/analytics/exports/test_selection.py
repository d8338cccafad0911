"""What is selected: by whom, of which moment, and as much as was counted."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from analytics.exports.options import Options, Population, Privacy, Status, Values
from analytics.exports.selection import open_selection
from forms_app.services import records
from tests import answers, journey, lived, signing, sql
from tests.analytics.exports.files_read import rows_of, text_of
from tests.analytics.exports.formats import nasty
from tests.cast import Cast
from tests.sealing import another_writer, own_place
from trial.access import RIGHTS, Right, Role
from trial.audit import seals
from trial.audit.context import COMMAND_LINE, attributed
from trial.crf import registry
from trial.crf.answers import Row
from trial.models import AdverseEvent, Injection, Pain, Participant, Record, User
from trial.protocol import STUDY
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db(transaction=True)

SHAPES = ("long", "wide", "forms", "analysis", "signatures")
VISITS = (*(visit.code for visit in STUDY.schedule.visits), "U")
LONGEST = 4000

CHOICES = st.builds(
    Options,
    shape=st.sampled_from(SHAPES),
    population=st.sampled_from(Population),
    forms=st.lists(st.sampled_from(registry.codes()), max_size=4, unique=True).map(tuple),
    visits=st.lists(st.sampled_from(VISITS), max_size=3, unique=True).map(tuple),
    status=st.sampled_from(Status),
    privacy=st.sampled_from(Privacy),
    blinded=st.booleans(),
    values=st.sampled_from(Values),
    separator=st.sampled_from((",", ";", "\t")),
    decimal=st.sampled_from((".", ",")),
    spreadsheet_safe=st.booleans(),
)


@pytest.fixture
def world(cast: Cast) -> Cast:
    """Somebody with everything, somebody with signatures and an unscheduled visit, a screen failure and
    somebody new."""
    lived.whole(cast)
    lived.with_talk(cast)
    journey.screen_failure(cast)
    journey.added(cast)
    return cast


def codes(by: User, shape: str, **choices: Any) -> set[str]:
    return {row["participant"] for row in rows_of(by, shape, **choices)}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(options=CHOICES)
def test_what_is_counted_is_what_comes_as_rows_and_as_copy(world: Cast, options: Options) -> None:
    with open_selection(by=world.data_manager, options=options) as source:
        datasets = source.datasets()
        assert len({dataset.name for dataset in datasets}) == len(datasets)
        for dataset in datasets:
            names = [column.name for column in dataset.columns]
            assert len(set(names)) == len(names)
            rows = list(source.rows(dataset))
            copied = b"".join(source.copy(dataset)).decode()
            lines = list(csv.reader(io.StringIO(copied, newline=""), delimiter=options.separator))
            assert source.count(dataset) == len(rows) == len(lines)
            assert all(len(row) == len(names) for row in rows)
            if set(dataset.key) <= set(names):
                places = [names.index(name) for name in dataset.key]
                assert len({tuple(row[place] for place in places) for row in rows}) == len(rows)


@pytest.mark.parametrize("shape", ["long", "wide", "forms"])
def test_who_exports_gets_the_sites_of_the_right_and_no_other(cast: Cast, shape: str) -> None:
    journey.consented(cast)
    journey.consented(cast, journey.added_south(cast), by=cast.southern_investigator)
    assert {row["site"] for row in rows_of(cast.statistician, shape)} == {"01"}
    assert {row["site"] for row in rows_of(cast.southern_coordinator, shape)} == {"02"}


@pytest.mark.parametrize("role", ["monitor", "administrator", "stranger", "former"])
def test_who_may_not_export_is_refused(cast: Cast, role: str) -> None:
    with pytest.raises(Refusal) as refusal, open_selection(by=getattr(cast, role), options=Options()):
        pass
    assert refusal.value.code == "right"


def test_a_population_is_of_who_came_so_far_withdrawn_or_not(world: Cast) -> None:
    left = journey.withdraw(world, journey.with_outcomes(world))
    never = journey.withdraw(world, journey.eligible(world))
    everybody = codes(world.data_manager, "wide")
    treated = codes(world.data_manager, "wide", population=Population.TREATED)
    assert {left.code, never.code} <= everybody
    assert left.code in treated
    assert never.code not in treated
    assert len(treated) == 3


def test_forms_and_visits_are_chosen_and_logs_belong_to_no_visit(world: Cast) -> None:
    rows = rows_of(world.data_manager, "long", forms=("pain", "adverse_event"))
    assert {row["form"] for row in rows} == {"pain", "adverse_event"}
    at_w1 = rows_of(world.data_manager, "long", visits=("W1",), forms=("pain", "adverse_event"))
    assert {(row["form"], row["visit"]) for row in at_w1} == {("pain", "W1")}
    unscheduled = rows_of(world.data_manager, "long", visits=("U",))
    assert {row["visit"] for row in unscheduled} == {"U1"}
    wide = rows_of(world.data_manager, "wide", visits=("W1",), forms=("pain",))[0]
    assert {name.partition("_")[0] for name in wide if name[0].isupper()} == {"W1"}


def test_complete_leaves_out_what_is_in_progress(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    journey.save(cast.investigator, participant, "W1", "pain", answers.form({}), 1, reason="read again")
    states = {row["record_state"] for row in rows_of(cast.investigator, "long", status=Status.COMPLETE)}
    assert states == {"complete"}
    (wide,) = rows_of(cast.investigator, "wide", status=Status.COMPLETE)
    assert (wide["W1_pain_state"], wide["BL_pain_state"]) == ("", "complete")


def test_signed_is_what_an_unbroken_signature_stands_over(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    for visit in ("BL", "W1"):
        record = Record.objects.get(participant=participant, form="pain", visit__code=visit)
        signing.form(cast.investigator, record)

    def signed() -> set[tuple[str, str]]:
        rows = rows_of(cast.investigator, "long", status=Status.SIGNED)
        return {(row["visit"], row["form"]) for row in rows}

    assert signed() == {("BL", "pain"), ("W1", "pain")}
    journey.save(cast.investigator, participant, "W1", "pain", answers.pain(4), 1, reason="read again")
    assert signed() == {("BL", "pain")}
    signing.visit(cast.investigator, participant.visits.get(code="BL"))
    assert signed() == {("BL", form) for form in ("pain", "motion", "disability")}
    with open_selection(by=cast.investigator, options=Options(status=Status.SIGNED)) as source:
        (casebook,) = source.casebooks()
    found = {(filled.visit.code, filled.form.code) for filled in casebook.forms if filled.visit}
    assert found == signed()


def test_removed_records_are_in_no_shape(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    record = Record.objects.get(participant=participant, form="pain", visit__code="BL")
    records.remove(by=cast.investigator, record=record, expected_version=record.version, reason="Wrong")
    assert {row["visit"] for row in rows_of(cast.investigator, "forms", "pain")} == {"W1"}
    analysed = rows_of(cast.investigator, "analysis")
    (baseline,) = [row for row in analysed if (row["PARAMCD"], row["VISIT"]) == ("PAIN", "BL")]
    assert (baseline["AVAL"], baseline["AVALREAS"]) == ("", "NO FORM")


@pytest.fixture
def own_seals(settings: Settings, tmp_path: Path) -> None:
    own_place(settings, tmp_path)


@pytest.mark.usefixtures("own_seals")
@pytest.mark.parametrize("shape", SHAPES)
def test_as_of_a_seal_and_of_a_position_everything_is_as_it_was(cast: Cast, shape: str) -> None:
    participant = journey.with_outcomes(cast)
    signing.form(
        cast.investigator, Record.objects.get(participant=participant, form="pain", visit__code="BL")
    )
    now = Options(shape=shape)
    kept = contents(cast, now)
    with open_selection(by=cast.data_manager, options=now) as source:
        position = str(source.occasion.position)
    seals.seal_all()
    seal = seals.latest()
    assert seal is not None
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(2), 1, reason="misread")
    journey.added(cast)
    assert contents(cast, now) != kept
    assert contents(cast, Options(shape=shape, position=position)) == kept
    sealed = Options(shape=shape, seal=seal.number)
    assert contents(cast, sealed) == kept
    with open_selection(by=cast.data_manager, options=sealed) as source:
        assert (source.occasion.seal, source.occasion.seal_hash) == (seal.number, seal.hash)


def contents(cast: Cast, options: Options) -> list[object]:
    with open_selection(by=cast.data_manager, options=options) as source:
        found: list[object] = [casebook.forms[0].answers for casebook in source.casebooks() if casebook.forms]
        for dataset in source.datasets():
            found += [source.count(dataset), list(source.rows(dataset)), b"".join(source.copy(dataset))]
    return found


@pytest.mark.usefixtures("own_seals")
def test_a_seal_that_is_not_there_is_refused(cast: Cast) -> None:
    with pytest.raises(Refusal) as refusal, open_selection(by=cast.data_manager, options=Options(seal=9)):
        pass
    assert refusal.value.code == "export_seal"


def test_a_change_while_it_is_read_is_not_in_it(cast: Cast) -> None:
    journey.added(cast)
    with open_selection(by=cast.data_manager, options=Options(shape="wide")) as source:
        (dataset, *_) = source.datasets()
        with another_writer(cast.data_manager.pk) as cursor:
            cursor.execute("update trial_participant set state_reason = 'changed'")
            cursor.connection.commit()
        assert "changed" not in str([list(source.rows(dataset)), b"".join(source.copy(dataset))])


@pytest.fixture
def unblinding(monkeypatch: pytest.MonkeyPatch) -> str:
    """An item, declared to tell the arms apart."""
    item = Pain.item("nrs_rest")
    assert item is not None
    monkeypatch.setattr(item, "unblinds", True)
    return "nrs_rest"


def shows(by: User, item: str, *, blinded: bool) -> set[bool]:
    """Whether the shapes and the casebooks show an item."""
    said = set()
    for shape in ("wide", "forms", "long"):
        with open_selection(by=by, options=Options(shape=shape, blinded=blinded)) as source:
            names = {column.item for dataset in source.datasets() for column in dataset.columns}
            values = {cell for row in source.rows(source.datasets()[0]) for cell in row}
            said.add(item in (values if shape == "long" else names))
            forms = [filled for casebook in source.casebooks() for filled in casebook.forms]
            said.add(any(item in filled.answers.values for filled in forms))
    return said


def test_what_tells_the_arms_apart_is_left_out_where_that_was_chosen(cast: Cast, unblinding: str) -> None:
    journey.with_outcomes(cast)
    assert shows(cast.data_manager, unblinding, blinded=True) == {False}
    assert shows(cast.data_manager, unblinding, blinded=False) == {True}


def test_who_has_no_right_to_know_the_arms_gets_nothing_that_tells_them(
    cast: Cast, unblinding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.with_outcomes(cast)
    monkeypatch.setitem(RIGHTS, Role.STATISTICIAN, RIGHTS[Role.STATISTICIAN] - {Right.UNBLIND})
    assert shows(cast.statistician, unblinding, blinded=False) == {False}
    assert shows(cast.unblinded_statistician, unblinding, blinded=False) == {True}


def test_in_the_pilot_nothing_tells_the_arms_apart() -> None:
    rows: list[type[Row]] = [row for form in registry.FORMS for row in (form, *form.groups)]
    assert not [item.name for row in rows for item in row.items() if item.unblinds]


@pytest.fixture
def events(cast: Cast) -> list[int]:
    """Serious events whose narratives may hold anything."""
    participant = journey.consented(cast)
    day = journey.day_of(participant, "SCR")
    for _ in range(6):
        journey.log(cast.investigator, participant, "adverse_event", answers.serious_event(day))
    return list(Record.objects.filter(form="adverse_event").order_by("repeat").values_list("pk", flat=True))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(nasty.TEXTS | st.sampled_from([None, "\x00ND", "\x00REF"]), min_size=6, max_size=6))
def test_texts_and_missing_codes_come_out_as_they_are(
    cast: Cast, events: list[int], texts: list[str | None]
) -> None:
    expected = [store(record, text) for record, text in zip(events, texts, strict=True)]
    for shape in ("long", "wide", "forms"):
        for separator in (",", ";", "\t"):
            assert list(narratives(cast, Options(shape=shape, separator=separator))) == expected * 2


def store(record: int, text: str | None) -> tuple[str | None, str | None]:
    """The text, or behind a NUL a missing code."""
    value = None if text is None or text[0] == "\x00" else text[:LONGEST]
    code = text[1:] if text and text[0] == "\x00" else None
    with attributed(by=COMMAND_LINE, reason="Written otherwise"):
        update = (
            f"update {AdverseEvent._meta.db_table} set aenarr = %s, aenarr_missing = %s where record_id = %s"
        )
        sql.run(update, [value, code, record])
    return value, code


def narratives(cast: Cast, options: Options) -> Iterator[tuple[str | None, str | None]]:
    """As rows, then as the file; the file of texts that are not empty knows no empty text."""
    with open_selection(by=cast.data_manager, options=options) as source:
        name = "long" if options.shape == "long" else "adverse_event"
        dataset = next(each for each in source.datasets() if each.name == name)
        names = [column.name for column in dataset.columns]
        copied = b"".join(source.copy(dataset)).decode()
        lines = csv.reader(io.StringIO(copied, newline=""), delimiter=options.separator)
        for rows in (source.rows(dataset), ([cell or None for cell in line] for line in lines)):
            for row in rows:
                cells = dict(zip(names, row, strict=True))
                if name != "long":
                    yield cells["aenarr"], cells["aenarr_missing"]
                elif cells["item"] == "aenarr":
                    yield cells["value"], cells["missing"]


def test_an_empty_text_is_not_the_same_as_none(cast: Cast) -> None:
    journey.injected(cast)
    with attributed(by=COMMAND_LINE, reason="Emptied"):
        sql.run("update trial_injection set usmake = '', usmodel = null")
    file = text_of(cast.data_manager, "long", forms=("injection",))
    (make,) = [line for line in file.splitlines() if ",usmake," in line]
    (model,) = [line for line in file.splitlines() if ",usmodel," in line]
    assert ',"Ultrasound, make","",' in make
    assert ',"Ultrasound, model",,' in model
    assert Injection.objects.get().usmake == ""


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


@pytest.mark.parametrize("safe", [False, True])
def test_the_one_choice_that_alters_a_cell_makes_formulas_safe_in_the_file(
    cast: Cast, events: list[int], safe: bool
) -> None:
    for stored, shown in CELLS.items():
        store(events[0], stored)
        file = text_of(cast.data_manager, "long", forms=("adverse_event",), spreadsheet_safe=safe)
        first = next(row for row in csv.DictReader(io.StringIO(file, newline="")) if row["item"] == "aenarr")
        assert first["value"] == (shown if safe else stored)
        rows = rows_of(cast.data_manager, "long", forms=("adverse_event",), spreadsheet_safe=safe)
        assert next(row["value"] for row in rows if row["item"] == "aenarr") == stored


def test_codes_labels_or_both_are_written_side_by_side(cast: Cast) -> None:
    journey.with_outcomes(cast)

    def first(values: Values, name: str = "motion") -> str:
        choices = Options(shape="forms", forms=(name,), visits=("BL",), values=values)
        with open_selection(by=cast.data_manager, options=choices) as source:
            dataset = next(each for each in source.datasets() if each.name == name)
            return b"".join(source.copy(dataset)).decode()

    assert ",DOUBLE INCLINOMETER,," in first(Values.CODES)
    assert ",Double inclinometer,," in first(Values.LABELS)
    assert ",DOUBLE INCLINOMETER,Double inclinometer,,," in first(Values.BOTH)


def test_the_decimal_comma_stands_in_numbers_alone(cast: Cast) -> None:
    journey.with_outcomes(cast)
    choices = {"decimal": ",", "separator": ";", "forms": ("motion", "injection")}
    long = list(csv.DictReader(io.StringIO(text_of(cast.data_manager, "long", **choices)), delimiter=";"))
    assert {row["value"] for row in long if row["item"] == "rom_mean"} == {"21,0"}
    with attributed(by=COMMAND_LINE, reason="Written otherwise"):
        sql.run("update trial_injection set usmodel = 'v. 2.5'")
    assert "v. 2.5" in text_of(cast.data_manager, "long", **choices)


def test_inside_a_transaction_nothing_is_opened(cast: Cast) -> None:
    with (
        transaction.atomic(),
        pytest.raises(RuntimeError),
        open_selection(by=cast.data_manager, options=Options()),
    ):
        pass


def test_somebody_with_no_form_has_a_casebook_too(cast: Cast) -> None:
    participant: Participant = journey.added(cast)
    with open_selection(by=cast.data_manager, options=Options(shape="casebooks")) as source:
        assert source.datasets() == ()
        assert [casebook.participant for casebook in source.casebooks()] == [participant]
