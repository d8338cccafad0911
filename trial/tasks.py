"""What runs in the background, whatever is entered."""

import logging

from celery import shared_task
from django.core.management import call_command

from trial.audit import seals
from trial.services import ledger, tokens

log = logging.getLogger(__name__)


@shared_task
def clear_sessions() -> None:
    """Delete the sessions that have ended, and tokens that have run out."""
    call_command("clearsessions")
    tokens.clear_expired()


@shared_task
def seal() -> None:
    """Seal what was written since the last seal."""
    made = seals.seal()
    if made is not None:
        log.info("Seal %s: %s events.", made.number, made.events)


@shared_task
def verify_ledger() -> None:
    """Verify the whole ledger, with an alarm if it is not whole."""
    made = ledger.check()
    log.info("Ledger: %s seals, %s events, %s wrong.", made.seals, made.events, made.problems)
