"""What follows from the answers, on the page while somebody types: never other than the server says it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import answers, journey
from tests.cast import Cast, gather
from trial.models import Eligibility, Medication
from trial.protocol import STUDY

pytestmark = pytest.mark.browser


@pytest.fixture
def investigator_of(live_server: Any, sign_in: Callable[[Any], None]) -> Cast:
    cast = gather()
    sign_in(cast.investigator)
    return cast


def derived(page: Page, path: str) -> Any:
    return page.locator(f'[data-derived="{path}"]')


def test_who_is_answered_not_applicable_is_eligible(page: Page, investigator_of: Cast) -> None:
    participant = journey.consented(investigator_of)
    page.goto(f"/participants/{participant.code}/visits/SCR/forms/eligibility/")
    for criterion in STUDY.criteria:
        answer = criterion.admitted[-1]
        page.locator(f'[name="{criterion.item}"][value="{answer}"]').check(force=True)
    expect(derived(page, "elig")).to_have_text("Yes")
    page.locator('[name="excl06"][value="Y"]').check(force=True)
    expect(derived(page, "elig")).to_have_text("No")
    page.locator('[name="excl06"][value="NA"]').check(force=True)
    page.keyboard.press("F7")
    expect(page.get_by_text("Eligibility is saved")).to_be_visible()
    assert (Eligibility.objects.get().excl06, Eligibility.objects.get().elig) == ("NA", "Y")


def test_the_morphine_equivalent_is_shown_as_saved_or_not_at_all(page: Page, investigator_of: Cast) -> None:
    participant = journey.injected(investigator_of)
    opioid = answers.medication(journey.day_of(participant, "INJ"), cmtrt="Oxycodone", cmdose="10")
    journey.log(investigator_of.investigator, participant, "medication", opioid)
    factor = f"{Medication.objects.get().cmmmefac}".rstrip("0").rstrip(".")
    page.goto(f"/participants/{participant.code}/logs/medication/1/")
    expect(derived(page, "cmmmefac")).to_contain_text(factor)
    saved = derived(page, "cmmme").text_content() or ""
    assert saved.endswith("mg/d")
    page.locator('[name="cmdose"]').fill("20")
    for path in ("cmmme", "cmmmefac", "cmmmetab"):
        expect(derived(page, path)).to_have_text("–")
    page.locator('[name="cmdose"]').fill("10")
    expect(derived(page, "cmmme")).to_have_text(saved)


def test_the_dose_in_all_is_shown_as_saved_or_not_at_all(page: Page, investigator_of: Cast) -> None:
    participant = journey.injected(investigator_of)
    page.goto(f"/participants/{participant.code}/visits/INJ/forms/injection/")
    saved = derived(page, "lamg").text_content() or ""
    assert saved.endswith("mg")
    page.locator('[name="drug.1.ecvol"]').fill("7")
    for path in ("lamg", "steroidmg"):
        expect(derived(page, path)).to_have_text("–")
    expect(derived(page, "totvol")).not_to_have_text("–")
