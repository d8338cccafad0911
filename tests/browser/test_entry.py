"""Every form, entered without a mouse; and what helps to enter it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Response, Route, expect

from forms_app.models import Comment, Query
from tests import answers, journey
from tests.browser.conftest import Complaints
from tests.browser.keys import answer, tab_to
from tests.cast import Cast, gather
from trial.crf import paths, registry
from trial.crf.answers import Answers
from trial.crf.items import Choice, Clock, Day, Item, PartialDay, Score, Several
from trial.models import Participant, Record
from trial.protocol import STUDY

pytestmark = pytest.mark.browser

HEAVIEST = 150_000  # bytes of the page of the injection with its styles and scripts, without fonts
MOST_STOPS = 400
# A day that reads the same whichever of day and month comes first.
DAY_TYPED = "01012026"


@pytest.fixture
def everybody(live_server: Any) -> Cast:
    return gather()


@pytest.fixture
def entering(everybody: Cast, sign_in: Callable[[Any], None]) -> Cast:
    """An investigator is signed in."""
    sign_in(everybody.investigator)
    return everybody


def address(cast: Cast, form: str) -> str:
    """The page of a new form, of somebody who has come so far."""
    if STUDY.schedule.log(form):
        return f"/participants/{journey.injected(cast).code}/logs/{form}/new/"
    visit = next(each.code for each in STUDY.schedule.planned if form in each.forms)
    participant = come_to(cast, visit, form)
    return f"/participants/{participant.code}/visits/{visit}/forms/{form}/"


def come_to(cast: Cast, visit: str, form: str) -> Participant:
    if form == "consent":
        participant = journey.added(cast)
    elif visit == "SCR":
        return journey.consented(cast)
    else:
        participant = journey.enrolled(cast) if visit in ("BL", "INJ") else journey.injected(cast)
    journey.attend(cast.investigator, participant, visit)
    return participant


@pytest.mark.parametrize("form", registry.FORMS, ids=lambda form: form.code)
def test_every_item_of_a_form_is_reached_and_filled_by_keyboard(
    page: Page, entering: Cast, complaints: Complaints, form: type[Answers]
) -> None:
    complaints.announce("status of 4")  # what is typed here need not make sense together
    page.goto(address(entering, form.code))
    walk(page, form)
    assert page.evaluate(NOT_GIVEN) == []
    page.keyboard.press("F7")
    expect(page.locator(".message, #summary").first).to_be_visible(timeout=30_000)


def walk(page: Page, form: type[Answers]) -> None:
    """Fill every item that the focus comes to, from the first to the button that saves."""
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.querySelector('form[data-entry] [name]:not([type=hidden])').focus()")
    seen: set[str] = set()
    for _ in range(MOST_STOPS):
        name, key = page.evaluate(
            "[document.activeElement.name ?? '', document.activeElement.dataset.key ?? '']"
        )
        if key == "F7":
            return
        place = paths.find(form, name)
        if place and name not in seen:
            seen.add(name)
            fill(page, place.item)
        page.keyboard.press("Tab")
    raise AssertionError("The walk does not come to its end.")


def fill(page: Page, item: Item) -> None:
    keyboard = page.keyboard
    match item:
        case Score():
            keyboard.type(str(item.steps[0]))
        case Several():
            keyboard.press("Space")
            keyboard.press("ArrowRight")
            keyboard.press("Space")
        case Choice():
            is_list = page.evaluate("document.activeElement.tagName") == "SELECT"
            keyboard.press("ArrowDown" if is_list else "Space")
        case Day():
            keyboard.type(DAY_TYPED)
        case PartialDay():
            keyboard.type("2019-05")
        case Clock():
            keyboard.type("1000AM")
        case _:
            limits = item.soft or item.hard
            keyboard.type(str(limits.low or limits.high) if limits else "x1" if not item.numeric else "1")


# The asked items that have fields and no answer.
NOT_GIVEN = """
() => {
    const given = new FormData(document.querySelector("form[data-entry]"));
    return [...document.querySelectorAll("form[data-entry] [data-item]:not([data-unasked])")]
        .filter((item) => item.checkVisibility())
        .filter((item) => item.querySelector(`[name="${CSS.escape(item.dataset.item)}"]`))
        .map((item) => item.dataset.item)
        .filter((path) => !given.getAll(path).some((value) => value !== ""));
}
"""


@pytest.fixture
def pain(page: Page, entering: Cast) -> Participant:
    """The page of pain at week 1, saved once with 6, is open."""
    participant = journey.injected(entering)
    journey.attend(entering.investigator, participant, "W1")
    journey.save(entering.investigator, participant, "W1", "pain", answers.pain(6))
    page.goto(f"/participants/{participant.code}/visits/W1/forms/pain/")
    return participant


def test_the_history_of_an_item_opens_and_the_focus_comes_back(page: Page, pain: Participant) -> None:
    tab_to(page, '[name="nrs_avg24"]')
    page.keyboard.press("Alt+h")
    panel = page.get_by_role("dialog", name="Average pain")
    expect(panel.get_by_text("Ines North")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator('[name="nrs_avg24"]:checked')).to_be_focused()


def test_a_question_is_asked_and_answered_without_leaving_the_form(page: Page, pain: Participant) -> None:
    tab_to(page, '[name="nrs_avg24"]')
    page.keyboard.press("Alt+q")
    panel = page.get_by_role("dialog", name="Average pain")
    panel.get_by_label("Ask a question of your own").fill("Is this so?")
    panel.get_by_role("button", name="Ask").click()
    panel.get_by_label("Answer").fill("It is")
    panel.get_by_role("button", name="Answer").click()
    expect(panel.get_by_text("answered", exact=True)).to_be_visible()
    assert Query.objects.get().explanation == "It is"
    assert Record.objects.get(form="pain", visit__code="W1").version == 1


def test_a_question_being_typed_survives_the_server_and_the_session(
    page: Page, context: BrowserContext, pain: Participant, complaints: Complaints
) -> None:
    complaints.announce("ERR_FAILED")
    page.locator('[data-item="nrs_avg24"] .about-button').click()
    panel = page.get_by_role("dialog", name="Average pain")
    question = panel.get_by_label("Ask a question of your own")
    question.fill("Is this so?")
    page.route("**/queries/**", lambda route: route.abort())
    panel.get_by_role("button", name="Ask").click()
    expect(panel.get_by_role("alert")).to_contain_text("The server cannot be reached now.")
    page.unroute("**/queries/**")
    cookies: Any = context.cookies()
    context.clear_cookies(name="sessionid")
    panel.get_by_role("button", name="Ask").click()
    expect(panel.get_by_role("alert")).to_contain_text("You are signed out. Sign in again")
    expect(question).to_have_value("Is this so?")
    context.add_cookies(cookies)
    panel.get_by_role("button", name="Ask").click()
    expect(panel.get_by_label("Answer")).to_be_visible()
    expect(panel.get_by_role("alert")).to_have_count(0)


def test_a_slow_answer_fills_no_other_items_panel(page: Page, pain: Participant) -> None:
    held: list[Route] = []
    page.route("**/items/nrs_avg24/**", lambda route: held.append(route))
    page.locator('[data-item="nrs_avg24"] .about-button').click()
    page.keyboard.press("Escape")
    page.locator('[data-item="nrs_now"] .about-button').click()
    panel = page.get_by_role("dialog", name="Pain right now")
    panel.get_by_label("Ask a question of your own").fill("Is this so?")
    held[0].continue_()
    page.wait_for_timeout(500)
    expect(panel.get_by_label("Ask a question of your own")).to_have_value("Is this so?")


def test_a_comment_and_a_reason_for_no_value_go_with_the_form(page: Page, pain: Participant) -> None:
    page.locator('[data-item="nrs_now"] .about-button').click()
    panel = page.get_by_role("dialog", name="Pain right now")
    panel.get_by_label("Unknown").check()
    panel.get_by_label("Comment").fill("Fell asleep")
    page.keyboard.press("Escape")
    expect(page.locator('[name="missing:nrs_now"]')).to_be_visible()
    expect(page.get_by_text("Fell asleep")).to_be_visible()
    page.get_by_label("Reason for the change").fill("Added")
    page.keyboard.press("F7")
    expect(page.get_by_text("Pain intensity is saved and complete.")).to_be_visible()
    assert Comment.objects.get().text == "Fell asleep"
    expect(page.locator('[name="missing:nrs_now"]')).to_have_value("UNK")


def test_a_letter_gives_the_reason_for_no_value_and_a_digit_takes_it_back(
    page: Page, pain: Participant
) -> None:
    reason = page.locator('[name="missing:nrs_now"]')
    answer(page, "nrs_now", "r")
    expect(reason).to_have_value("REF")
    page.keyboard.type("3")
    expect(reason).to_have_value("")
    expect(reason).to_be_hidden()
    expect(page.locator('[name="nrs_now"]:checked')).to_have_value("3")


def test_the_keys_are_listed_but_not_while_somebody_types(page: Page, pain: Participant) -> None:
    listed = page.get_by_role("dialog", name="Keys")
    reason = page.get_by_label("Reason for the change")
    reason.focus()
    page.keyboard.type("?")
    expect(reason).to_have_value("?")
    expect(listed).to_be_hidden()
    page.locator('[name="nrs_avg24"]:checked').focus()
    page.keyboard.type("?")
    expect(listed.get_by_text("questions about the item")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator('[name="nrs_avg24"]:checked')).to_be_focused()


def test_the_form_before_is_a_key_away(page: Page, entering: Cast) -> None:
    participant = journey.injected(entering)
    journey.attend(entering.investigator, participant, "W1")
    page.goto(f"/participants/{participant.code}/visits/W1/forms/motion/")
    answer(page, "rom_perf", "n")
    page.keyboard.press("Shift+F8")
    expect(page.get_by_role("heading", name="Pain intensity")).to_be_visible()
    assert Record.objects.filter(form="motion", visit__code="W1").exists()


def test_what_is_open_is_counted_while_typing(page: Page, entering: Cast) -> None:
    page.goto(address(entering, "demographics"))
    person = page.locator("[data-counted]").first.locator("[data-count]")
    expect(person).to_have_text("2 of 2 required open")
    page.locator('[name="brthyy"]').fill("1970")
    expect(person).to_have_text("1 of 2 required open")
    answer(page, "sex", "f")
    expect(person).to_have_text("All required answers given")
    page.locator('[name="height"]').fill("170")
    page.locator('[name="weight"]').fill("65")
    expect(page.locator('[data-derived="bmi"]')).to_have_text("22.5 kg/m²")


def test_a_partial_date_is_spelt_out(page: Page, entering: Cast) -> None:
    page.goto(address(entering, "adverse_event"))
    page.locator('[name="aestdat"]').fill("2026-05")
    expect(page.locator('[data-item="aestdat"] .spelt')).to_have_text("May 2026")
    page.locator('[name="aestdat"]').fill("2026-02-31")
    expect(page.locator('[data-item="aestdat"] .spelt')).to_have_text("")


def test_the_page_of_the_injection_is_light(page: Page, entering: Cast) -> None:
    fetched: list[Response] = []

    def note(response: Response) -> None:
        if response.ok and response.request.resource_type in ("document", "stylesheet", "script"):
            fetched.append(response)

    page.on("response", note)
    page.goto(address(entering, "injection"), wait_until="networkidle")
    weights = {each.url: len(each.body()) for each in fetched}
    assert sum(weights.values()) <= HEAVIEST, weights


def test_the_colours_are_chosen_for_this_browser(page: Page, entering: Cast) -> None:
    page.goto("/account/")
    page.locator(".person summary").click()
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.goto("/")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.locator(".person summary").click()
    page.get_by_role("button", name="As the system").click()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light dark"
