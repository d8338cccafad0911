"""Both languages are whole: what a person reads is extracted, translated and compiled."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from string import Formatter

import polib
import pytest
from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, override

from forms_app.models.query import QUERY_STATES
from trial.access import Right, Role
from trial.crf import codelists, registry
from trial.crf.answers import Row
from trial.crf.codelists import Codelist
from trial.crf.items import Day, Measure
from trial.lifecycle import PARTICIPANT_STATES, RECORD_STATES
from trial.protocol import STUDY
from trial.refusals import CATALOGUE

ROOT = Path(settings.BASE_DIR)
MESSAGES = Path("locale") / "zh_Hans" / "LC_MESSAGES"
SOURCES = ("analytics", "config", "forms_app", "locale", "templates", "trial")
LANGUAGES = [code for code, _ in settings.LANGUAGES]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN_WORD = re.compile(r"[A-Za-z]{3,}")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(ROOT / MESSAGES / "django.po"))


def said(entry: polib.POEntry | polib.MOEntry) -> str:
    """The translation; Chinese has one form for any number."""
    return str(entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr)


def by_sentence(file: polib.POFile | polib.MOFile) -> dict[tuple[str | None, str], str]:
    return {(entry.msgctxt, entry.msgid): said(entry) for entry in file}


def test_nothing_is_left_untranslated_or_guessed(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if not said(entry)] == []
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []
    assert catalogue.obsolete_entries() == []


def test_a_translation_has_the_places_of_its_sentence(catalogue: polib.POFile) -> None:
    for entry in catalogue:
        assert places(said(entry)) == places(entry.msgid_plural or entry.msgid), entry.msgid


def places(text: str) -> set[str]:
    """The names of the places for values, of both kinds that there are."""
    if found := set(re.findall(r"%\((\w+)\)s", text)):
        return found
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_a_translation_keeps_the_marks_of_its_sentence(catalogue: polib.POFile) -> None:
    for entry in catalogue:
        assert marks(said(entry)) == marks(entry.msgid), entry.msgid


def marks(text: str) -> list[str]:
    """The tags of HTML in it."""
    return sorted(re.findall(r"</?[a-z]+", text))


def test_what_is_served_is_what_was_translated(catalogue: polib.POFile) -> None:
    compiled = polib.mofile(str(ROOT / MESSAGES / "django.mo"))
    assert by_sentence(compiled) == by_sentence(catalogue), "Run `make messages`."


def test_the_catalogue_is_what_stands_in_the_sources(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("xgettext of GNU gettext is not installed; `make messages` cannot be tried.")
    for folder in SOURCES:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("Makefile", "manage.py"):
        shutil.copy(ROOT / file, tmp_path)
    made = subprocess.run(
        ["make", "--old-file", "setup-test", f"BIN={Path(sys.executable).parent}", "messages"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    kept, extracted = (polib.pofile(str(root / MESSAGES / "django.po")) for root in (ROOT, tmp_path))
    assert by_sentence(kept) == by_sentence(extracted), "Run `make messages` and translate what is new."


# Declarations: what the protocol and the forms say is in the catalogue.


def declared() -> Iterator[str]:
    yield from (STUDY.title, *STUDY.notes)
    visits = (*STUDY.schedule.visits, STUDY.schedule.visit("U1"))
    yield from (visit.label for visit in visits if visit)
    yield from (criterion.label for criterion in STUDY.criteria)
    yield from (words for analysis in STUDY.analyses for words in (analysis.title, analysis.unit))
    yield from (label for each in lists() for _, label in each.terms)
    for kind in CATALOGUE.values():
        yield from (kind.title, kind.sentence)
    yield from (role.label for role in Role)
    yield from (right.value for right in Right)
    yield from (*PARTICIPANT_STATES, *RECORD_STATES, *QUERY_STATES)
    for form in registry.FORMS:
        yield from (form.title, *(group.title for group in form.groups))
        for row in (form, *form.groups):
            yield from of_row(row)


def lists() -> Iterator[Codelist]:
    yield from (each for each in vars(codelists).values() if isinstance(each, Codelist))


def of_row(row: type[Row]) -> Iterator[str]:
    for item in row.items():
        yield from filter(None, (item.label, item.hint, item.section, item.unit))
    yield from (rule.sentence for rule in row.rules)


# Written the same in every language.
SYMBOLS = {"deg", "kg/m²", "mg/mL", "mgI/mL", "mGy·cm²", "MHz", "min", "{problem}"}


def test_every_declared_word_is_in_the_catalogue(catalogue: polib.POFile) -> None:
    known = {entry.msgid for entry in catalogue if not entry.msgctxt} | SYMBOLS
    assert [text for text in declared() if LATIN_WORD.search(text) and text not in known] == []


def test_each_role_and_right_is_said_in_chinese() -> None:
    with override("zh-hans"):
        assert all(CHINESE.search(gettext(role.label)) for role in Role)
        assert all(CHINESE.search(gettext(right.value)) for right in Right)


# Dates and decimals


@pytest.mark.parametrize(
    ("language", "day", "number"),
    [("en-gb", "31 March 2026", "1234.5"), ("zh-hans", "2026年3月31日", "1234.5")],
)
def test_dates_and_decimals_are_as_the_language_writes_them(language: str, day: str, number: str) -> None:
    with override(language):
        assert date_format(date(2026, 3, 31)) == day
        assert number_format(Decimal("1234.5")) == number


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", ["7.5", "7,5"])
def test_what_is_typed_is_stored_the_same_in_every_language(language: str, typed: str) -> None:
    with override(language):
        assert Measure("Weight", 1).parse(typed) == Decimal("7.5")
        assert Day("Date").parse("2026-03-31") == date(2026, 3, 31)
