"""What runs in the background, whatever is entered."""

import logging
from collections.abc import Iterable
from smtplib import SMTPException
from typing import Any

from celery import shared_task
from django.core.management import call_command
from django.utils.translation import override
from kombu.exceptions import OperationalError

from trial.audit import seals
from trial.services import challenges, deliveries, idempotency_keys, ledger, links, tallies, tokens, webhooks

log = logging.getLogger(__name__)

WEBHOOK_SWEEP_SECONDS = 15


@shared_task
def clear_sessions() -> None:
    """Delete the sessions that have ended, tokens that have run out, what holds for minutes or hours, and old
    messages of webhooks."""
    call_command("clearsessions")
    tokens.clear_expired()
    challenges.clear()
    tallies.clear()
    idempotency_keys.clear()
    webhooks.clear()


@shared_task
def seal() -> None:
    """Seal what was written since the last seal."""
    made = seals.seal()
    if made is not None:
        log.info("Seal %s: %s events.", made.number, made.events)


def ask_for_seal() -> None:
    """Ask for a seal at once: only the worker has the key. A dead broker costs a log line, for the next seal
    is due in a few seconds anyway.
    """
    try:
        seal.apply_async(retry=False)
    except OperationalError as error:
        log.warning("A seal could not be asked for (%s); the next one comes by itself.", error)


@shared_task
def verify_ledger() -> None:
    """Verify the whole ledger, with an alarm if it is not whole."""
    made = ledger.check()
    log.info("Ledger: %s seals, %s events, %s wrong.", made.seals, made.events, made.amount)


@shared_task(autoretry_for=(SMTPException, OSError), max_retries=5, retry_backoff=30)
def send_links(users: list[int], mail: str, origin: str, language: str | None) -> None:
    """Mail these accounts their links; a mail server that is down is asked again."""
    with override(language):
        sent = links.send(users=users, mail=mail, origin=origin)
    log.info("Links to set a password: %s sent.", sent)


def ask_for_links(users: list[int], mail: str, origin: str, language: str | None) -> bool:
    """Ask for links to be mailed, also to nobody: who waits for the answer must not see the difference.

    False where the broker is dead: nobody sends them then before somebody asks again.
    """
    try:
        send_links.apply_async((users, mail, origin, language), retry=False)
    except OperationalError as error:
        log.error("Links to set a password could not be asked for (%s): somebody asks again.", error)
        return False
    return True


@shared_task
def deliver(delivery: int) -> None:
    """Send a message to another system; what does not arrive is sent again by the sweep when it is time."""
    tried = deliveries.deliver(delivery=delivery)
    if tried is not None:
        log.info("Message %s: %s %s.", tried.message, tried.state, tried.problem or tried.status)


@shared_task
def sweep_deliveries() -> None:
    """Ask for each message that is due: whatever was lost, it is found here."""
    _ask_to_deliver(deliveries.due())


def ask_to_deliver(*, deliveries: Iterable[int], **_: Any) -> None:
    """Ask for messages to be sent at once. A dead broker costs a log line: the sweep finds what was lost."""
    _ask_to_deliver(deliveries)


def _ask_to_deliver(keys: Iterable[int]) -> None:
    try:
        for key in keys:
            # The next sweep asks again for what was not begun by then.
            deliver.apply_async((key,), retry=False, expires=WEBHOOK_SWEEP_SECONDS)
    except OperationalError as error:
        log.warning("Messages could not be asked for (%s); the sweep will find them.", error)
