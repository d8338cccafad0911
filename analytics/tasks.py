"""What runs in the background: refits, the sweep that misses none, and the nightly proof of what they use."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Task, group, shared_task
from celery.signals import worker_init
from kombu.exceptions import OperationalError

from analytics.selectors import exports as waiting_exports
from analytics.selectors import standings
from analytics.services import exports, locks, supplements
from analytics.services import rebuild as rebuilds
from analytics.services import refit as refits
from trial.audit import epochs
from trial.audit.context import ORIGIN, Origin
from trial.protocol import STUDY

log = logging.getLogger(__name__)

SWEEP_SECONDS = 15
EXPORT_SWEEP_SECONDS = 30
# Far above the longest; only one is written at a time, so it holds up no refit.
EXPORT_LIMIT = 6 * 3600
# What no worker took up in this time is left to the next night.
REBUILD_EXPIRES = 3600


@shared_task(bind=True)
def refit(self: "Task[Any, Any]", outcome: str) -> None:
    """Refit an outcome if its data have changed."""
    with _as_task(self.request.id):
        run = refits.refit(outcome)
    if run is not None:
        log.info("Run %s of %s: %s.", run.pk, outcome, run.status)


@shared_task
def sweep() -> None:
    """Ask for each refit that is due and not under way: whatever was lost, it is found here."""
    for standing in standings.read():
        outcome = standing.analysis.outcome
        if standing.stale and locks.is_free(refits.lock_of(outcome)):
            # The next sweep asks again, so what was not begun by then need not be kept.
            refit.apply_async((outcome,), expires=SWEEP_SECONDS)


@shared_task(bind=True)
def rebuild(self: "Task[Any, Any]", outcome: str) -> None:
    """Compare the running statistics of an outcome with those of all records."""
    with _as_task(self.request.id):
        made = rebuilds.rebuild(outcome)
    if made is not None:
        log.info("Rebuild %s of %s: %s.", made.pk, outcome, "agreed" if made.agreed else "disagreed")


@shared_task
def rebuild_all() -> None:
    """Ask for the rebuild of each outcome: one task for each, so that none holds up the others."""
    for analysis in STUDY.analyses:
        rebuild.apply_async((analysis.outcome,), expires=REBUILD_EXPIRES)


@shared_task
def sweep_supplements() -> None:
    """Ask for what the newest runs lack, and send to the workers what waits."""
    supplements.ask_for_quiet()
    for number in supplements.due():
        supplement.apply_async((number,), expires=supplements.SENT_AGAIN_S)


@shared_task
def supplement(number: int) -> None:
    """Send the pieces of a supplement to whichever workers are free."""
    pieces = [piece.s(number, each) for each in supplements.begin(number)]
    if pieces:
        group(pieces).apply_async(expires=supplements.SENT_AGAIN_S)


@shared_task
def piece(number: int, place: int) -> None:
    """Calculate a piece of a supplement."""
    over = supplements.calculate(number, place)
    if over is not None:
        log.info("Supplement %s of %s: %s.", over.part, over.outcome, over.state)


@shared_task
def clear_supplements() -> None:
    """Let go of old supplements; they can be made again."""
    supplements.clear()


@shared_task(time_limit=EXPORT_LIMIT)
def export(number: int) -> None:
    """Write an export, then ask for the one that has waited longest."""
    made = exports.run(number=number)
    if made is None:
        return
    log.info("Export %s: %s.", made.pk, made.state)
    for following in waiting_exports.waiting()[:1]:
        ask_for_export(number=following)


@shared_task
def sweep_exports() -> None:
    """Ask for the export that has waited longest, whoever was to write it; let go of those that are over, and
    of what workers left that died."""
    exports.expire()
    if cleared := exports.clear():
        log.warning("%s files or folders that belong to no export were removed.", cleared)
    for number in waiting_exports.waiting()[:1]:
        export.apply_async((number,), expires=EXPORT_SWEEP_SECONDS)


def ask_for_export(*, number: int, **_: Any) -> None:
    """Ask for an export. A dead broker costs a log line: the sweep finds what was not sent."""
    try:
        export.apply_async((number,), retry=False)
    except OperationalError as error:
        log.warning("Export %s could not be asked for (%s); the sweep will find it.", number, error)


def ask_for_refits(*, form: str, **_: Any) -> None:
    """Ask for a refit of each outcome that is read from a form.

    A dead broker costs the save a log line and no more: the sweep finds what was not sent.
    """
    for analysis in STUDY.analyses:
        if analysis.form == form:
            _ask(analysis.outcome)


def _ask(outcome: str) -> None:
    try:
        refit.apply_async((outcome,), retry=False)
    except OperationalError as error:
        log.warning("The refit of %s could not be asked for (%s); the sweep will find it.", outcome, error)


@contextmanager
def _as_task(task_id: str | None) -> Iterator[None]:
    token = ORIGIN.set(Origin("task", task_id or ""))
    try:
        yield
    finally:
        ORIGIN.reset(token)


@worker_init.connect
def require_current_epoch(**_: Any) -> None:
    """A worker on a database that is not the ledger's cluster does not start."""
    try:
        epochs.require_current()
    except epochs.WrongEpoch as wrong:
        # Celery logs what a receiver raises and goes on; only this ends the worker.
        raise SystemExit(str(wrong)) from wrong
