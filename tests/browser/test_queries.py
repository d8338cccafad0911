"""From a question to the very field: focused, to be typed into, in sight, with the question beside it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from forms_app.selectors import content_hash
from forms_app.services import queries, verifications
from tests import journey
from tests.cast import Cast, gather
from trial.models import Record

pytestmark = pytest.mark.browser


@pytest.fixture
def injection(live_server: Any, sign_in: Any) -> tuple[Cast, Record]:
    cast = gather()
    record = Record.objects.get(participant=journey.injected(cast), form="injection")
    return cast, record


def follow(page: Page, sign_in: Any, cast: Cast) -> None:
    sign_in(cast.coordinator)
    page.goto("/queries/")
    page.locator(".questions .field a").click()


def test_a_question_leads_into_a_group_to_the_answer(
    page: Page, sign_in: Any, injection: tuple[Cast, Record]
) -> None:
    cast, record = injection
    queries.raise_query(by=cast.monitor, record=record, item="side.RIGHT.level", text="Is this so?")
    follow(page, sign_in, cast)
    item = page.locator('[data-item="side.RIGHT.level"]')
    field = item.locator(":is(input:checked, select:not([name^='missing:']))")
    expect(field).to_be_focused()
    expect(field).to_be_editable()
    expect(item).to_be_in_viewport(ratio=1)
    expect(item.get_by_text("Is this so?")).to_be_in_viewport()


def test_what_is_not_asked_any_more_is_shown_with_its_question(
    page: Page, sign_in: Any, injection: tuple[Cast, Record]
) -> None:
    cast, record = injection
    queries.raise_query(by=cast.monitor, record=record, item="injreasnd", text="Is this so?")
    follow(page, sign_in, cast)
    item = page.locator('[data-item="injreasnd"]')
    expect(item).to_be_visible()
    expect(item).to_be_focused()
    expect(item.get_by_text("Is this so?")).to_be_in_viewport()


def test_a_question_is_answered_where_it_stands(
    page: Page, sign_in: Any, injection: tuple[Cast, Record]
) -> None:
    cast, record = injection
    queries.raise_query(by=cast.monitor, record=record, item="injdat", text="Is this so?")
    follow(page, sign_in, cast)
    page.get_by_role("link", name="Answer the question").click()
    panel = page.get_by_role("dialog")
    panel.get_by_label("Answer", exact=True).fill("It is")
    panel.get_by_role("button", name="Answer", exact=True).click()
    expect(panel.get_by_text("It is", exact=True).first).to_be_visible()


def test_answers_are_ticked_and_verified_by_keyboard(
    page: Page, sign_in: Any, injection: tuple[Cast, Record]
) -> None:
    cast, record = injection
    sign_in(cast.monitor)
    page.goto(f"/participants/{record.participant.code}/visits/INJ/forms/injection/")
    page.locator('input[name="item"][value="side.LEFT.level"]').focus()
    page.keyboard.press("Space")
    page.keyboard.press("F7")
    expect(page.locator('[data-item="side.LEFT.level"] .mark.done')).to_contain_text("Verified by Mona North")
    assert record.verifications.count() == 1
    page.keyboard.press("F8")
    expect(page.locator(".message.success")).to_contain_text("verified")
    with pytest.raises(Exception, match="Nothing was chosen"):
        verifications.verify(by=cast.monitor, record=record, shown_hash=content_hash.of_record(record).hash)
