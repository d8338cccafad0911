"""A form as a page, from its declaration alone; no database takes part."""

from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from forms_app.screens import typed
from forms_app.screens.presenters.fields import Doubt, FieldView, Notes, shown, spelt
from forms_app.screens.presenters.filled import EMPTY, of_document
from forms_app.screens.presenters.sheet import SheetView, sheet
from forms_app.screens.typed import Filled
from trial.crf import paths, registry
from trial.crf.answers import Answers, Row
from trial.crf.items import Item
from trial.models import AdverseEvent, Demographics, Injection, Medication, Mri, Pain, Surgery


def field(view: SheetView, path: str) -> FieldView:
    return view.named()[path][1]


def drawn(view: FieldView) -> str:
    return render_to_string("components/item.html", {"field": view, "may_enter": True})


def filled(values: dict[str, str], missing: dict[str, str] | None = None, **rows: tuple[str, ...]) -> Filled:
    return Filled(values, missing or {}, rows)


@pytest.mark.parametrize("form", registry.FORMS, ids=lambda form: form.code)
def test_every_item_of_every_form_is_drawn(form: type[Answers]) -> None:
    rows = {group.code: group.keys.codes if group.keys else ("1",) for group in form.groups}
    named = sheet(form, Filled({}, {}, rows)).named()
    for row, prefix in typed.prefixes(form, rows):
        for item in row.items():
            assert f"{prefix}{item.name}" in named


@pytest.mark.parametrize("form", registry.FORMS, ids=lambda form: form.code)
def test_the_first_item_of_every_form_is_in_its_first_section(form: type[Answers]) -> None:
    sections = sheet(form, EMPTY).sections
    assert [section.title for section in sections] == list(
        dict.fromkeys(section.title for section in sections)
    )


def test_sections_begin_where_the_declaration_says() -> None:
    titles = [section.title for section in sheet(Demographics, EMPTY).sections]
    assert titles == ["Person", "Vital signs", "History"]


def test_what_is_required_and_asked_is_counted() -> None:
    sections = sheet(Demographics, filled({"brthyy": "1970"}, {"sex": "UNK"})).sections
    assert [str(section.required) for section in sections[:2]] == [
        "All required answers given",
        "2 of 2 required open",
    ]


def test_what_is_not_asked_is_not_counted() -> None:
    assert str(sheet(Mri, EMPTY).sections[0].required) == "1 of 1 required open"
    assert str(sheet(Mri, filled({"mridone": "N"})).sections[0].required) == "1 of 2 required open"


def test_a_blank_row_is_not_counted() -> None:
    group = sheet(Surgery, filled({"surgyn": "Y"})).groups[0]
    assert str(group.required) == ""
    begun = sheet(Surgery, filled({"surgyn": "Y", "operation.1.index": "Y"}, operation=("1",))).groups[0]
    assert begun.required.open < begun.required.all


def test_several_codes_are_checkboxes_and_come_back_as_one_text() -> None:
    path = "operation.1.levels"
    view = field(sheet(Surgery, filled({path: "L3-4;L5-S1"}, operation=("1",))), path)
    assert [option.value for option in view.options if option.chosen] == ["L3-4", "L5-S1"]
    assert drawn(view).count('type="checkbox"') == len(view.options)
    post = QueryDict(mutable=True)
    post.setlist(path, ["L3-4", "L5-S1"])
    assert typed.read_filled(post, Surgery).values[path] == "L3-4;L5-S1"


def test_a_stored_list_becomes_the_same_text() -> None:
    row = {"items": {"levels": ["L3-4", "L5-S1"]}, "missing": {}}
    document: dict[str, Any] = {"items": {}, "missing": {}, "groups": {"operation": {"1": row}}}
    assert of_document(Surgery, document).values["operation.1.levels"] == "L3-4;L5-S1"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2019", "2019"),
        ("2019-05", "May 2019"),
        ("2019-05-17", "17 May 2019"),
        ("in May", "in May"),
        ("", ""),
    ],
)
def test_a_partial_date_is_read_with_the_name_of_its_month(day: str, words: str) -> None:
    assert spelt(day) == words
    assert shown(item(AdverseEvent, "aestdat"), day) == words


def test_a_partial_date_says_how_it_is_typed() -> None:
    view = field(sheet(AdverseEvent, EMPTY), "aestdat")
    assert view.kind == "partial"
    assert "YYYY-MM" in view.hint


def test_suggestions_are_listed_once_and_anything_may_be_typed() -> None:
    view = sheet(Medication, EMPTY)
    drug = field(view, "cmtrt")
    assert (drug.kind, f'list="{drug.suggestions}"' in drawn(drug)) == ("text", True)
    assert ("Tramadol", "Tramadol") in view.suggestions[drug.suggestions]


def test_a_long_text_has_room() -> None:
    view = field(sheet(AdverseEvent, EMPTY), "aenarr")
    assert "<textarea" in drawn(view)


def test_what_the_system_fills_in_is_read_only_and_sent_back() -> None:
    view = sheet(AdverseEvent, filled({"aelink": "INJ/injection"}))
    page = drawn(field(view, "aelink"))
    assert '<input type="hidden" name="aelink" value="INJ/injection">' in page
    assert "<output" in page
    assert drawn(field(sheet(AdverseEvent, EMPTY), "aelink")).strip() == ""


def test_a_comment_stands_at_its_item_and_is_sent_back() -> None:
    page = drawn(field(sheet(Pain, EMPTY, Notes(comments={"nrs_now": "By phone"})), "nrs_now"))
    assert '<p class="remark">By phone</p>' in page
    assert 'name="comment:nrs_now" value="By phone"' in page


def test_a_question_of_a_check_is_explained_at_the_item_and_one_of_a_person_is_not() -> None:
    doubts = [Doubt("nrs_now.soft", "Sure?", ""), Doubt("nrs_now.manual-1", "Why?", "", is_manual=True)]
    page = drawn(field(sheet(Pain, EMPTY, Notes(doubts={"nrs_now": doubts})), "nrs_now"))
    assert 'name="explain:nrs_now.soft"' in page
    assert "Why?" in page
    assert "explain:nrs_now.manual-1" not in page


def test_a_reason_for_no_value_replaces_a_button_that_is_pressed_and_no_text() -> None:
    sent = QueryDict("sex=F&missing:sex=UNK&height=170&missing:height=ND")
    read = typed.read_filled(sent, Demographics)
    assert (read.values["sex"], read.missing["sex"]) == ("", "UNK")
    assert (read.values["height"], read.missing["height"]) == ("170", "ND")


def test_paths_name_their_items() -> None:
    left = paths.find(Injection, "side.LEFT.ndlga")
    assert left is not None
    assert left.label == "Left: Needle gauge"
    for nowhere in ("ndlga", "side.UP.ndlga", "side.LEFT", "drug.0.lat", "drug.1.nobody", "nobody.1.lat"):
        assert paths.find(Injection, nowhere) is None
    everything = [(form, prefix, row) for form in registry.FORMS for row, prefix in _rows(form)]
    assert all(
        paths.find(form, f"{prefix}{each.name}") for form, prefix, row in everything for each in row.items()
    )


def _rows(form: type[Answers]) -> list[tuple[type[Row], str]]:
    keys = {group.code: group.keys.codes if group.keys else ("1",) for group in form.groups}
    return list(typed.prefixes(form, keys))


def item(row: type[Row], name: str) -> Item:
    found = row.item(name)
    assert found is not None
    return found
