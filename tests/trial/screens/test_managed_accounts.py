"""The pages on which an administrator looks after accounts, and an auditor looks at them."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from config.celery import app
from tests import queued
from tests.cast import PASSWORD, Cast
from trial.access import Role
from trial.models import Event, Membership, User

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("P11.100", "P11.300", "E6.17", "E6.19"),
]

NEW = {
    "username": "new",
    "full_name": "Nell New",
    "email": "new@example.org",
    "site": "01",
    "role": "monitor",
    "valid_from": "",
    "valid_to": "",
    "reason": "joins the team",
}
GIVEN = {"site": "01", "role": "auditor", "reason": "joins the team"}
PHRASE = "another long synthetic phrase"


@pytest.fixture
def administrator(cast: Cast, client: Client) -> Client:
    client.force_login(cast.administrator)
    return client


def shown(client: Client, user: User) -> str:
    return client.get(reverse("accounts-person", args=[user.pk])).content.decode()


def link() -> str:
    queued.run("trial.tasks.send_links")
    found = re.search(r"https?://[^/]+(/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_a_new_person_sets_the_password_by_a_link_and_works(cast: Cast, administrator: Client) -> None:
    answer = administrator.post(reverse("accounts-add"), NEW)
    user = User.objects.get(username="new")
    assert answer.headers["Location"] == reverse("accounts-person", args=[user.pk])
    assert not user.has_usable_password()
    theirs, form = Client(), link()
    assert mail.outbox[-1].to == ["new@example.org"]
    assert "asks you to set a password" in str(mail.outbox[-1].body)
    form = theirs.get(form).headers["Location"]
    theirs.post(form, {"new_password1": PHRASE, "new_password2": PHRASE})
    theirs.post(reverse("sign-in"), {"username": "new", "password": PHRASE})
    assert theirs.get(reverse("home")).status_code == 200
    made = Event.objects.get(table_name="trial_user", operation="insert", key=str(user.pk))
    assert made.actor_id == cast.administrator.pk


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": "monitor"}, "An account with this user name is already there"),
        ({"username": "MONITOR"}, "An account with this user name is already there"),
        ({"email": "Monitor@example.org"}, "each person has one account"),
        ({"full_name": "<b>Nell New"}, "no angle brackets"),
        ({"reason": ""}, "Say why"),
        ({"valid_from": "2020-01-01"}, "at the latest"),
        ({"email": ""}, "has no e-mail address"),
        ({"email": "no address"}, "Enter a valid email address"),
        ({"site": "02"}, "Choose the site"),
        ({"role": "emperor"}, "Choose the role"),
        ({"valid_from": "2026-02-30"}, "is no date"),
        ({"valid_from": "soon"}, "is no date"),
        ({"valid_to": "2020-02-01"}, "cannot end before it starts"),
    ],
)
def test_what_cannot_be_leaves_no_half_account(
    cast: Cast, administrator: Client, changes: dict[str, str], words: str
) -> None:
    before = User.objects.count()
    answer = administrator.post(reverse("accounts-add"), {**NEW, **changes})
    page = answer.content.decode()
    assert answer.status_code >= 400
    assert words in page
    assert f'value="{escape({**NEW, **changes}["full_name"])}"' in page
    assert User.objects.count() == before
    assert mail.outbox == []


def test_every_role_can_be_chosen_at_the_own_site(cast: Cast, administrator: Client) -> None:
    for page in (shown(administrator, cast.monitor), administrator.get(reverse("accounts-add")).text):
        assert re.findall(r'<option value="([^"]+)">', page) == [*Role, "01"]


def test_a_role_is_given_and_ended(cast: Cast, administrator: Client) -> None:
    administrator.post(reverse("accounts-role", args=[cast.monitor.pk]), GIVEN)
    given = Membership.objects.get(user=cast.monitor, role="auditor")
    assert "Auditor" in shown(administrator, cast.monitor)
    yesterday = (cast.north.today() - timedelta(days=1)).isoformat()
    end = reverse("accounts-role-end", args=[cast.monitor.pk, given.pk])
    refused = administrator.post(end, {"last_day": yesterday, "reason": "a mistake"})
    assert refused.status_code == 422
    assert "today at the earliest" in refused.text
    administrator.post(end, {"last_day": cast.north.today().isoformat(), "reason": "a mistake"})
    given.refresh_from_db()
    assert given.valid_to == cast.north.today()
    administrator.post(end, {"last_day": "", "at_once": "1", "reason": "a mistake"})
    given.refresh_from_db()
    assert given.ended_at
    assert "ended at once" in shown(administrator, cast.monitor)


def test_a_role_without_a_reason_is_not_given_and_stays_typed(cast: Cast, administrator: Client) -> None:
    answer = administrator.post(
        reverse("accounts-role", args=[cast.monitor.pk]), {**GIVEN, "reason": "", "valid_to": "2999-01-01"}
    )
    assert answer.status_code == 422
    assert 'value="2999-01-01"' in answer.text
    assert cast.monitor.memberships.count() == 1


def test_a_role_entered_afterwards_is_marked(cast: Cast, administrator: Client) -> None:
    start = (cast.north.today() - timedelta(days=3)).isoformat()
    administrator.post(reverse("accounts-role", args=[cast.stranger.pk]), {**GIVEN, "valid_from": start})
    assert "entered afterwards, on" in shown(administrator, cast.stranger)


def test_a_password_is_asked_for_anew(cast: Cast, administrator: Client) -> None:
    administrator.post(reverse("accounts-password", args=[cast.monitor.pk]), {"reason": "seen by others"})
    theirs, form = Client(), link()
    assert mail.outbox[-1].to == ["monitor@example.org"]
    form = theirs.get(form).headers["Location"]
    theirs.post(form, {"new_password1": PHRASE, "new_password2": PHRASE})
    assert theirs.login(username="monitor", password=PHRASE)
    assert not theirs.login(username="monitor", password=PASSWORD)


@pytest.fixture
def dead_broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens where the tasks are to be handed over."""
    dead = f"redis+socket://{tmp_path}/nobody.sock?virtual_host=0"
    monkeypatch.setattr(app.conf, "broker_write_url", dead)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


