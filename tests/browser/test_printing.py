"""The casebook on paper, as the browser prints it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests import journey
from tests.cast import gather
from tests.forms_app.paper.pdf import squeezed

pytestmark = pytest.mark.browser


def test_the_casebook_prints_without_navigation_and_each_visit_on_a_page_of_its_own(
    page: Page, sign_in: Callable[[Any], None]
) -> None:
    cast = gather()
    participant = journey.with_outcomes(cast)
    sign_in(cast.monitor)
    page.goto(reverse("casebook", args=[participant.code]))
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("link", name="Download as PDF")).to_be_hidden()
    expect(page.get_by_role("heading", name="Casebook of")).to_be_visible()
    sheets = [squeezed(each.extract_text()) for each in PdfReader(BytesIO(page.pdf(format="A4"))).pages]
    for visit in ("Screening (SCR)", "Baseline (BL)", "Injection (INJ)", "Week 1 (W1)"):
        assert any(sheet.startswith(squeezed(visit)) for sheet in sheets), visit
