"""Telling other systems what happened: the messages are written with the act and leave after it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from trial.access import Right, check_right
from trial.announcements import deliveries_due
from trial.audit.context import SYSTEM, CommandLine, attributed
from trial.concealment import WEBHOOK, conceal, conceal_anew
from trial.messenger import address, signature
from trial.models import Delivery, Happening, Site, User, Webhook
from trial.models.delivery import WAITING
from trial.models.webhook import CHOSEN
from trial.protocol import STUDY
from trial.refusals import Refusal
from trial.services import fields

# For so long the secret before signs beside the new one.
OVERLAP = timedelta(days=1)
AT_ONCE = 50
# For so long the log says what was sent.
KEPT = timedelta(days=90)
# Kept with the change, so in one language.
SECRET_ENDED = "The secret before signs no more"  # nosec B105

About = Mapping[str, str | int]


@dataclass(frozen=True)
class News:
    """Something that happened at a site, or in the whole study when `site` is None.

    `about` names it by codes and numbers: never a value, never a person, nothing that tells an arm. `address`
    is the path at which the API shows it.
    """

    happening: Happening
    site: Site | None
    about: About = field(default_factory=dict)
    address: str = ""


def tell(happening: Happening, *, site: Site | None, about: About, address: str = "") -> None:
    """Tell whoever asked for it; part of a caller's transaction, as `tell_all`."""
    tell_all([News(happening, site, about, address)])


def tell_all(news: Iterable[News]) -> None:
    """Write messages of what happened into the caller's transaction; they leave after it.

    Without news it costs no statement, one where nobody asked for any of it, and two where somebody did.
    """
    news = list(news)
    if news:
        asking = _asking(news)
        waiting = [message for each in news for message in _messages(each, asking)]
        if waiting:
            send_after_commit(Delivery.objects.bulk_create(waiting))


def send_after_commit(deliveries: Iterable[Delivery]) -> None:
    """Have messages sent once they are committed. What is lost on the way, or too much at once, is found by
    the sweep."""
    keys = [each.pk for each in deliveries][:AT_ONCE]
    transaction.on_commit(
        lambda: deliveries_due.send_robust(sender=None, deliveries=keys),
        robust=True,
    )


def message(webhook: Webhook, news: News, number: UUID, at: datetime) -> Delivery:
    """A message as it waits to be sent."""
    return Delivery(
        webhook=webhook,
        message=number,
        happening=news.happening.value,
        happened_at=at,
        body=_body(news, number, at),
        asked_at=at,
        next_try_at=at,
    )


def _asking(news: Iterable[News]) -> list[Webhook]:
    """The webhooks that are on and asked for any of it, of whatever site."""
    named = sorted({each.happening.value for each in news})
    return list(Webhook.objects.filter(off_since=None, happenings__overlap=named).order_by("pk"))


def _messages(news: News, asking: Iterable[Webhook]) -> list[Delivery]:
    number, at = uuid4(), timezone.now()
    return [message(webhook, news, number, at) for webhook in asking if _asks(webhook, news)]


def _asks(webhook: Webhook, news: News) -> bool:
    of_its_site = news.site is None or news.site.pk == webhook.site_id
    return of_its_site and news.happening.value in webhook.happenings


def _body(news: News, number: UUID, at: datetime) -> str:
    said = {
        "id": str(number),
        "event": news.happening.value,
        "happened_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "study": STUDY.code,
        "site": news.site.code if news.site else None,
        "about": dict(news.about),
        "address": news.address or None,
    }
    return json.dumps(said, ensure_ascii=False)


# Acts of those who may


@dataclass(frozen=True)
class Setup:
    """What a person says of a webhook."""

    name: str
    address: str
    happenings: tuple[str, ...]


def add(*, by: User, site: Site, setup: Setup, reason: str) -> tuple[Webhook, str]:
    """Have another system told: the webhook, and its secret, which is shown this once."""
    check_right(by, Right.MANAGE_WEBHOOKS, site)
    secret = signature.new_secret()
    webhook = Webhook(site=site, secret=conceal(secret, WEBHOOK))
    _set_up(webhook, setup)
    with _changing(by, reason):
        webhook.save(force_insert=True)
    return webhook, secret


def change(*, by: User, webhook: Webhook, setup: Setup, expected_version: int, reason: str) -> Webhook:
    """Change name, address and what it is told of. Refused when somebody else changed it meanwhile."""
    check_right(by, Right.MANAGE_WEBHOOKS, webhook.site)
    with _changing(by, reason):
        held = _held(webhook)
        if held.version != expected_version:
            raise Refusal("version_stale", extra={"current": None})
        _set_up(held, setup)
        return _saved(held)


