"""What keys and buttons do on pages where more is folded away than is seen."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import journey
from tests.cast import Cast, gather
from trial.models import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def everybody(live_server: Any, sign_in: Any) -> Cast:
    cast = gather()
    sign_in(cast.investigator)
    return cast


def test_f7_saves_the_correction_of_a_visit_once_it_is_opened(page: Page, everybody: Cast) -> None:
    participant = journey.injected(everybody)
    journey.attend(everybody.investigator, participant, "W1")
    page.goto(f"/participants/{participant.code}/visits/W1/")
    page.keyboard.press("F7")
    expect(page.get_by_role("button", name="Save the correction")).to_be_hidden()
    page.get_by_text("Correct the visit").click()
    page.get_by_role("radio", name="Telephone call").check(force=True)
    page.get_by_label("Reason for the correction").fill("By telephone after all")
    page.keyboard.press("F7")
    expect(page.locator(".message.success")).to_be_visible()
    assert Visit.objects.get(code="W1").contact_mode == "TELEPHONE CALL"


def test_rows_that_no_answer_asks_for_begin_when_somebody_adds_one(page: Page, everybody: Cast) -> None:
    participant = journey.added(everybody)
    journey.attend(everybody.investigator, participant, "SCR")
    page.goto(f"/participants/{participant.code}/visits/SCR/forms/consent/")
    rows = page.locator('[data-group="reconsent"] [data-row]')
    expect(rows).to_have_count(0)
    page.get_by_role("button", name="Add: Renewed consent").click()
    expect(rows).to_have_count(1)


def test_the_arrow_keys_leave_a_text_beside_boxes_alone(page: Page, everybody: Cast) -> None:
    """The browser's complaints fail the test where a script stumbles."""
    participant = journey.consented(everybody)
    page.goto(f"/participants/{participant.code}/visits/SCR/forms/surgery/")
    page.evaluate(
        """() => {
            const typed = document.createElement("input");
            typed.id = "beside";
            document.querySelector(".several").append(typed);
        }"""
    )
    beside = page.locator("#beside")
    beside.evaluate("(typed) => typed.dispatchEvent(new FocusEvent('focusin', { bubbles: true }))")
    beside.evaluate(
        "(typed) => typed.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))"
    )
