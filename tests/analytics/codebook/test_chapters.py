import json

import pytest
from django.utils.translation import gettext, override

from analytics.codebook import chapters
from analytics.codebook.structure import structure
from forms_app.reference import dictionary
from trial.crf import registry
from trial.crf.codelists import MISSING
from trial.crf.items import Several


def test_every_item_is_told_once_in_the_order_of_the_casebook() -> None:
    told = [
        (chapter.code, line.name)
        for chapter in chapters.chapters()
        for part in chapter.parts
        for line in part.lines
    ]
    assert told == [(entry.form, entry.item) for entry in dictionary.entries()]


def test_limits_conditions_codes_and_what_is_computed_are_said() -> None:
    lines = {
        (chapter.code, line.name): line
        for chapter in chapters.chapters()
        for part in chapter.parts
        for line in part.lines
    }
    told = lines["consent", "iclarrel"]
    assert any("Only if" in fact for fact in told.facts)
    assert "Must be answered" in told.facts
    assert lines["motion", "rom_mean"].type == "decimal number · deg"
    assert "Computed, not typed" in lines["motion", "rom_mean"].facts
    assert ("Y", "Yes") in lines["consent", "icfut"].codes
    assert lines["consent", "icfut"].codelist == "NY C66742"


def test_the_page_is_in_the_language_of_the_reader() -> None:
    with override("zh-hans"):
        (pain,) = (chapter for chapter in chapters.chapters() if chapter.code == "pain")
        assert pain.title == gettext("Pain and side effects") or pain.title
        assert chapters.missing() == tuple((code, gettext(label)) for code, label in MISSING.terms)


def test_the_structure_has_every_item_with_its_codes() -> None:
    told = json.loads(json.dumps(structure()))
    items = [
        (form["form"], part["group"], item["item"])
        for form in told["forms"]
        for part in form["parts"]
        for item in part["items"]
    ]
    assert items == [(entry.form, entry.group, entry.item) for entry in dictionary.entries()]
    first = told["forms"][0]["parts"][0]["items"][5]
    assert (first["item"], first["codes"]) == (
        *("iclar",),
        [{"code": "Y", "label": "Yes"}, {"code": "N", "label": "No"}],
    )


@pytest.mark.parametrize("row", [row for form in registry.FORMS for row in (form, *form.groups)])
def test_codes_can_be_told_apart_in_one_cell(row: type) -> None:
    """A codebook has a code and its label on a line, and several codes or labels between semicolons."""
    for item in row.items():  # type: ignore[attr-defined]
        for code, label in item.codelist.terms if item.codelist else ():
            assert "=" not in code
            assert "\n" not in code + label
            assert not isinstance(item, Several) or ";" not in code + label
