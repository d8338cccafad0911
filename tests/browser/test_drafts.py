"""Nothing typed is lost: not by a reload, a crash, the end of a session, a dead server, a second window."""

import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from config.embedded.program import Program, wait_until
from forms_app.models import Draft
from tests import answers, journey
from tests.browser.conftest import Complaints
from tests.cast import PASSWORD, Cast, gather
from tests.second_factor import code_of
from tests.supervised import free_port
from trial.models import Pain, Participant, Session, User

pytestmark = pytest.mark.browser

KEPT = "not saved into the casebook yet"
HERE_ONLY = "Kept in this browser only"
OFFERED = "You typed here and have not saved it"


@pytest.fixture
def everybody(transactional_db: None) -> Cast:
    return gather()


@pytest.fixture
def treated(everybody: Cast) -> Participant:
    participant = journey.injected(everybody)
    journey.attend(everybody.investigator, participant, "W1")
    return participant


@pytest.fixture
def here(treated: Participant) -> str:
    """The address of a form that nobody has begun."""
    return f"/participants/{treated.code}/visits/W1/forms/pain/"


def choose(page: Page, item: str, value: int) -> None:
    page.locator(f'[name="{item}"][value="{value}"]').check(force=True)


def chosen(page: Page) -> dict[str, str]:
    """The answers that the page shows as chosen."""
    found = page.locator("form[data-entry] input[type=radio]:checked")
    return dict(found.evaluate_all("(all) => all.map((each) => [each.name, each.value])"))


def line(page: Page) -> Any:
    return page.locator("[data-shown]")


def go_on(page: Page) -> None:
    page.get_by_role("link", name="Go on with what was typed").click()
    expect(page.locator("form[data-entry]")).to_be_visible()


def save(page: Page) -> None:
    page.keyboard.press("F7")
    expect(page.get_by_text("Pain intensity is saved and complete.")).to_be_visible()


def in_the_browser(page: Page) -> int:
    found: int = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft ')).length")
    return found


def test_the_line_says_what_is_true(
    page: Page, everybody: Cast, here: str, sign_in: Callable[[Any], None]
) -> None:
    sign_in(everybody.investigator)
    page.goto(here)
    expect(line(page)).to_have_text("Nothing is saved here yet")
    choose(page, "nrs_avg24", 7)
    expect(line(page)).to_have_text("Saving the draft…")
    assert in_the_browser(page) == 1
    expect(line(page)).to_contain_text(KEPT)
    assert in_the_browser(page) == 0
    assert Draft.objects.get().content["nrs_avg24"] == ["7"]
    assert page.locator("[data-draft] [data-spoken]").text_content() == ""
    save(page)
    expect(line(page)).to_contain_text("All changes saved")
    assert not Draft.objects.exists()


def test_a_reload_in_the_middle_of_typing(
    page: Page, everybody: Cast, here: str, sign_in: Callable[[Any], None]
) -> None:
    sign_in(everybody.investigator)
    page.goto(here)
    choose(page, "nrs_avg24", 7)
    choose(page, "nrs_now", 2)
    page.reload()
    expect(page.get_by_role("heading", name=OFFERED)).to_be_visible()
    expect(page.get_by_role("row", name="Average pain")).to_contain_text("7")
    go_on(page)
    assert chosen(page) == {"nrs_avg24": "7", "nrs_now": "2"}
    save(page)
    assert (Pain.objects.get().nrs_avg24, Pain.objects.get().nrs_now) == (7, 2)
    page.goto(here)
    expect(page.get_by_role("heading", name=OFFERED)).to_be_hidden()
    assert in_the_browser(page) == 0


def test_a_tab_that_crashes_within_the_second(
    page: Page, context: BrowserContext, everybody: Cast, here: str, sign_in: Callable[[Any], None]
) -> None:
    sign_in(everybody.investigator)
    page.goto(here)
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")  # it dies before anything is sent
    choose(page, "nrs_avg24", 7)
    page.close(run_before_unload=False)
    assert not Draft.objects.exists()
    another = context.new_page()
    another.goto(here)
    expect(another.get_by_role("heading", name=OFFERED)).to_be_visible()
    go_on(another)
    assert chosen(another) == {"nrs_avg24": "7"}
    assert in_the_browser(another) == 0


