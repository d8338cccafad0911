import re

import pytest
from django.core import mail
from django.db.models import F
from django.test import Client
from django.urls import reverse

from config.celery import app
from tests import queued
from tests.cast import PASSWORD, Cast
from trial.audit.context import COMMAND_LINE
from trial.models import Event, Tally
from trial.services import accounts, links, tallies
from trial.tasks import clear_sessions

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "another long synthetic phrase"
SEND = "trial.tasks.send_links"


@pytest.fixture(autouse=True)
def empty_queue(servers: object) -> None:
    """Nothing waits of an earlier test."""
    app.control.purge()


def change(client: Client, old: str, new: str) -> int:
    sent = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(reverse("password-change"), sent).status_code


def test_a_changed_password_works_and_the_audit_knows_who(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    assert change(client, PASSWORD, NEW) == 302
    assert client.get(reverse("account")).status_code == 200  # still signed in
    assert client.login(username="investigator", password=NEW)
    event = Event.objects.filter(table_name="trial_user", operation="update").get()
    assert (event.actor_id, event.reason) == (cast.investigator.pk, "password changed")
    assert "password" not in event.row


@pytest.mark.parametrize(("old", "new"), [("a guess", NEW), (PASSWORD, "short"), (PASSWORD, "1" * 14)])
def test_a_wrong_old_or_a_weak_new_password_is_refused(
    cast: Cast, client: Client, old: str, new: str
) -> None:
    client.force_login(cast.investigator)
    assert change(client, old, new) == 200
    assert client.login(username="investigator", password=PASSWORD)


@pytest.mark.requirement("P11.300")
def test_a_wrong_old_password_counts_towards_the_lock_out(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    assert [change(client, "a guess", NEW) for _each in range(6)] == [200, 200, 200, 200, 200, 429]
    assert change(client, PASSWORD, NEW) == 429


def ask(client: Client, email: str) -> str:
    """Ask for a link; the answer is its path, empty when no mail was sent."""
    answer = client.post(reverse("password-reset"), {"email": email})
    assert answer.headers["Location"] == reverse("password-reset-sent")
    assert queued.run(SEND) == 1
    found = re.search(r"https?://[^/]+(/\S+)", str(mail.outbox[-1].body)) if mail.outbox else None
    return found[1] if found else ""


def test_a_link_by_mail_sets_a_new_password_once(cast: Cast, client: Client) -> None:
    link = ask(client, "investigator@example.org")
    form = client.get(link).headers["Location"]
    sent = {"new_password1": NEW, "new_password2": NEW}
    assert client.post(form, sent).headers["Location"] == reverse("sign-in")
    assert client.login(username="investigator", password=NEW)
    client.logout()
    assert "used already" in client.get(link, follow=True).content.decode()


def test_an_account_made_without_a_password_gets_its_first_one_by_mail(cast: Cast, client: Client) -> None:
    accounts.create(by=COMMAND_LINE, username="new", full_name="Nina New", email="new@example.org")
    form = client.get(ask(client, "new@example.org")).headers["Location"]
    client.post(form, {"new_password1": NEW, "new_password2": NEW})
    assert client.login(username="new", password=NEW)


def test_an_unknown_address_gets_the_same_answer_and_no_mail(cast: Cast, client: Client) -> None:
    assert ask(client, "nobody@example.org") == ""


def test_nothing_leaves_while_somebody_waits_for_the_answer(cast: Cast, client: Client) -> None:
    client.post(reverse("password-reset"), {"email": "investigator@example.org"})
    assert mail.outbox == []
    assert queued.run(SEND) == 1
    assert len(mail.outbox) == 1


@pytest.mark.requirement("P11.300")
def test_one_mailbox_gets_three_links_in_an_hour(cast: Cast, client: Client) -> None:
    for email in ["investigator@example.org", "Investigator@Example.org"] * 3:
        ask(client, email)
    assert len(mail.outbox) == links.MOST_OF_MAILBOX
    ask(client, "monitor@example.org")
    assert mail.outbox[-1].to == ["monitor@example.org"]
    Tally.objects.update(begun_at=F("begun_at") - tallies.SPAN)
    ask(client, "investigator@example.org")
    assert mail.outbox[-1].to == ["investigator@example.org"]


@pytest.mark.requirement("P11.300")
def test_from_one_address_no_more_is_asked_than_a_hospital_would(cast: Cast, client: Client) -> None:
    for number in range(links.MOST_OF_CLIENT):
        ask(client, f"{number}@example.org")
    sent = {"email": "monitor@example.org"}
    answer = client.post(reverse("password-reset"), sent)
    assert answer.status_code == 429
    assert "Wait 3600 s" in answer.content.decode()
    assert client.post(reverse("password-reset"), sent, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_what_is_counted_names_nobody_and_is_gone_by_night(cast: Cast, client: Client) -> None:
    ask(client, "investigator@example.org")
    kept = " ".join(Tally.objects.values_list("key", flat=True))
    assert "investigator" not in kept
    assert "127.0.0.1" not in kept
    clear_sessions()
    assert Tally.objects.count() == 2
    Tally.objects.update(begun_at=F("begun_at") - tallies.SPAN)
    clear_sessions()
    assert not Tally.objects.exists()
