"""Signing in with a code and with a security key, in a real browser; Chromium plays the key."""

from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from forms_app.models import Signature
from tests import journey
from tests.browser.conftest import Complaints
from tests.cast import PASSWORD, Cast, gather
from tests.second_factor import code_of, lose, wrong_code
from trial.models import SecondFactor, User
from trial.models.second_factor import KEY
from trial.services import second_factors

pytestmark = pytest.mark.browser


@pytest.fixture
def everybody(live_server: Any) -> Cast:
    return gather()


@pytest.fixture
def security_key(context: BrowserContext, page: Page) -> Iterator[None]:
    """A key is plugged in, and somebody touches it whenever it asks."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    session.send("WebAuthn.disable")


def enter(page: Page, person: User) -> None:
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(person.username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def leave(page: Page, person: User) -> None:
    page.get_by_text(person.full_name).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def add_key(page: Page, name: str) -> None:
    page.goto("/account/second-factors/key/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)


@pytest.mark.requirement("P11.200", "P11.300")
def test_who_signs_sets_up_an_app_at_the_first_sign_in_and_signs_in_with_it(
    page: Page, everybody: Cast
) -> None:
    person = everybody.investigator
    lose(person)
    enter(page, person)
    expect(page.get_by_text("you need a sign-in app or key")).to_be_visible()
    page.get_by_role("link", name="Set up an app").click()
    picture = page.get_by_role("img", name="The key as a picture")
    expect(picture).to_be_visible()
    picture.evaluate("(image) => image.decode()")  # waits for it, and fails where it cannot be drawn
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.get_by_label("Code of the new app").fill(pyotp.TOTP(secret).now())
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_text("shown this once")).to_be_visible()
    expect(page.locator(".codes code")).to_have_count(10)
    recovery = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="Participants")).to_be_visible()
    leave(page, person)
    enter(page, person)
    SecondFactor.objects.filter(user=person).update(counter=0)
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Participants")).to_be_visible()
    leave(page, person)
    enter(page, person)
    page.get_by_label("Code", exact=True).fill(recovery)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Participants")).to_be_visible()


@pytest.mark.requirement("P11.300")
def test_a_wrong_code_is_refused_in_words(page: Page, everybody: Cast) -> None:
    enter(page, everybody.investigator)
    page.get_by_label("Code", exact=True).fill(wrong_code())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("does not prove that it is you")
    page.get_by_label("Code", exact=True).fill(code_of(everybody.investigator))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Participants")).to_be_visible()


@pytest.mark.requirement("P11.200", "P11.300")
def test_a_security_key_is_set_up_and_signs_in(
    page: Page, everybody: Cast, sign_in: Callable[[Any], None], security_key: None
) -> None:
    person = everybody.investigator
    lose(person)
    sign_in(person)
    add_key(page, "Blue key")
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_text("shown this once")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    leave(page, person)
    enter(page, person)
    page.get_by_role("button", name="Use the security key").click()
    expect(page.get_by_role("heading", name="Participants")).to_be_visible()
    (factor,) = second_factors.of(person)
    assert (factor.kind, factor.name) == (KEY, "Blue key")
    assert factor.counter > 0
    page.goto(f"/account/second-factors/{factor.pk}/remove/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Use the security key").click()
    expect(page.get_by_text("“Blue key” is removed.")).to_be_visible()
    assert not second_factors.of(person).exists()


@pytest.mark.requirement("P11.200", "P11.300")
def test_a_security_key_signs(
    page: Page, everybody: Cast, sign_in: Callable[[Any], None], security_key: None
) -> None:
    person = everybody.investigator
    journey.with_outcomes(everybody)
    lose(person)
    sign_in(person)
    add_key(page, "Blue key")
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_text("shown this once")).to_be_visible()
    page.goto(reverse("sign-record", args=["01-001", "W1", "pain"]))
    page.locator('[name="meaning"]').first.check()
    page.get_by_label("User name").fill(person.username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Use the security key").click()
    expect(page.get_by_text("Signed: ")).to_be_visible()
    assert Signature.objects.get().signer == person


@pytest.mark.requirement("P11.300")
def test_a_key_is_set_up_beside_an_app(
    page: Page, everybody: Cast, sign_in: Callable[[Any], None], security_key: None
) -> None:
    person = everybody.investigator
    sign_in(person)
    add_key(page, "Blue key")
    page.get_by_label("Code", exact=True).fill(code_of(person))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_text("shown this once")).to_be_visible()
    assert [factor.name for factor in second_factors.of(person)] == ["Phone", "Blue key"]


@pytest.mark.requirement("P11.300")
def test_an_answer_of_a_key_serves_once_and_to_its_own_challenge(
    page: Page, everybody: Cast, sign_in: Callable[[Any], None], security_key: None, complaints: Complaints
) -> None:
    complaints.announce("status of 422")
    person = everybody.monitor
    sign_in(person)
    add_key(page, "Blue key")
    page.evaluate(
        "() => { HTMLFormElement.prototype.submit ="
        " function () { window.made = this.elements.made.value; }; }"
    )
    page.get_by_role("button", name="Set up").click()
    page.wait_for_function("() => window.made")
    made = page.evaluate("window.made")
    # Another challenge since: what answered the first one is of no use.
    page.goto("/account/second-factors/key/")
    page.evaluate(
        "(made) => fetch('/account/second-factors/key/challenge/', {method: 'POST',"
        " headers: {'X-CSRFToken': document.querySelector('[name=csrfmiddlewaretoken]').value}})"
        ".then(() => { const form = document.querySelector('main form');"
        " form.elements.made.value = made; form.elements.password.value = 'x'; form.submit(); })",
        made,
    )
    expect(page.get_by_role("alert").first).to_contain_text("The key was not taken")
    assert not second_factors.of(person).exists()


def test_a_page_without_a_key_says_what_to_do_instead(
    page: Page, everybody: Cast, sign_in: Callable[[Any], None]
) -> None:
    sign_in(everybody.monitor)
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/account/second-factors/key/")
    expect(page.get_by_text("offers no passkeys or security keys")).to_be_visible()
    expect(page.get_by_role("button", name="Set up")).to_be_hidden()