def test_a_computer_that_is_gone(
    page: Page, browser: Browser, everybody: Cast, here: str, sign_in: Callable[[Any], None], live_server: Any
) -> None:
    sign_in(everybody.investigator)
    page.goto(here)
    choose(page, "nrs_avg24", 7)
    expect(line(page)).to_contain_text(KEPT)
    cookies: Any = page.context.cookies()
    elsewhere = browser.new_context(base_url=live_server.url)
    elsewhere.add_cookies(cookies)
    another = elsewhere.new_page()
    another.goto(here)
    expect(another.get_by_role("heading", name=OFFERED)).to_be_visible()
    elsewhere.close()


def test_throwing_a_draft_away_is_a_decision(
    page: Page, everybody: Cast, here: str, sign_in: Callable[[Any], None]
) -> None:
    sign_in(everybody.investigator)
    page.goto(here)
    choose(page, "nrs_avg24", 7)
    expect(line(page)).to_contain_text(KEPT)
    page.get_by_role("link", name="Compare").click()
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_text("What was typed is thrown away.")).to_be_visible()
    assert chosen(page) == {}
    expect(line(page)).to_have_text("Nothing is saved here yet")


def enter(page: Page, person: User) -> None:
    page.get_by_label("User name").fill(person.username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code", exact=True).fill(code_of(person))
    page.get_by_role("button", name="Sign in").click()


def test_a_session_that_ends_while_typing(
    page: Page, everybody: Cast, here: str, sign_in: Callable[[Any], None]
) -> None:
    sign_in(everybody.investigator)
    page.goto(here)
    choose(page, "nrs_avg24", 7)
    expect(line(page)).to_contain_text(KEPT)
    Session.objects.all().delete()
    choose(page, "nrs_now", 3)
    expect(line(page)).to_contain_text(HERE_ONLY)
    expect(page.locator("[data-draft] [data-spoken]")).to_contain_text("you are signed out")
    page.keyboard.press("F7")
    page.wait_for_timeout(500)
    assert page.url.endswith(here)
    assert chosen(page) == {"nrs_avg24": "7", "nrs_now": "3"}
    page.get_by_role("link", name="Sign in again").click()
    enter(page, everybody.investigator)
    expect(page.get_by_role("heading", name=OFFERED)).to_be_visible()
    expect(page.get_by_role("row", name="Pain right now")).to_contain_text("3")
    go_on(page)
    assert chosen(page) == {"nrs_avg24": "7", "nrs_now": "3"}
    assert in_the_browser(page) == 0
    save(page)


def test_signing_in_in_another_tab_is_enough(
    page: Page, context: BrowserContext, everybody: Cast, here: str, sign_in: Callable[[Any], None]
) -> None:
    sign_in(everybody.investigator)
    page.goto(here)
    Session.objects.all().delete()
    choose(page, "nrs_avg24", 7)
    expect(line(page)).to_contain_text(HERE_ONLY)
    another = context.new_page()
    another.goto("/")
    enter(another, everybody.investigator)
    expect(another.get_by_role("heading", name="Participants")).to_be_visible()
    page.bring_to_front()
    expect(line(page)).to_contain_text(KEPT)
    save(page)
    assert Pain.objects.get().nrs_avg24 == 7


def test_a_form_that_is_sent_after_the_session_has_ended(
    page: Page, everybody: Cast, here: str, sign_in: Callable[[Any], None]
) -> None:
    sign_in(everybody.investigator)
    page.goto(here)
    choose(page, "nrs_avg24", 7)
    expect(line(page)).to_contain_text(KEPT)
    Session.objects.all().delete()
    page.keyboard.press("F7")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    enter(page, everybody.investigator)
    expect(page.get_by_role("heading", name=OFFERED)).to_be_visible()
    go_on(page)
    save(page)


@pytest.mark.parametrize("status", [400, 403, 500, 503])
def test_a_draft_that_is_refused_keeps_no_form_back(
    page: Page,
    everybody: Cast,
    here: str,
    sign_in: Callable[[Any], None],
    complaints: Complaints,
    status: int,
) -> None:
    complaints.announce(f"status of {status}")
    sign_in(everybody.investigator)
    page.goto(here)
    page.route("**/draft/", lambda route: route.fulfill(status=status))
    choose(page, "nrs_avg24", 7)
    save(page)
    assert Pain.objects.get().nrs_avg24 == 7


def test_what_the_browser_holds_of_others_keeps_nothing_back(
    page: Page, everybody: Cast, here: str, sign_in: Callable[[Any], None]
) -> None:
    sign_in(everybody.investigator)
    page.goto(here)
    page.evaluate(LEFT_BEHIND)
    page.route("**/never/", lambda route: None)
    page.reload()
    choose(page, "nrs_avg24", 7)
    expect(line(page)).to_contain_text(KEPT, timeout=8_000)
    save(page)
    assert Pain.objects.get().nrs_avg24 == 7


# Entries that nobody can read, and one for an address that does not answer.
LEFT_BEHIND = """
() => {
    const prefix = `draft ${document.querySelector("[data-person]").dataset.person} `;
    const waits = { address: "/never/", window: "x", seen: "", step: 1, fields: [["a", "b"]] };
    const texts = ["{", "null", '"text"', JSON.stringify(waits)];
    for (const text of texts) localStorage.setItem(prefix + text, text);
}
"""


def test_two_tabs_on_one_form(
    page: Page,
    context: BrowserContext,
    everybody: Cast,
    here: str,
    sign_in: Callable[[Any], None],
    complaints: Complaints,
) -> None:
    complaints.announce("status of 409")
    sign_in(everybody.investigator)
    page.goto(here)
    choose(page, "nrs_avg24", 7)
    expect(line(page)).to_contain_text(KEPT)
    second = context.new_page()
    second.goto(here)
    expect(second.get_by_role("heading", name=OFFERED)).to_be_visible()
    go_on(second)
    choose(second, "nrs_worst24", 9)
    expect(line(second)).to_contain_text(KEPT)
    choose(page, "nrs_least24", 1)
    expect(line(page)).to_contain_text("this form was typed in in another window")
    assert Draft.objects.get().content.get("nrs_least24") is None
    assert in_the_browser(page) == 1
    save(second)
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name=OFFERED)).to_be_visible()
    expect(page.get_by_text("The form was saved after you had begun")).to_be_visible()
    go_to_choice(page)
    for item, kept in {"nrs_worst24": "stored", "nrs_least24": "typed"}.items():
        page.locator(f'[name="choice:{item}"][value="{kept}"]').check()
    page.get_by_label("Reason for the change").fill("Typed in two windows")
    page.get_by_role("button", name="Save the chosen answers").click()
    expect(page.get_by_text("Pain intensity is saved and complete.")).to_be_visible()
    stored = Pain.objects.get()
    assert (stored.nrs_avg24, stored.nrs_worst24, stored.nrs_least24) == (7, 9, 1)
    assert in_the_browser(page) == 0
    assert not Draft.objects.exists()


