"""The end of a session that nobody uses: warned of, put off, and said; what was typed waits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.fixtures import Settings

from tests import journey
from tests.cast import PASSWORD, Cast, gather
from trial.models import Session

pytestmark = [pytest.mark.browser, pytest.mark.requirement("P11.300")]

IDLE = timedelta(seconds=12)  # a third of it is warned of
LONG = IDLE.total_seconds() * 1000 + 10_000


@pytest.fixture
def coordinator(live_server: Any, settings: Settings, sign_in: Callable[[Any], None]) -> Cast:
    """Signed in, for a short while."""
    settings.SESSION_IDLE = IDLE
    settings.SESSION_RENEWAL = timedelta(seconds=1)
    cast = gather()
    sign_in(cast.coordinator)
    return cast


def dialog(page: Page, words: str) -> Locator:
    return page.get_by_role("alertdialog", name=words)


def warned(page: Page) -> Locator:
    warning = dialog(page, "Are you still there?")
    expect(warning).to_be_visible(timeout=LONG)
    return warning


def test_who_is_warned_stays_signed_in_by_one_key(page: Page, coordinator: Cast) -> None:
    page.goto(reverse("home"))
    page.locator("#search").focus()
    warning = warned(page)
    expect(warning.get_by_role("button", name="Stay signed in")).to_be_focused()
    assert Axe().run(page).response["violations"] == []
    before = Session.objects.get(user=coordinator.coordinator).expire_date
    page.keyboard.press("Enter")
    expect(warning).to_be_hidden()
    assert Session.objects.get(user=coordinator.coordinator).expire_date > before
    expect(page.locator("#search")).to_be_focused()


def test_when_it_is_over_the_page_says_so_and_leads_back(page: Page, coordinator: Cast) -> None:
    page.goto(reverse("due"))
    over = dialog(page, "You are signed out")
    expect(over).to_be_visible(timeout=2 * LONG)
    backdrop = "getComputedStyle(document.querySelector('dialog.over'), '::backdrop').backgroundColor"
    assert page.evaluate(backdrop) == page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.keyboard.press("Escape")
    expect(over).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    over.get_by_role("link", name="Sign in again").click()
    page.get_by_label("User name").fill("coordinator")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('due')}")


def test_an_answer_that_leads_elsewhere_is_not_taken_for_the_end(page: Page, coordinator: Cast) -> None:
    elsewhere = {"status": 302, "headers": {"Location": reverse("second-factors")}}
    page.route(f"**{reverse('session')}", lambda route: route.fulfill(**elsewhere))
    page.goto(reverse("account"))
    page.get_by_label("What is it for?").focus()
    page.wait_for_timeout(1500)
    page.keyboard.press("a")
    page.wait_for_timeout(3000)
    expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_who_types_is_there(page: Page, coordinator: Cast) -> None:
    page.goto(reverse("account"))
    page.get_by_label("What is it for?").focus()
    for _ in range(int(IDLE.total_seconds()) + 3):
        page.keyboard.press("a")
        page.wait_for_timeout(1000)
        expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_what_is_done_in_another_window_counts(
    page: Page, context: BrowserContext, coordinator: Cast
) -> None:
    page.goto(reverse("home"))
    other = context.new_page()
    for _ in range(4):
        other.goto(reverse("due"))
        page.wait_for_timeout(IDLE.total_seconds() * 1000 / 3)
        expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_what_was_typed_waits_for_who_signs_in_again(page: Page, coordinator: Cast) -> None:
    participant = journey.added(coordinator)
    journey.attend(coordinator.coordinator, participant, "SCR")
    page.goto(reverse("record", args=[participant.code, "SCR", "consent"]))
    page.locator("[name=icver]").fill("2.0")
    page.get_by_text("not saved into the casebook yet").wait_for()
    over = dialog(page, "You are signed out")
    expect(over).to_be_visible(timeout=2 * LONG)
    over.get_by_role("link", name="Sign in again").click()
    page.get_by_label("User name").fill("coordinator")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="You typed here").wait_for()


def test_who_is_warned_may_sign_out(page: Page, coordinator: Cast) -> None:
    page.goto(reverse("home"))
    warned(page).get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"**{reverse('sign-in')}")
    assert not Session.objects.filter(user=coordinator.coordinator).exists()


def test_the_twelve_hours_are_warned_of_and_not_put_off(
    page: Page, coordinator: Cast, settings: Settings
) -> None:
    settings.SESSION_COOKIE_AGE = int(IDLE.total_seconds())
    page.goto(reverse("home"))
    soon = dialog(page, "You will be signed out soon")
    expect(soon).to_be_visible(timeout=LONG)
    expect(soon.get_by_role("button", name="Stay signed in")).to_be_hidden()
    soon.get_by_role("button", name="Go on until then").click()
    expect(soon).to_be_hidden()
    expect(dialog(page, "You are signed out")).to_be_visible(timeout=LONG)
