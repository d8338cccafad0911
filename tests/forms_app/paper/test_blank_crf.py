from io import BytesIO

import pytest
from django.utils.translation import gettext, override
from pypdf import PdfReader

from forms_app.paper import blank_crf
from forms_app.paper.annotation import annotation, domains
from forms_app.paper.blanks import digits, remarks, span
from tests.forms_app.paper.pdf import outline, squeezed, words
from trial.crf import registry
from trial.crf.answers import Row
from trial.crf.items import Item, Limits
from trial.models import Eligibility, Injection, Motion, Pain
from trial.protocol import STUDY

ROWS = [row for form in registry.FORMS for row in (form, *form.groups)]


@pytest.fixture(scope="module", params=["en", "zh-hans"])
def blank(request: pytest.FixtureRequest) -> tuple[str, bytes]:
    """The blank CRF in each language."""
    with override(request.param):
        return request.param, blank_crf.draw()


def test_each_item_stands_there_with_its_label_unit_codes_and_annotation(blank: tuple[str, bytes]) -> None:
    language, content = blank
    text = words(content)
    missing = []
    with override(language):
        for row in ROWS:
            for item in row.items():
                wanted = [gettext(item.label), item.name, item.unit and gettext(item.unit), annotation(item)]
                if item.codelist and not item.derived and not item.system:
                    wanted += [gettext(label) for _code, label in item.codelist.terms]
                missing += [f"{item.name}: {part}" for part in wanted if squeezed(part) not in text]
    assert not missing


def test_each_form_says_its_title_domains_and_visits(blank: tuple[str, bytes]) -> None:
    language, content = blank
    text = words(content)
    with override(language):
        titles = [gettext(form.title) for form in registry.FORMS]
        assert outline(content)[1:] == titles
    for form in registry.FORMS:
        assert all(squeezed(f"{code} = {name}") in text for code, name in domains(form))


def test_each_page_says_study_versions_and_its_number(blank: tuple[str, bytes]) -> None:
    language, content = blank
    pages = PdfReader(BytesIO(content)).pages
    with override(language):
        for number, page in enumerate(pages, start=1):
            text = squeezed(page.extract_text())
            foot = gettext("Page {number} of {total}").format(number=number, total=len(pages))
            assert squeezed(foot) in text
            assert STUDY.code in text
            assert squeezed(STUDY.ct_version) in text
            assert STUDY.protocol_version in text


def test_the_file_says_its_title_and_language(blank: tuple[str, bytes]) -> None:
    language, content = blank
    reader = PdfReader(BytesIO(content))
    assert reader.trailer["/Root"]["/Lang"] == language  # type: ignore[index]
    assert reader.metadata is not None
    with override(language):
        assert reader.metadata.title == gettext("Annotated case report form")


def test_the_latin_font_travels_along_and_the_chinese_one_is_the_viewers(blank: tuple[str, bytes]) -> None:
    _language, content = blank
    fonts = PdfReader(BytesIO(content)).pages[1]["/Resources"]["/Font"]  # type: ignore[index]
    embedded = [
        font["/FontDescriptor"] for each in fonts.values() if "/FontDescriptor" in (font := each.get_object())
    ]
    assert embedded
    assert all("/FontFile2" in descriptor.get_object() for descriptor in embedded)


def test_an_annotation_names_the_variable_or_the_test() -> None:
    said = {item.name: annotation(item) for row in ROWS for item in row.items()}
    assert said["nrs_avg24"] == "QSORRES when QSTESTCD = PI0102"
    assert said["incl01"] == "IEORRES when IETESTCD = INCL01"
    assert said["rom_meth"] == "MK.MKMETHOD"
    assert said["rom_dev"] == "MK.SPDEVID"
    assert said["dsstdat_ic"] == "DS.DSSTDTC"
    assert said["cpoccur"] == "NOT SUBMITTED"


def test_a_supplemental_qualifier_belongs_to_the_domain_it_qualifies() -> None:
    assert ("PR", "Procedures") in domains(Injection)
    assert domains(Pain) == [("QS", "Questionnaires")]


def test_a_number_has_as_many_places_as_its_limits_need() -> None:
    assert digits(_item(Motion, "rom_t1")) == "ddd.d"
    assert digits(_item(Injection, "flsec")) == "dddd"


def test_what_is_to_be_known_before_answering_is_said() -> None:
    assert list(remarks(Motion, _item(Motion, "rom_t1"))) == [
        "Only if “Flexion measured” is: Yes",
        "Possible: 0 – 120 deg",
        "Usual: 5 – 110 deg",
    ]
    assert "0 = no pain, 10 = worst possible pain" in list(remarks(Pain, _item(Pain, "nrs_avg24")))
    assert any("INCL01" in said for said in remarks(Eligibility, _item(Eligibility, "incl01")))


def test_a_limit_may_be_open() -> None:
    assert span(Limits(low=3), "months") == "≥ 3 months"
    assert span(Limits(high=50)) == "≤ 50"


def _item(row: type[Row], name: str) -> Item:
    item = row.item(name)
    assert item is not None
    return item
