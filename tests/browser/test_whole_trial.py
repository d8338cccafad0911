"""The whole trial of one participant by keyboard alone, of another by the API: both casebooks are the same"""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from forms_app.services import rechecks
from tests import client as api
from tests import journey
from tests.analytics.exports.files_read import text_of
from tests.browser.filling import answer, fill, type_day
from tests.browser.keys import tab_to
from tests.cast import Cast, gather
from tests.whole_trial import Attended, Enrolled, Filled, Step, life
from trial.crf import registry
from trial.lifecycle import COMPLETE, COMPLETED
from trial.models import Participant, Record
from trial.services import participants

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]

EXPLANATION = "As in the source"
# What tells one participant from another, and how often a record was saved.
OWN = ("participant", "record_version")


@pytest.fixture
def cast_there(live_server: Any) -> Cast:
    return gather()


def test_by_keyboard_and_by_the_api_two_casebooks_become_complete_and_equal(
    page: Page, cast_there: Cast, sign_in: Callable[[Any], None]
) -> None:
    sign_in(cast_there.investigator)
    typed = by_keyboard(page, cast_there)
    sent = by_the_api(cast_there)
    for participant in (typed, sent):
        rechecks.recheck(participant=participant.pk)
        found = journey.again(participant)
        assert found.state == COMPLETED
        records = Record.objects.filter(participant=found, removed=False)
        assert set(records.values_list("state", flat=True)) == {COMPLETE}
        filled = set(records.values_list("form", flat=True))
        assert filled == {form.code for form in registry.FORMS} - {"withdrawal"}
    exported = export(cast_there)
    assert exported[typed.code] == exported[sent.code]


def by_keyboard(page: Page, cast: Cast) -> Participant:
    page.goto("/")
    follow(page, 'a[href="/participants/add/"]')
    follow(page, "main form [type=submit]")
    participant = Participant.objects.select_related("site").latest("pk")
    for step in life(participant.site.today()):
        follow_step(page, participant.code, step)
    return participant


def follow_step(page: Page, code: str, step: Step) -> None:
    home = f"/participants/{code}/"
    if home not in page.url:
        page.goto(home)
    match step:
        case Attended():
            open_at(page, home, f'main a[href="{home}visits/{step.visit}/"]')
            attend(page, step)
        case Enrolled():
            open_at(page, home, "summary")
            follow(page, 'details[open] [type="submit"]')
            expect(page.locator(".message").first).to_be_visible()
        case Filled():
            open_at(page, home, address_of(step, home), by_way_of=way_to(step, home))
            fill(page, step.submission)
            save(page)
            explain(page)


def open_at(page: Page, home: str, selector: str, by_way_of: str = "") -> None:
    """From the casebook to a page, by its links."""
    if not page.url.endswith(home):
        follow(page, f'.trail a[href="{home}"]')
    if by_way_of:
        follow(page, by_way_of)
    follow(page, selector) if selector != "summary" else press(page, "summary.btn-primary")


def way_to(step: Filled, home: str) -> str:
    """The page between: a complication leads to its event, the list of proposals to a deviation."""
    if step.form == "adverse_event" and step.source:
        return f'a[href="{home}visits/INJ/forms/injection/"]'
    return f'a[href="{home}deviations/"]' if step.source else ""


def address_of(step: Filled, home: str) -> str:
    if step.source:
        return f'a[href*="from={step.source}"]'
    if step.visit:
        return f'main a[href="{home}visits/{step.visit}/forms/{step.form}/"]'
    return f'a[href="{home}logs/{step.form}/new/"]'


def attend(page: Page, step: Attended) -> None:
    tab_to(page, '[name="visit_date"]', most=80)
    type_day(page, step.day)
    tab_to(page, '[name="contact_mode"]')
    answer(page, {"name": "contact_mode", "kind": "radio"}, step.mode)
    save(page)
    expect(page.locator(".message").first).to_be_visible()


def explain(page: Page) -> None:
    """Explain every value that was asked about, and save again."""
    asked = [each for each in page.locator('[name^="explain:"]').all() if not each.input_value()]
    for field in asked:
        tab_to(page, f'[name="{field.get_attribute("name")}"]', most=600)
        page.keyboard.type(EXPLANATION)
    if asked:
        save(page)
    expect(page.locator(".message").first).to_contain_text("complete")


def save(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("F7")


def follow(page: Page, selector: str) -> None:
    """Go by Tab to a link, and through it."""
    tab_to(page, selector, most=600)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def press(page: Page, selector: str) -> None:
    tab_to(page, selector, most=200)
    page.keyboard.press("Enter")


def by_the_api(cast: Cast) -> Participant:
    participant = participants.add(by=cast.investigator, site=cast.north)
    for step in life(participant.site.today()):
        send(cast, participant.code, step)
    return participant


def send(cast: Cast, code: str, step: Step) -> None:
    who = cast.investigator
    match step:
        case Attended():
            body = {"occurred": True, "date": step.day.isoformat(), "contact_mode": step.mode}
            answered = api.create(who, f"{code}/visits/{step.visit}/", body)
        case Enrolled():
            answered = api.post(who, f"{code}/state/", {"state": "enrolled"})
        case Filled(visit=""):
            answered = api.post(who, f"{code}/logs/{step.form}/", journey.body(step.submission))
        case Filled():
            address = f"{code}/visits/{step.visit}/forms/{step.form}/"
            answered = api.create(who, address, journey.body(step.submission))
    assert answered.status_code in (200, 201), (step, answered.json())
    if isinstance(step, Filled):
        explain_by_api(cast, code, step, answered.json())


def explain_by_api(cast: Cast, code: str, step: Filled, saved: dict[str, Any]) -> None:
    asked = [query["check"] for query in saved["queries"] if query["state"] == "open"]
    if asked:
        body = journey.body(step.submission, explanations=dict.fromkeys(asked, EXPLANATION))
        place = (
            f"visits/{step.visit}/forms/{step.form}/"
            if step.visit
            else f"logs/{step.form}/{saved['repeat']}/"
        )
        answered = api.change(cast.investigator, f"{code}/{place}", body, saved["version"])
        assert (answered.status_code, answered.json()["state"]) == (200, COMPLETE), (step, answered.json())


def export(cast: Cast) -> dict[str, list[tuple[str, ...]]]:
    """The rows of the long file by participant, without what is each one's own."""
    text = text_of(cast.investigator, "long")
    rows: dict[str, list[tuple[str, ...]]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        if row.get("participant"):
            shown = tuple(value for name, value in row.items() if name not in OWN)
            rows.setdefault(row["participant"], []).append(shown)
    return rows
