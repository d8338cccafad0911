"""Where no script runs, every page still does its work."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import journey
from tests.cast import Cast, gather
from trial.models import InjectionDrug, Motion

pytestmark = pytest.mark.browser


@pytest.fixture
def everybody(live_server: LiveServer) -> Cast:
    return gather()


@pytest.fixture
def plain(browser: Browser, live_server: LiveServer, client: Any, everybody: Cast) -> Iterator[Page]:
    """A page in a browser without scripts, signed in."""
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    client.force_login(everybody.investigator)
    cookie = client.cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def test_conditional_items_are_all_there_and_the_server_says_which_to_leave_empty(
    plain: Page, everybody: Cast
) -> None:
    participant = journey.injected(everybody)
    journey.attend(everybody.investigator, participant, "W1")
    plain.goto(f"/participants/{participant.code}/visits/W1/forms/motion/")
    plain.locator('[name="rom_perf"][value="N"]').check()
    plain.locator('[name="rom_t1"]').fill("20")
    plain.locator('[name="rom_reasnd"]').fill("Too much pain")
    plain.get_by_role("button", name="Save F7").click()
    expect(plain.get_by_text("does not ask for it").first).to_be_visible()
    plain.locator('[name="rom_t1"]').fill("")
    plain.get_by_role("button", name="Save F7").click()
    expect(plain.get_by_text("Lumbar flexion is saved and complete.")).to_be_visible()
    assert Motion.objects.get().rom_reasnd == "Too much pain"


def test_a_spare_row_takes_one_drug_at_a_time(plain: Page, everybody: Cast) -> None:
    participant = journey.enrolled(everybody)
    journey.attend(everybody.investigator, participant, "INJ")
    plain.goto(f"/participants/{participant.code}/visits/INJ/forms/injection/")
    plain.locator('[name="injperf"][value="Y"]').check()
    for row in (1, 2):
        plain.locator(f'[name="drug.{row}.ectrt"]').fill("Bupivacaine")
        plain.get_by_role("button", name="Save F7").click()
        expect(plain.get_by_text("Injection is saved.")).to_be_visible()
    assert list(InjectionDrug.objects.order_by("key").values_list("key", flat=True)) == ["1", "2"]


def test_the_matrix_is_filtered_by_its_button(plain: Page, everybody: Cast) -> None:
    first, second = journey.added(everybody), journey.added(everybody)
    plain.goto("/")
    plain.get_by_label("Code").fill(second.code)
    plain.get_by_role("button", name="Show").click()
    expect(plain.get_by_role("link", name=first.code, exact=True)).to_be_hidden()
    expect(plain.get_by_role("link", name=second.code, exact=True)).to_be_visible()
