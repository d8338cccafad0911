"""Telling people by mail what happened to an account, after the commit: a mail that fails undoes nothing."""

from collections.abc import Iterable
from functools import partial

from django.core.mail import send_mail
from django.db import transaction


def tell(addresses: Iterable[str], subject: str, *sentences: str) -> None:
    """Mail each address that is not empty; none hears who else does."""
    text = "\n\n".join(sentences)
    for address in filter(None, addresses):
        transaction.on_commit(_mail(address, subject, f"{text}\n"), robust=True)


def _mail(address: str, subject: str, text: str) -> partial[int]:
    return partial(send_mail, subject, text, None, [address])
