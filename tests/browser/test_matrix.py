from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import journey
from tests.cast import gather

pytestmark = pytest.mark.browser


def test_the_matrix_follows_the_filter_while_one_types(
    page: Page, live_server: LiveServer, sign_in: Callable[[Any], None]
) -> None:
    cast = gather()
    first, second = journey.added(cast), journey.screen_failure(cast)
    sign_in(cast.investigator)
    page.goto("/")
    page.get_by_label("Code").press_sequentially("002")
    expect(page.get_by_role("link", name=first.code, exact=True)).to_be_hidden()
    expect(page.get_by_role("link", name=second.code, exact=True)).to_be_visible()
    expect(page.get_by_label("Code")).to_be_focused()
    assert "search=002" in page.url
    page.get_by_label("Code").fill("")
    page.get_by_label("Visits", exact=True).select_option("pending")
    expect(page.get_by_role("link", name=second.code, exact=True)).to_be_hidden()
    expect(page.get_by_role("link", name=first.code, exact=True)).to_be_visible()


def test_arrow_keys_move_between_the_cells(
    page: Page, live_server: LiveServer, sign_in: Callable[[Any], None]
) -> None:
    cast = gather()
    first, second = journey.added(cast), journey.added(cast)
    sign_in(cast.investigator)
    page.goto("/")
    page.get_by_role("link", name=first.code, exact=True).focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.pathname") == f"/participants/{second.code}/visits/SCR/"
    page.keyboard.press("ArrowDown")  # there is no further row
    assert page.evaluate("document.activeElement.pathname") == f"/participants/{second.code}/visits/SCR/"
