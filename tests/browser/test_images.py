"""Images of the injection, as a person with a browser stores them and looks at them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests import journey
from tests.cast import gather
from tests.forms_app.images import made

pytestmark = pytest.mark.browser


def test_an_image_is_stored_seen_and_taken_out(page: Page, sign_in: Callable[[Any], None]) -> None:
    cast = gather()
    participant = journey.injected(cast)
    sign_in(cast.coordinator)
    page.goto(reverse("record", args=[participant.code, "INJ", "injection"]))
    page.get_by_role("link", name="Add and manage images").click()
    page.get_by_label("File").set_input_files(
        {"name": "Synthetica.dcm", "mimeType": "application/dicom", "buffer": made.dicom()}
    )
    page.get_by_role("radio", name="Ultrasound").check()
    page.get_by_label("Reason for the change").fill("Taken from the scanner later")
    page.get_by_label("I looked at the picture").check()
    page.get_by_role("button", name="Store the image").click()
    picture = page.get_by_role("img", name="Open Ultrasound, image 1")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 40)
    page.get_by_text("Take this image out of use").click()
    page.get_by_label("Reason", exact=True).fill("The wrong side")
    page.get_by_role("button", name="Take it out").click()
    expect(page.get_by_text("It is kept, and not shown")).to_be_visible()
    expect(picture).to_have_count(0)


def test_a_box_of_the_flow_leads_to_its_participants_by_keyboard(
    page: Page, sign_in: Callable[[Any], None]
) -> None:
    cast = gather()
    participant = journey.screen_failure(cast)
    sign_in(cast.monitor)
    page.goto(reverse("flow"))
    page.locator("a.entry").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Not eligible")).to_be_visible()
    expect(page.get_by_role("link", name=participant.code)).to_be_visible()
