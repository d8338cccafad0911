"""What runs in the background: notices of serious events, and the checks that look at several forms."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPException
from typing import Any

from celery import Task, shared_task
from kombu.exceptions import OperationalError

from forms_app.selectors import imports as all_imports
from forms_app.services import imports, rechecks, safety
from trial.audit.context import ORIGIN, Origin

log = logging.getLogger(__name__)

SWEEP_SECONDS = 60
# What no worker took up in this time is left to the next night.
CHECK_EXPIRES = 3600


@shared_task(bind=True)
def send_safety_alert(self: "Task[Any, Any]", alert: int) -> None:
    """Send one notice; what does not leave is tried again by the sweep."""
    with _as_task(self.request.id):
        try:
            sent = safety.send(alert=alert)
        except (SMTPException, OSError) as error:
            log.error("Safety notice %s did not leave (%s); the sweep will try again.", alert, error)
            return
    if sent:
        log.info("Safety notice %s was sent.", alert)


@shared_task
def sweep_safety_alerts() -> None:
    """Ask for each notice that has not left: whatever was lost, it is found here."""
    for alert in safety.unsent():
        send_safety_alert.apply_async((alert,), expires=SWEEP_SECONDS)


@shared_task(bind=True)
def recheck(self: "Task[Any, Any]", participant: int) -> None:
    """Hold the records of a participant against each other."""
    with _as_task(self.request.id):
        moved = rechecks.recheck(participant=participant)
    if moved:
        log.info("Participant %s: %s questions opened, closed or reworded.", participant, moved)


@shared_task
def recheck_all() -> None:
    """Ask for the checks of each participant: one task for each, so that none holds up the others."""
    for participant in rechecks.everybody():
        recheck.apply_async((participant,), expires=CHECK_EXPIRES)


@shared_task
def go_on_with_import(number: int) -> None:
    """Judge or save a file for some minutes; a longer one is asked for again, and others have their turn."""
    if imports.run(number=number):
        ask_for_import(number=number)


@shared_task
def sweep_imports() -> None:
    """Ask for each import that is under way: whatever was lost, it is found here. A task that finds another
    at work ends at once."""
    for number in all_imports.under_way():
        go_on_with_import.apply_async((number,), expires=SWEEP_SECONDS)


@shared_task
def clear_imports() -> None:
    """Let go of files that nobody saved, and of reports, whose time is over."""
    cleared = imports.clear()
    if cleared:
        log.info("Imports: %s were let go of.", cleared)


def ask_for_import(*, number: int, **_: Any) -> None:
    """Ask for an import to go on. A dead broker costs a log line: the sweep finds what was lost."""
    _ask(go_on_with_import, number)


def ask_for_alert(*, alert: int, **_: Any) -> None:
    """Ask for a notice to be sent. A dead broker costs a log line: the sweep finds what was not sent."""
    _ask(send_safety_alert, alert)


def ask_for_recheck(*, participant: int, **_: Any) -> None:
    """Ask for the checks of a participant. A dead broker costs a log line: the night finds what was lost."""
    _ask(recheck, participant)


def _ask(task: "Task[Any, Any]", key: int) -> None:
    try:
        task.apply_async((key,), retry=False)
    except OperationalError as error:
        log.warning("%s of %s could not be asked for: %s.", task.name, key, error)


@contextmanager
def _as_task(task_id: str | None) -> Iterator[None]:
    token = ORIGIN.set(Origin("task", task_id or ""))
    try:
        yield
    finally:
        ORIGIN.reset(token)
