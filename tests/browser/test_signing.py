"""The signing page as a person uses it: by keyboard alone, and after a refusal."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from forms_app.models import Signature
from tests import journey
from tests.browser.conftest import Complaints
from tests.browser.keys import tab_to
from tests.cast import PASSWORD, Cast, gather
from tests.second_factor import code_of, wrong_code

pytestmark = [pytest.mark.browser, pytest.mark.requirement("P11.200")]


@pytest.fixture
def investigator(live_server: Any, sign_in: Callable[[Any], None]) -> Cast:
    """Signed in, where pain of week 1 waits for a signature."""
    cast = gather()
    journey.with_outcomes(cast)
    sign_in(cast.investigator)
    return cast


def open_page(page: Page) -> None:
    page.goto(reverse("sign-record", args=["01-001", "W1", "pain"]))


def test_it_is_signed_by_keyboard_alone(page: Page, investigator: Cast, complaints: Complaints) -> None:
    complaints.announce("status of 403")
    open_page(page)
    tab_to(page, '[name="meaning"]')
    page.keyboard.press("Space")
    for name, typed in (("username", "investigator"), ("password", PASSWORD), ("code", wrong_code())):
        page.keyboard.press("Tab")
        expect(page.locator(f'[name="{name}"]')).to_be_focused()
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    refused = page.get_by_role("alert")
    expect(refused).to_be_focused()
    expect(refused).to_contain_text("does not prove that it is you")
    expect(page.locator('[name="meaning"]:checked')).to_have_count(1)
    expect(page.locator('[name="password"]')).to_have_value("")
    tab_to(page, '[name="username"]')
    page.keyboard.type("investigator")
    for typed in (PASSWORD, code_of(investigator.investigator)):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Signed: ")).to_be_visible()
    assert Signature.objects.count() == 1
