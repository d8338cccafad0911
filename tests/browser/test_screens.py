"""Every page, in both sizes and both schemes: a picture for people to look at, and what axe finds."""

from collections.abc import Callable
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.analytics.brief import brief_supplements, calculate_beside
from tests.browser.conftest import SIZES, Complaints
from tests.browser.pages import SIGHTS, Sight, Trial, populate
from tests.cast import Cast, gather

pytestmark = pytest.mark.browser

FINGER = 24  # CSS pixels
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def test_screenshots_of_every_page_without_a_violation(
    page: Page,
    sign_in: Callable[[Any], None],
    photograph: Callable[[Page, str], None],
    complaints: Complaints,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    brief_supplements(monkeypatch)
    complaints.announce("the server responded with a status of 4")  # refusals are among the pages
    cast = gather()
    trial = populate(cast)
    calculate_beside("pain")
    found = []
    for sight in SIGHTS:
        visit(page, sight, cast, trial, sign_in)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            photograph(page, sight.name if scheme == "light" else f"{sight.name}-{scheme}")
            found += [
                f"{sight.name}, {scheme}, {size}: {fault}" for size in SIZES for fault in faults(page, size)
            ]
    assert not found, "\n".join(found)


def visit(page: Page, sight: Sight, cast: Cast, trial: Trial, sign_in: Callable[[Any], None]) -> None:
    if sight.person:
        sign_in(getattr(cast, sight.person))
    page.goto(sight.address(trial))
    if sight.act:
        sight.act(page)


def faults(page: Page, size: str) -> list[str]:
    """What axe finds, and what a person with a finger or a narrow screen would stumble over."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    violations = Axe().run(page).response["violations"]
    found = [f"{each['id']} {each['nodes'][0]['html'][:120]}" for each in violations]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("the page is wider than the screen")
    found += [f"a cell that left its column: {html}" for html in page.evaluate(STRAY)]
    return found + [f"a target of less than {FINGER} px: {html}" for html in page.evaluate(SMALL, FINGER)]


# A class meant for something else can take a cell out of its table.
STRAY = """
() => [...document.querySelectorAll("table")]
    .filter((table) => table.checkVisibility() && getComputedStyle(table).display === "table")
    .flatMap((table) => [...table.querySelectorAll("td, th")])
    .filter((cell) => cell.checkVisibility() && getComputedStyle(cell).display !== "table-cell")
    .map((cell) => cell.outerHTML.slice(0, 120))
"""

# Links that run along in a line of text are exempt, as in WCAG 2.5.8.
SMALL = """
(least) => {
    const inText = (each) => each.matches("a, .skip") && getComputedStyle(each).display === "inline";
    const isSmall = ({ width, height }) => width > 0 && (width < least || height < least);
    return [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
        .filter((each) => each.checkVisibility() && !inText(each))
        .filter((each) => isSmall(each.getBoundingClientRect()))
        .map((each) => each.outerHTML.slice(0, 120));
}
"""
