"""A visit entered without a mouse, as somebody does between two patients."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests import answers, journey
from tests.browser.conftest import Complaints
from tests.browser.keys import answer, tab_to
from tests.cast import PASSWORD, Cast, gather
from tests.second_factor import code_of
from trial.crf.codelists import COMPLICATION
from trial.models import Disability, InjectionComplication, InjectionSide, Motion, Pain, Participant, Record

pytestmark = pytest.mark.browser


@pytest.fixture
def everybody(live_server: Any) -> Cast:
    return gather()


@pytest.fixture
def treated(everybody: Cast) -> Participant:
    return journey.injected(everybody)


def test_a_visit_due_is_found_and_entered_by_keyboard_alone(
    page: Page, everybody: Cast, treated: Participant
) -> None:
    page.goto("/")
    page.keyboard.type("investigator")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    page.keyboard.type(code_of(everybody.investigator))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Participants")).to_be_visible()
    tab_to(page, f'a[href="/participants/{treated.code}/"]')
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Week 2")).to_be_visible()
    tab_to(page, '[name="contact_mode"]')
    page.keyboard.type("i")
    page.keyboard.press("F8")
    expect(page.get_by_role("heading", name="Pain intensity")).to_be_visible()
    answer(page, "nrs_avg24", "4")
    answer(page, "nrs_worst24", "10")
    answer(page, "nrs_least24", "1")
    answer(page, "nrs_now", "u")
    page.keyboard.press("F8")
    expect(page.get_by_role("heading", name="Lumbar flexion")).to_be_visible()
    answer(page, "rom_perf", "y")
    for trial, degrees in enumerate(("31.5", "32", "33,1"), start=1):
        answer(page, f"rom_t{trial}", degrees)
    expect(page.locator('[data-derived="rom_mean"]')).to_have_text("32.2 deg")
    answer(page, "rom_meth", "d")
    answer(page, "rom_eval", "p")
    page.keyboard.press("F8")
    expect(page.get_by_role("heading", name="Disability (ODI)")).to_be_visible()
    tab_to(page, '[name="odi_mode"]')
    page.keyboard.press("Space")
    for section, code in enumerate("2132021", start=1):
        answer(page, f"odi{section:02}", code)
    answer(page, "odi08", "r")
    answer(page, "odi09", "1")
    answer(page, "odi10", "3")
    expect(page.locator('[data-derived="odi_pct"]')).to_have_text("33.3 %")
    expect(page.locator('[data-derived="odi_band"]')).to_have_text("Moderate")
    page.keyboard.press("F7")
    expect(page.get_by_text("Disability (ODI) is saved and complete.")).to_be_visible()
    pain, motion, disability = Pain.objects.get(), Motion.objects.get(), Disability.objects.get()
    assert (pain.nrs_avg24, pain.nrs_worst24, pain.nrs_now, pain.missing()) == (
        4,
        10,
        None,
        {"nrs_now": "UNK"},
    )
    assert f"{motion.rom_mean}" == "32.2"
    assert (f"{disability.odi_pct}", disability.odi_band) == ("33.3", "MODERATE")
    assert set(Record.objects.filter(visit__code="W2").values_list("state", flat=True)) == {"complete"}


def test_a_group_is_cleared_by_key_and_by_button(
    page: Page, everybody: Cast, treated: Participant, sign_in: Callable[[Any], None]
) -> None:
    journey.attend(everybody.investigator, treated, "W1")
    sign_in(everybody.investigator)
    page.goto(f"/participants/{treated.code}/visits/W1/forms/pain/")
    chosen = page.locator('[name="nrs_avg24"]:checked')
    answer(page, "nrs_avg24", "7")
    expect(chosen).to_have_value("7")
    page.keyboard.press("Delete")
    expect(chosen).to_have_count(0)
    page.keyboard.type("10")
    expect(chosen).to_have_value("10")
    page.get_by_role("button", name="Clear Average pain").click()
    expect(chosen).to_have_count(0)


def test_items_appear_when_they_are_asked_for_and_are_sent_only_then(
    page: Page, everybody: Cast, treated: Participant, sign_in: Callable[[Any], None]
) -> None:
    journey.attend(everybody.investigator, treated, "W1")
    sign_in(everybody.investigator)
    page.goto(f"/participants/{treated.code}/visits/W1/forms/motion/")
    trial, reason = page.locator('[name="rom_t1"]'), page.locator('[name="rom_reasnd"]')
    expect(trial).to_be_hidden()
    answer(page, "rom_perf", "y")
    expect(reason).to_be_hidden()
    trial.fill("20")
    page.locator('[name="rom_perf"][value="N"]').check()
    expect(trial).to_be_hidden()
    reason.fill("Too much pain")
    page.keyboard.press("F7")
    expect(page.get_by_text("Lumbar flexion is saved and complete.")).to_be_visible()
    assert Motion.objects.get().rom_t1 is None


def test_a_mistake_takes_the_focus_to_the_summary_and_leads_to_the_field(
    page: Page,
    everybody: Cast,
    treated: Participant,
    sign_in: Callable[[Any], None],
    complaints: Complaints,
) -> None:
    complaints.announce("status of 422")
    journey.attend(everybody.investigator, treated, "W1")
    sign_in(everybody.investigator)
    page.goto(f"/participants/{treated.code}/visits/W1/forms/motion/")
    answer(page, "rom_perf", "y")
    answer(page, "rom_t1", "130")
    page.keyboard.press("F7")
    expect(page.locator("#summary")).to_be_focused()
    page.get_by_role("link", name="Flexion, trial 1").press("Enter")
    expect(page.locator('[name="rom_t1"]')).to_be_focused()
    expect(page.locator('[name="rom_t1"]')).to_have_value("130")


BROKEN_STORE = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"


@pytest.mark.parametrize("broken", [False, True], ids=["kept", "kept nowhere"])
def test_leaving_is_asked_about_only_where_what_was_typed_is_kept_nowhere(
    page: Page,
    everybody: Cast,
    treated: Participant,
    sign_in: Callable[[Any], None],
    complaints: Complaints,
    broken: bool,
) -> None:
    complaints.announce("status of 503")
    journey.attend(everybody.investigator, treated, "W1")
    sign_in(everybody.investigator)
    page.route("**/draft/", lambda route: route.fulfill(status=503))
    if broken:
        page.add_init_script(BROKEN_STORE)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto(f"/participants/{treated.code}/visits/W1/forms/pain/")
    answer(page, "nrs_avg24", "7")
    said = "Kept nowhere" if broken else "Kept in this browser only"
    expect(page.locator("[data-shown]")).to_contain_text(said)
    page.get_by_role("link", name="Fascicle").click()
    expect(page.get_by_role("heading", name="Participants")).to_be_visible()
    assert asked == (["beforeunload"] if broken else [])


def test_the_injection_is_quick_to_enter(page: Page, everybody: Cast, sign_in: Callable[[Any], None]) -> None:
    participant = journey.enrolled(everybody)
    journey.attend(everybody.investigator, participant, "INJ")
    sign_in(everybody.investigator)
    page.goto(f"/participants/{participant.code}/visits/INJ/forms/injection/")
    fill_header(page, participant)
    fill_left_side(page)
    page.get_by_role("button", name="Copy left to right").click()
    page.get_by_role("button", name="None occurred").click()
    for row, side in ((1, "LEFT"), (2, "RIGHT")):
        if row > 1:
            page.get_by_role("button", name="Add: Drug").click()
        fill_drug(page, row, side)
    expect(page.locator('[data-derived="drug.2.ecdose"]')).to_have_text("25.00 mg")
    expect(page.locator('[data-derived="side.RIGHT.dispseg"]')).to_have_text("3")
    page.keyboard.press("F7")
    expect(page.get_by_text("Injection is saved and complete.")).to_be_visible(timeout=30_000)
    assert set(InjectionSide.objects.values_list("ndldep", flat=True)) == {45}
    assert InjectionComplication.objects.filter(cpoccur="N").count() == len(COMPLICATION.codes)


def fill_header(page: Page, participant: Participant) -> None:
    header = answers.injection(journey.day_of(participant, "INJ")).header.items
    page.locator('[name="injperf"][value="Y"]').check()
    for name, value in header.items():
        fill(page, name, value)


def fill_left_side(page: Page) -> None:
    left = {"level": "L3-4", "ndlga": 22, "ndllen": 80, "ndldep": 45, "tipus": "Y", "tipfl": "Y"}
    rest = {"aspneg": "Y", "vasupt": "N", "dispcrn": "L2", "dispcau": "L4", "disppat": "FEATHER"}
    for name, value in {"sidedone": "Y", **left, **rest}.items():
        fill(page, f"side.LEFT.{name}", value)


def fill_drug(page: Page, row: int, side: str) -> None:
    for name, value in {"lat": side, "ectrt": "Bupivacaine", "ecstrn": "2,5", "ecvol": 10}.items():
        fill(page, f"drug.{row}.{name}", value)


def fill(page: Page, name: str, value: Any) -> None:
    field = page.locator(f'[name="{name}"]')
    if field.first.get_attribute("type") == "radio":
        page.locator(f'[name="{name}"][value="{value}"]').check()
    elif field.evaluate("(each) => each.tagName") == "SELECT":
        field.select_option(str(value))
    else:
        field.fill(str(value))