def go_to_choice(page: Page) -> None:
    page.get_by_role("link", name="Go on with what was typed").click()
    expect(page.get_by_role("heading", name="Both versions")).to_be_visible()


def test_the_second_saver_chooses(
    page: Page,
    everybody: Cast,
    treated: Participant,
    here: str,
    sign_in: Callable[[Any], None],
    complaints: Complaints,
) -> None:
    complaints.announce("status of 412")
    journey.save(everybody.coordinator, treated, "W1", "pain", answers.pain(5, nrs_now=3))
    sign_in(everybody.investigator)
    page.goto(here)
    changed = answers.pain(8, nrs_now=3)
    journey.save(everybody.coordinator, treated, "W1", "pain", changed, 1, reason="Misheard")
    choose(page, "nrs_avg24", 6)
    choose(page, "nrs_now", 4)
    page.get_by_label("Reason for the change").fill("Asked again")
    page.keyboard.press("F7")
    expect(page.get_by_role("heading", name="Both versions")).to_be_visible()
    expect(page.locator('[name="choice:nrs_now"][value="typed"]')).to_be_checked()
    page.get_by_role("button", name="Save the chosen answers").click()
    assert Pain.objects.get().nrs_avg24 == 8  # the browser asks for the missing choice
    page.locator('[name="choice:nrs_avg24"][value="stored"]').check()
    page.get_by_role("button", name="Save the chosen answers").click()
    expect(page.get_by_text("Pain intensity is saved and complete.")).to_be_visible()
    assert (Pain.objects.get().nrs_avg24, Pain.objects.get().nrs_now) == (8, 4)
    assert not Draft.objects.exists()


