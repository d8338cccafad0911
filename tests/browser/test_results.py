"""The results page at work: what is open stays open, and what is there can be taken along."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from analytics.services.refit import refit
from tests.analytics import measured
from tests.cast import Cast, gather
from trial.models import Participant

pytestmark = pytest.mark.browser

REFRESHED = 8_000


@pytest.fixture
def cast(live_server: Any) -> Cast:
    return gather()


@pytest.fixture
def participants(cast: Cast) -> list[Participant]:
    found = measured.pain(cast)
    refit("pain")
    return found


@pytest.fixture
def pain(cast: Cast, participants: list[Participant], page: Page, sign_in: Callable[[Any], None]) -> Locator:
    """The part of the results page about pain."""
    sign_in(cast.investigator)
    page.goto("/results/")
    return page.locator('[data-outcome="pain"]')


def test_what_a_person_opened_stays_open_when_new_estimates_come(
    cast: Cast, participants: list[Participant], pain: Locator
) -> None:
    pain.get_by_text("How it was fitted").click()
    search = pain.get_by_text("converged after")
    expect(search).to_be_visible()
    measured.correct_pain(cast, participants[0], 6)
    refit("pain")
    expect(pain.get_by_text("2 looks at the data so far")).to_be_visible(timeout=REFRESHED)
    expect(search).to_be_visible()
    expect(pain.locator(".methods")).to_be_hidden()


def test_the_methods_paragraph_is_copied_as_it_stands(
    context: BrowserContext, page: Page, pain: Locator
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    pain.get_by_text("Methods, in words for a paper").click()
    pain.get_by_role("button", name="Copy the paragraph").click()
    expect(pain.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == pain.locator(".methods").text_content()


@pytest.mark.parametrize(
    ("link", "begins"),
    [
        ("figure as SVG", b"<?xml"),
        ("figure as PNG", b"\x89PNG"),
        ("table as CSV", b"study,outcome"),
        ("table for Excel", b"\xef\xbb\xbfstudy"),
    ],
)
def test_figures_and_tables_are_downloaded(page: Page, pain: Locator, link: str, begins: bytes) -> None:
    with page.expect_download() as download:
        pain.get_by_role("link", name=link).click()
    assert Path(download.value.path()).read_bytes().startswith(begins)
    assert "pain_run-" in download.value.suggested_filename
