"""The harness itself must notice what it is there to notice."""

import time
from typing import Any

import pytest
from django.core.signals import request_started
from playwright.sync_api import Page

from tests.browser.conftest import Complaints, InHand

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


def test_what_a_page_has_sent_is_waited_for(page: Page, in_hand: InHand) -> None:
    taken: list[bool] = []

    def slow(**_: Any) -> None:
        time.sleep(0.5)
        taken.append(True)

    request_started.connect(slow)
    page.evaluate("void fetch('/healthz', { keepalive: true })")
    page.close()
    in_hand.wait()
    request_started.disconnect(slow)
    assert (in_hand.number, taken) == (0, [True])
