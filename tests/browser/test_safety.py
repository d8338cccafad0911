"""The pages of serious events, deviations and opioids, in both sizes, and the clock in a browser."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests import answers, journey
from tests.browser.conftest import SIZES
from tests.browser.test_screens import faults
from tests.cast import Cast, gather
from tests.forms_app.services.test_rechecks import with_complication
from trial.models import Participant

pytestmark = pytest.mark.browser


@pytest.fixture
def watched(transactional_db: None) -> tuple[Cast, Participant]:
    """Somebody with a running clock, a late report, a complication, deviations and opioids."""
    cast = gather()
    participant = with_complication(cast)
    day = journey.day_of(participant, "INJ")
    journey.attend(cast.investigator, participant, "W1", day=day + timedelta(days=12))
    log = journey.log
    now = datetime.now(ZoneInfo(participant.site.time_zone)) - timedelta(hours=3)
    aware = {"aeawdat": now.date().isoformat(), "aeawtim": f"{now:%H:%M}", "aerptdat": None, "aerpttim": None}
    running = answers.serious_event(now.date(), aeterm="Fracture of the hip", **aware)
    log(cast.investigator, participant, "adverse_event", running)
    late = (day + timedelta(days=3)).isoformat()
    reported = answers.serious_event(day, aeterm="Abscess at the site of the injection", aerptdat=late)
    log(cast.investigator, participant, "adverse_event", reported)
    tramadol = {"cmtrt": "Tramadol", "cmdose": "50"}
    before = answers.medication(day - timedelta(days=5), **tramadol, cmongo="N", cmendat=day.isoformat())
    log(cast.investigator, participant, "medication", before)
    log(cast.investigator, participant, "medication", answers.medication(day, cmtrt="Tramadol", cmdose="100"))
    morphine = answers.medication(day + timedelta(days=9), cmtrt="Morphine", cmdose="10", cmdosfrq="BID")
    log(cast.investigator, participant, "medication", morphine)
    none = answers.deviation(day, dvconf="N", dvnotreas="Agreed with the sponsor", dvsev=None)
    log(cast.investigator, participant, "deviation", none)
    return cast, participant


def test_the_pages_are_without_a_violation_and_are_looked_at(
    page: Page,
    watched: tuple[Cast, Participant],
    sign_in: Callable[[Any], None],
    photograph: Callable[[Page, str], None],
) -> None:
    cast, participant = watched
    sign_in(cast.investigator)
    code = participant.code
    addresses = {
        "safety": reverse("safety"),
        "safety-serious": reverse("serious", args=[code, 1]),
        "safety-late": reverse("serious", args=[code, 2]),
        "deviations": reverse("deviations", args=[code]),
        "deviation-prefilled": reverse("log-new", args=[code, "deviation"]) + "?from=W1.window.3",
        "event-prefilled": reverse("log-new", args=[code, "adverse_event"])
        + "?from=INJ.injection.complication.VASOVAGAL",
        "injection-to-record": reverse("record", args=[code, "INJ", "injection"]),
        "participant-watched": reverse("participant", args=[code]),
    }
    found = []
    for name, address in addresses.items():
        page.goto(address)
        photograph(page, name)
        found += [f"{name}, {size}: {fault}" for size in SIZES for fault in faults(page, size)]
    page.get_by_text("Values", exact=True).click()
    page.evaluate("document.querySelector('.opioids').scrollIntoView()")
    photograph(page, "participant-opioids")
    assert not found, "\n".join(found)


def test_the_clock_runs_on_in_the_page(
    page: Page, watched: tuple[Cast, Participant], sign_in: Callable[[Any], None]
) -> None:
    cast, participant = watched
    sign_in(cast.investigator)
    page.clock.install()
    page.goto(reverse("serious", args=[participant.code, 1]))
    clock = page.get_by_role("timer")
    expect(clock).to_contain_text(" h ")
    said = clock.inner_text()
    assert said.startswith(("20 h 5", "21 h 00"))
    page.clock.fast_forward("02:00:00")
    expect(clock).to_contain_text("18 h 5") if said.startswith("20") else expect(clock).to_contain_text(
        "19 h 0"
    )
    page.clock.fast_forward("20:00:00")
    expect(clock).to_contain_text("min late")


def test_a_complication_leads_to_its_event_and_the_question_to_nothing(
    page: Page, watched: tuple[Cast, Participant], sign_in: Callable[[Any], None]
) -> None:
    cast, participant = watched
    sign_in(cast.investigator)
    page.goto(reverse("record", args=[participant.code, "INJ", "injection"]))
    expect(page.get_by_text("1 adverse event to record")).to_be_visible()
    page.get_by_role("link", name="Vasovagal reaction").click()
    expect(page.locator("[name=aeterm]")).to_have_value("Vasovagal reaction")
    expect(page.locator("[name=aesttim]")).to_have_value("10:15")
    page.keyboard.press("F7")
    page.wait_for_url("**/adverse_event/3/")
    expect(page.locator("[name=aeterm]")).to_have_value("Vasovagal reaction")
