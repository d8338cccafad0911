"""The pages in Chinese: chosen by a button, the same for axe, and as wide as the screen."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.analytics.brief import brief_supplements, calculate_beside
from tests.browser.conftest import SIZES, Complaints
from tests.browser.pages import SIGHTS, populate
from tests.browser.test_screens import SCHEMES, faults, visit
from tests.cast import Cast, gather

pytestmark = pytest.mark.browser

CHINESE, ENGLISH = "简体中文", "English"


def test_the_language_is_chosen_on_any_page_and_the_page_stays(
    page: Page, cast: Cast, sign_in: Callable[[Any], None]
) -> None:
    page.goto("/password/reset/")
    page.get_by_role("button", name=CHINESE).click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.get_by_role("heading", name="设置新密码")).to_be_visible()
    assert page.url.endswith("/password/reset/")
    sign_in(cast.investigator)
    page.goto("/account/")
    page.get_by_role("heading", name="角色").wait_for()
    page.get_by_role("button", name=ENGLISH).click()
    page.get_by_role("heading", name="Roles").wait_for()
    assert page.url.endswith("/account/")


def test_a_page_without_forms_leads_to_the_choice(
    page: Page, cast: Cast, sign_in: Callable[[Any], None], complaints: Complaints
) -> None:
    complaints.announce("the server responded with a status of 404")
    sign_in(cast.investigator)
    page.goto("/nowhere/")
    page.get_by_role("link", name=CHINESE).click()
    page.get_by_role("button", name=CHINESE).click()
    page.get_by_role("link", name="受试者").first.wait_for()


def test_every_page_in_chinese_without_a_violation(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,
    sign_in: Callable[[Any], None],
    photograph: Callable[[Page, str], None],
    complaints: Complaints,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    brief_supplements(monkeypatch)
    complaints.announce("the server responded with a status of 4")
    context.add_cookies([{"name": "language", "value": "zh-hans", "url": live_server.url}])
    cast = gather()
    trial = populate(cast)
    calculate_beside("pain")
    found = []
    # What is done on a page is done by its English words: those are looked at in English.
    for sight in (sight for sight in SIGHTS if sight.act is None):
        visit(page, sight, cast, trial, sign_in)
        photograph(page, f"{sight.name}-chinese")
        for scheme, size in zip(SCHEMES, SIZES, strict=True):
            page.emulate_media(color_scheme=scheme)
            found += [f"{sight.name}, {scheme}, {size}: {fault}" for fault in faults(page, size)]
    assert not found, "\n".join(found)
