"""The nightly verification of the ledger: what it found is kept, and an alarm where it is not whole."""

import logging

from django.conf import settings
from django.core.mail import mail_admins
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from trial.audit.verifier import verify
from trial.models import LedgerCheck

log = logging.getLogger(__name__)

LONGEST = 500


def check() -> LedgerCheck:
    """Verify the whole ledger and keep the result; the first problem goes into the log and to ADMINS."""
    report = verify()
    first = str(report.first)[:LONGEST] if report.first else ""
    made = LedgerCheck.objects.create(
        checked_at=timezone.now(),
        seals=report.seals,
        events=report.events,
        rows=report.rows,
        problems=report.wrong,
        is_least=report.is_least,
        first_problem=first,
        notes="\n".join(report.notes),
    )
    if first:
        _sound(made)
    return made


def _sound(made: LedgerCheck) -> None:
    """Into the log now; by mail after the commit, and a mail server that is down undoes nothing."""
    with override(settings.LANGUAGE_CODE):
        subject = _("The ledger is not whole")
        sentence = _("The ledger is not whole: {number} wrong. {first}").format(
            number=made.amount, first=made.first_problem
        )
    log.critical(sentence)
    transaction.on_commit(lambda: mail_admins(subject, sentence), robust=True)
