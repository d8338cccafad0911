"""A real Chromium, and what every page in it must keep: no error on the console, no breach of the policy."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Condition
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, WebError, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.chromium import find_chromium

ENABLE = "apt-get install -y --no-install-recommends chromium fonts-dejavu-core"
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
ARRIVES = 0.1  # seconds in which the server takes up what a closed browser has sent
PATIENCE = 30  # seconds
SIZES = {"desktop": (1366, 768), "tablet": (820, 1180)}
TELL_OF_BREACHES = """
document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy breach: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


class Complaints:
    """What the browser complained about, but for what a test has announced."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self._announced: list[str] = []

    def announce(self, part: str) -> None:
        """A complaint that holds `part` belongs to this test: a refused form gives "status of 422", say."""
        self._announced.append(part)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.sentences.append(f"{message.text} ({message.location.get('url', '')})")

    def on_error(self, error: WebError) -> None:
        self.sentences.append(str(error.error))

    def unannounced(self) -> list[str]:
        return [said for said in self.sentences if not any(part in said for part in self._announced)]


class InHand:
    """The requests that the live server has in hand. Django's signals tell of them, in the server's threads;
    those of the test client are not counted."""

    def __init__(self) -> None:
        self.number = 0
        self._changed = Condition()

    def on_start(self, sender: type | None, **_: Any) -> None:
        self._count(sender, 1)

    def on_end(self, sender: type | None, **_: Any) -> None:
        self._count(sender, -1)

    def wait(self) -> None:
        """Return when the server has nothing to do any more."""
        time.sleep(ARRIVES)
        with self._changed:
            assert self._changed.wait_for(lambda: self.number == 0, PATIENCE), "A request does not end."

    def _count(self, sender: type | None, step: int) -> None:
        # The test client has no class of its own to name.
        if sender is not None and issubclass(sender, WSGIHandler):
            with self._changed:
                self.number += step
                self._changed.notify_all()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without one the test skips, or fails where a browser is required."""
    executable = find_chromium()
    if executable is None:
        sentence = f"There is no Chromium here; this enables the browser tests: {ENABLE}"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    # Chromium's own sandbox refuses root
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright runs an event loop in this thread, in which Django would refuse to ask the database
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def in_hand() -> Iterator[InHand]:
    found = InHand()
    request_started.connect(found.on_start)
    request_finished.connect(found.on_end)
    yield found
    request_started.disconnect(found.on_start)
    request_finished.disconnect(found.on_end)


@pytest.fixture
def context(
    browser: Browser, live_server: LiveServer, complaints: Complaints, in_hand: InHand
) -> Iterator[BrowserContext]:
    """A fresh profile on the live server. The test fails if the browser complained about anything in it.

    A draft may still be on its way when a test ends; the tables are emptied after it has arrived.
    """
    width, height = SIZES["desktop"]
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": height},
        locale="en-GB",
        timezone_id="Europe/London",
    )
    context.set_default_timeout(10_000)
    context.add_init_script(TELL_OF_BREACHES)
    context.on("console", complaints.on_console)
    context.on("weberror", complaints.on_error)
    yield context
    context.close()
    in_hand.wait()
    assert complaints.unannounced() == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def sign_in(context: BrowserContext, live_server: LiveServer, client: Any) -> Callable[[Any], None]:
    """Sign a person in without the form, which has its own tests: `sign_in(user)`."""

    def by_cookie(user: Any) -> None:
        client.force_login(user)
        cookie = client.cookies["sessionid"]
        context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])

    return by_cookie


@pytest.fixture
def photograph(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """`photograph(page, "matrix")` writes matrix-desktop.png and matrix-tablet.png to `--screenshots`.

    Without that option it writes nothing, and still shows the page in both sizes.
    """
    folder = request.config.getoption("--screenshots")

    def in_both_sizes(page: Page, name: str) -> None:
        before = page.viewport_size
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            if folder:
                path = Path(folder) / f"{name}-{size}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=path, animations="disabled", caret="hide")
        if before is not None:
            page.set_viewport_size(before)

    return in_both_sizes
