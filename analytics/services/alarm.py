"""Tell those who run the server that something is wrong which the program could mend but not explain."""

import logging

from django.core.mail import mail_admins
from django.db import transaction

log = logging.getLogger(__name__)


def sound(subject: str, sentence: str) -> None:
    """Into the log now; by mail to ADMINS after the commit, and a mail server that is down undoes nothing."""
    log.critical(sentence)
    transaction.on_commit(lambda: mail_admins(subject, sentence), robust=True)
