"""The main job: a visit that is due is entered by keyboard alone, and the estimates follow by themselves."""

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from analytics.models import Run
from forms_app.demo.accounts import PASSWORD
from tests.browser.keys import answer, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker", "demonstration")]

DUE = "01-011"
SECONDS = 20_000


def test_the_results_follow_a_visit_entered_by_keyboard(context: BrowserContext, page: Page) -> None:
    sign_in(page)
    results = context.new_page()
    results.goto("/results/")
    expect(observed(results, "Pain intensity", "W12")).to_have_text("24", timeout=SECONDS)
    expect(observed(results, "Disability", "W12")).to_have_text("24", timeout=SECONDS)
    before = latest_runs()
    page.bring_to_front()

    open_the_visit_due(page)
    enter_pain(page)
    enter_motion(page)
    enter_disability(page)

    results.bring_to_front()
    for title in ("Pain intensity", "Lumbar flexion", "Disability"):
        expect(observed(results, title, "W12")).to_have_text("25", timeout=SECONDS)
        expect(panel(results, title).get_by_text("Current")).to_be_visible(timeout=SECONDS)
    after = latest_runs()
    assert all(after[outcome] > before[outcome] for outcome in ("pain", "motion", "disability"))


def sign_in(page: Page) -> None:
    page.goto("/")
    page.keyboard.type("investigator")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Participants")).to_be_visible()


def open_the_visit_due(page: Page) -> None:
    """From the matrix, where the one visit that is due stands out."""
    tab_to(page, f'a[href="/participants/{DUE}/"]', most=200)
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Week 12")).to_be_visible()
    tab_to(page, '[name="contact_mode"]')
    page.keyboard.type("i")
    page.keyboard.press("F8")


def enter_pain(page: Page) -> None:
    expect(page.get_by_role("heading", name="Pain intensity")).to_be_visible()
    for item, digit in {"nrs_avg24": "3", "nrs_worst24": "5", "nrs_least24": "1", "nrs_now": "2"}.items():
        answer(page, item, digit)
    page.keyboard.press("F8")


def enter_motion(page: Page) -> None:
    expect(page.get_by_role("heading", name="Lumbar flexion")).to_be_visible()
    answer(page, "rom_perf", "y")
    for trial, degrees in enumerate(("34", "35", "36"), start=1):
        answer(page, f"rom_t{trial}", degrees)
    answer(page, "rom_meth", "d")
    answer(page, "rom_eval", "p")
    page.keyboard.press("F8")


def enter_disability(page: Page) -> None:
    expect(page.get_by_role("heading", name="Disability (ODI)")).to_be_visible()
    tab_to(page, '[name="odi_mode"]')
    page.keyboard.press("Space")
    for section, digit in enumerate("1212121212", start=1):
        answer(page, f"odi{section:02}", digit)
    page.keyboard.press("F7")
    expect(page.get_by_text("Disability (ODI) is saved and complete.")).to_be_visible()


def panel(page: Page, title: str) -> Locator:
    """The part of the results page about one outcome."""
    return page.locator("section, article").filter(has=page.get_by_role("heading", name=title))


def observed(page: Page, title: str, visit: str) -> Locator:
    """The cell that says how many values an outcome has at a visit."""
    row = panel(page, title).locator("tr").filter(has=page.get_by_role("rowheader", name=visit, exact=True))
    return row.locator("td").first


def latest_runs() -> dict[str, int]:
    return {run.outcome: run.pk for run in Run.objects.order_by("pk")}
