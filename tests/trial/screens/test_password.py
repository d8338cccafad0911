import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD, Cast
from trial.audit.context import COMMAND_LINE
from trial.models import Event
from trial.services import accounts

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "another long synthetic phrase"


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
