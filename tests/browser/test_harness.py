"""The harness itself must notice what it is there to notice."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Complaints

pytestmark = pytest.mark.browser

INLINE_SCRIPT = "document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))"


@pytest.fixture(autouse=True)
def plain_text_page(page: Page, complaints: Complaints) -> None:
    complaints.announce("favicon.ico")  # a page that names no icon makes the browser look for one
    page.goto("/healthz")


def test_the_live_server_answers(page: Page) -> None:
    assert page.inner_text("body").strip() == "ok"


def test_a_breach_of_the_policy_is_noticed(page: Page, complaints: Complaints) -> None:
    page.evaluate(INLINE_SCRIPT)
    page.wait_for_timeout(200)
    assert any("policy breach: script-src" in said for said in complaints.unannounced())
    complaints.announce("inline")


def test_an_error_in_a_script_is_noticed(page: Page, complaints: Complaints) -> None:
    page.evaluate("setTimeout(() => { throw new Error('it broke') })")
    page.wait_for_timeout(200)
    assert any("it broke" in said for said in complaints.unannounced())
    complaints.announce("it broke")