def test_signing_out_leaves_nothing_behind(
    page: Page, everybody: Cast, here: str, sign_in: Callable[[Any], None], complaints: Complaints
) -> None:
    complaints.announce("status of 503")
    sign_in(everybody.investigator)
    page.goto(here)
    page.route("**/draft/", lambda route: route.fulfill(status=503))
    choose(page, "nrs_avg24", 7)
    expect(line(page)).to_contain_text(HERE_ONLY)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_text("Ines North").click()
    with page.expect_event("dialog"):  # it is asked after the draft was offered to the server once more
        page.get_by_role("button", name="Sign out").click()
    expect(line(page)).to_contain_text(HERE_ONLY)
    assert len(asked) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert in_the_browser(page) == 0


class Server:
    """The web server as a process of its own, on the test database: it can be stopped and started."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port, self.log = free_port(), log
        command = (
            sys.executable,
            "-m",
            "gunicorn",
            "config.wsgi",
            "-b",
            f"127.0.0.1:{self.port}",
            "--threads",
            "4",
        )
        self.program = Program("web", command, environment)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = self.program.start(self.log)
        assert wait_until(self._answers, 60), self.log.read_text()

    def stop(self) -> None:
        if self.process is not None:
            self.program.end(self.process)
        self.process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            return False


@pytest.fixture
def server(
    test_database_environment: dict[str, str], transactional_db: None, tmp_path: Path
) -> Iterator[Server]:
    server = Server({**test_database_environment, "FASCICLE_DEBUG": "1"}, tmp_path / "web.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def visitor(server: Server, browser: Browser, client: Any, everybody: Cast) -> Iterator[Page]:
    """The investigator in a browser on that server."""
    context = browser.new_context(base_url=server.url, locale="en-GB")
    context.set_default_timeout(20_000)
    client.force_login(everybody.investigator)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    yield context.new_page()
    context.close()


def test_a_server_that_is_stopped_while_typing(visitor: Page, server: Server, here: str) -> None:
    visitor.goto(here)
    choose(visitor, "nrs_avg24", 7)
    expect(line(visitor)).to_contain_text(KEPT)
    server.stop()
    choose(visitor, "nrs_now", 3)
    expect(line(visitor)).to_contain_text("the server cannot be reached", timeout=20_000)
    visitor.keyboard.press("F7")
    visitor.wait_for_timeout(500)
    assert chosen(visitor) == {"nrs_avg24": "7", "nrs_now": "3"}
    server.start()
    expect(line(visitor)).to_contain_text(KEPT, timeout=60_000)
    assert in_the_browser(visitor) == 0
    assert Draft.objects.get().content["nrs_now"] == ["3"]
    save(visitor)
    assert (Pain.objects.get().nrs_avg24, Pain.objects.get().nrs_now) == (7, 3)


def test_a_tab_that_is_closed_while_the_server_is_away(visitor: Page, server: Server, here: str) -> None:
    visitor.goto(here)
    expect(line(visitor)).to_be_visible()
    server.stop()
    choose(visitor, "nrs_avg24", 7)
    context = visitor.context
    visitor.close()
    server.start()
    another = context.new_page()
    another.goto("/")  # wherever one comes back to, the server gets what the browser has
    expect(another.get_by_role("heading", name="Participants")).to_be_visible()
    assert wait_until(lambda: Draft.objects.exists(), 10)
    another.goto(here)
    go_on(another)
    assert chosen(another) == {"nrs_avg24": "7"}