def test_a_link_that_cannot_be_sent_is_not_said_to_be_on_its_way(
    cast: Cast, administrator: Client, dead_broker: None
) -> None:
    page = administrator.post(reverse("accounts-add"), NEW, follow=True).content.decode()
    assert User.objects.filter(username="new").exists()
    assert "The link could not be sent. Try again later: “Ask for a new password”." in page
    assert "is on its way" not in page
    address = reverse("accounts-password", args=[cast.monitor.pk])
    page = administrator.post(address, {"reason": "lost"}, follow=True).content.decode()
    assert "The link could not be sent" in page
    assert "is on its way" not in page


def test_who_asks_for_a_link_in_public_does_not_hear_that_it_cannot_be_sent(
    cast: Cast, client: Client, dead_broker: None
) -> None:
    answer = client.post(reverse("password-reset"), {"email": "monitor@example.org"})
    assert answer.headers["Location"] == reverse("password-reset-sent")
    assert "could not be sent" not in client.get(reverse("password-reset-sent")).content.decode()


def test_an_account_is_closed_and_opened_again(cast: Cast, administrator: Client) -> None:
    administrator.post(reverse("accounts-close", args=[cast.monitor.pk]), {"reason": "left"})
    assert "Open the account again" in shown(administrator, cast.monitor)
    assert "closed" in administrator.get(reverse("accounts")).content.decode()
    administrator.post(reverse("accounts-reopen", args=[cast.monitor.pk]), {"reason": "came back"})
    assert "Close the account" in shown(administrator, cast.monitor)


def test_without_a_reason_the_page_says_so_and_nothing_changes(cast: Cast, administrator: Client) -> None:
    answer = administrator.post(reverse("accounts-close", args=[cast.monitor.pk]), {"reason": " "})
    assert answer.status_code == 422
    assert "Say why the account changes" in answer.content.decode()
    assert User.objects.get(pk=cast.monitor.pk).is_active


def test_an_administrator_is_offered_nothing_for_the_own_account(cast: Cast, administrator: Client) -> None:
    page = shown(administrator, cast.administrator)
    assert "This is your own account" in page
    assert "Close the account" not in page
    answer = administrator.post(
        reverse("accounts-close", args=[cast.administrator.pk]), {"reason": "why not"}
    )
    assert answer.status_code == 403
    role = administrator.post(
        reverse("accounts-role", args=[cast.administrator.pk]), {"site": "01", "role": "investigator"}
    )
    assert role.status_code == 403
    assert not Membership.objects.filter(user=cast.administrator, role=Role.INVESTIGATOR).exists()


def test_an_auditor_sees_and_is_offered_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.auditor)
    listed = client.get(reverse("accounts")).content.decode()
    assert "Mona North" in listed
    assert "Add an account" not in listed
    page = shown(client, cast.monitor)
    assert "01 North" in page
    assert "Give the role" not in page
    assert "Close the account" not in page
    answer = client.post(reverse("accounts-close", args=[cast.monitor.pk]), {"reason": "why not"})
    assert answer.status_code == 403


def test_the_role_of_somebody_else_is_not_ended_by_this_page(cast: Cast, administrator: Client) -> None:
    foreign = cast.coordinator.memberships.get()
    address = reverse("accounts-role-end", args=[cast.monitor.pk, foreign.pk])
    assert administrator.post(address, {"reason": "left"}).status_code == 404


def test_the_list_says_who_has_a_second_factor(cast: Cast, administrator: Client) -> None:
    assert re.search(r"Sign-in app or key</dt><dd>yes", shown(administrator, cast.investigator))
    assert re.search(r"Sign-in app or key</dt><dd>no", shown(administrator, cast.monitor))
    address = reverse("accounts-second-factor", args=[cast.investigator.pk])
    administrator.post(address, {"reason": "telephone lost"})
    assert re.search(r"Sign-in app or key</dt><dd>no", shown(administrator, cast.investigator))