def switch(*, by: User, webhook: Webhook, on: bool, reason: str) -> Webhook:
    """Switch it off or on. While it is off nothing new is written for it, and what waits goes on waiting."""
    check_right(by, Right.MANAGE_WEBHOOKS, webhook.site)
    with _changing(by, reason):
        held = _held(webhook)
        if on == (held.off_since is None):
            raise Refusal("webhook_on" if on else "webhook_off")
        held.off_since = None if on else timezone.now()
        return _saved(held)


def renew_secret(*, by: User, webhook: Webhook, reason: str) -> tuple[Webhook, str]:
    """A new secret, shown this once; the one before signs beside it for a day. What was older ends."""
    check_right(by, Right.MANAGE_WEBHOOKS, webhook.site)
    secret = signature.new_secret()
    with _changing(by, reason):
        held = _held(webhook)
        held.former_secret, held.former_until = held.secret, timezone.now() + OVERLAP
        held.secret = conceal(secret, WEBHOOK)
        return _saved(held), secret


def ping(*, by: User, webhook: Webhook) -> Delivery:
    """Send a message that says nothing, to see whether it arrives."""
    check_right(by, Right.MANAGE_WEBHOOKS, webhook.site)
    _check_on(webhook)
    with transaction.atomic():
        sent = message(webhook, News(Happening.PING, webhook.site), uuid4(), timezone.now())
        sent.asked_by = by
        sent.save(force_insert=True)
        send_after_commit([sent])
    return sent


def replay(*, by: User, webhook: Webhook, number: UUID) -> Delivery:
    """Send a message again, with the number that it had; whether or not it had arrived."""
    return _send_again(by, webhook, message=number)[0]


def replay_period(*, by: User, webhook: Webhook, since: datetime, until: datetime) -> int:
    """Send again what happened from a moment on and before another; how many messages."""
    return len(_send_again(by, webhook, happened_at__gte=since, happened_at__lt=until))


def reconceal(*, by: CommandLine) -> int:
    """Conceal the secrets of all webhooks by the key of today; how many there were.

    Raise InvalidToken, with nothing changed, when one can be read by neither key.
    """
    with attributed(by=by, reason="concealed anew"):
        webhooks = Webhook.objects.select_for_update()
        for each in webhooks:
            each.secret = conceal_anew(each.secret, WEBHOOK)
            each.former_secret = conceal_anew(each.former_secret, WEBHOOK) if each.former_secret else ""
            each.save(update_fields=["secret", "former_secret"])
        return len(webhooks)


def clear() -> None:
    """Delete the messages that were delivered or given up long ago, and secrets that sign no more."""
    now = timezone.now()
    Delivery.objects.exclude(state=WAITING).filter(asked_at__lt=now - KEPT).delete()
    with attributed(by=SYSTEM, reason=SECRET_ENDED):
        Webhook.objects.filter(former_until__lt=now).update(former_secret="", former_until=None)  # nosec B106


def _set_up(webhook: Webhook, setup: Setup) -> None:
    webhook.name, webhook.address = setup.name.strip(), setup.address.strip()
    if not setup.happenings or not set(setup.happenings) <= set(CHOSEN):
        raise Refusal("webhook_events", known=", ".join(CHOSEN))
    webhook.happenings = [each.value for each in CHOSEN if each.value in setup.happenings]
    fields.check(webhook)
    address.read(webhook.address)


@contextmanager
def _changing(by: User, reason: str) -> Iterator[None]:
    if not reason.strip():
        raise Refusal("reason_missing")
    with attributed(by=by, reason=reason):
        yield


def _held(webhook: Webhook) -> Webhook:
    return Webhook.objects.select_related("site").select_for_update(of=("self",)).get(pk=webhook.pk)


def _saved(held: Webhook) -> Webhook:
    held.version += 1
    held.save()
    return held


def _check_on(webhook: Webhook) -> None:
    if webhook.off_since is not None:
        raise Refusal("webhook_off")


def _send_again(by: User, webhook: Webhook, **which: Any) -> list[Delivery]:
    check_right(by, Right.MANAGE_WEBHOOKS, webhook.site)
    _check_on(webhook)
    now = timezone.now()
    with transaction.atomic():
        found = list(Delivery.objects.select_for_update().filter(webhook=webhook, **which).order_by("pk"))
        if not found:
            raise Refusal("webhook_nothing")
        Delivery.objects.filter(pk__in=[each.pk for each in found]).update(
            state=WAITING, attempts=0, asked_at=now, asked_by=by, next_try_at=now
        )
        send_after_commit(found)
    return found
