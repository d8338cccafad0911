"""Exports: asked for by people, written by a task, kept for some days, taken as often as somebody may."""

import errno
import json
import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.announcements import export_waits
from analytics.exports import choices, manifest, reading, store
from analytics.exports.archive import Cancelled, ZipArchive
from analytics.exports.formats import FORMATS
from analytics.exports.options import Options
from analytics.exports.selection import Selection, open_selection
from analytics.models import Export, ExportDownload
from analytics.models.export import CANCELLED, EXPIRED, FAILED, READY, RUNNING, UNDER_WAY, WAITING
from analytics.selectors import exports as selector
from analytics.services.export_progress import Busy, Progress, is_idle
from trial.access import check_right
from trial.audit import seal_keys
from trial.models import Site, User
from trial.models.webhook import Happening
from trial.protocol import STUDY
from trial.refusals import Refusal
from trial.services.webhooks import News, tell_all

log = logging.getLogger(__name__)

MOST_UNDER_WAY = 5
# A worker may be killed, or the machine restarted, while an export is written: it is begun anew so often.
ATTEMPTS = 3
# How the system says that a file cannot grow: the disk, a quota, or what a file may be.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def ask(*, by: User, options: Options) -> Export:
    """Ask for an export; a task writes it. Refused without the rights that its format needs, and when too
    many are under way."""
    for right in FORMATS[options.format].rights:
        check_right(by, right)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        if Export.objects.filter(by=by, state__in=UNDER_WAY).count() >= MOST_UNDER_WAY:
            raise Refusal("export_busy", most=MOST_UNDER_WAY)
        export = Export.objects.create(by=by, asked_at=timezone.now(), choices=choices.written(options))
        transaction.on_commit(lambda: export_waits.send_robust(sender=None, number=export.pk), robust=True)
    return export


def cancel(*, by: User, number: int) -> Export:
    """Cancel an export of one's own; who writes it ends within a second and leaves no file."""
    export = selector.get(by, number)
    if export.by_id != by.pk:
        raise Refusal("not_found")
    moved = Export.objects.filter(pk=number, state__in=UNDER_WAY).update(
        state=CANCELLED, ended_at=timezone.now()
    )
    export.refresh_from_db()
    if not moved:
        raise Refusal("export_over", state=_(export.state))
    return export


def find(*, by: User, number: int) -> tuple[Export, Path]:
    """An export that is ready and the file of its archive.

    Refused when it is not ready, or its file is not there any more.
    """
    export = selector.get(by, number)
    if export.state != READY:
        raise Refusal("export_not_ready", state=_(export.state))
    path = store.path(number)
    if not path.is_file() or path.stat().st_size != export.size:
        raise Refusal("export_lost")
    return export, path


def take(*, by: User, number: int, first_byte: int = 0) -> tuple[Export, Path]:
    """As `find`; that it was taken is kept."""
    export, path = find(by=by, number=number)
    ExportDownload.objects.create(export=export, by=by, at=timezone.now(), first_byte=first_byte)
    return export, path


def run(*, number: int) -> Export | None:
    """Write an export that waits, or whose worker died; None when there is nothing to do now.

    Only one is written at a time: others wait, so that a refit always finds a worker.
    """
    try:
        with Progress(number) as progress:
            export = _claimed(number)
            if export is not None:
                _carry_out(export, progress)
    except Busy:
        return None
    return export


def expire() -> int:
    """Let go of the files of exports whose time is over; how many."""
    expired = list(Export.objects.filter(state=READY, expires_at__lte=timezone.now()))
    for export in expired:
        store.remove(export.pk)
        Export.objects.filter(pk=export.pk).update(state=EXPIRED)
    return len(expired)


def clear() -> int:
    """Remove files that belong to no export, as a worker that dies leaves them; how many archives.

    While an export is written nothing is removed: who writes one that was cancelled may not know it yet.
    """
    found = store.found()
    if not found or not is_idle():
        return 0
    # In one statement, so that one that becomes ready meanwhile is seen as the one or the other.
    kept = dict(Export.objects.filter(state__in=(READY, *UNDER_WAY)).values_list("pk", "state"))
    ready = {number for number, state in kept.items() if state == READY}
    return store.clear(found, ready=ready, under_way=kept.keys() - ready)


def _claimed(number: int) -> Export | None:
    """The export, now being written by us. We hold the lock: who was writing it before is dead."""
    claimed = Export.objects.filter(pk=number, state__in=UNDER_WAY).update(
        state=RUNNING, attempts=F("attempts") + 1, written=0
    )
    return Export.objects.select_related("by").get(pk=number) if claimed else None


def _carry_out(export: Export, progress: Progress) -> None:
    try:
        if export.attempts > ATTEMPTS:
            raise Refusal("export_given_up", attempts=ATTEMPTS)
        _write(export, progress)
    except Cancelled:
        log.info("Export %s was cancelled.", export.pk)
    except Refusal as refusal:
        _fail(export, refusal)
    except OSError as error:
        log.exception("Export %s could not be written.", export.pk)
        known = _("there is no room left") if error.errno in FULL else _("the disk refused")
        _fail(export, Refusal("export_disk", problem=known))
    except seal_keys.NoKey as error:
        log.error("Export %s: %s", export.pk, error)
        _fail(export, Refusal("export_key"))
    except Exception:
        log.exception("Export %s failed.", export.pk)
        _fail(export, Refusal("failed"))


def _write(export: Export, progress: Progress) -> None:
    options, key = choices.read(export.choices), seal_keys.private()
    with store.writing(export.pk) as written, open_selection(by=export.by, options=options) as selection:
        expected = selection.expected()
        progress.begin(
            expected=expected,
            position=selection.occasion.position,
            sites=json.dumps([site.code for site in selection.sites]),
            shows_arms=selection.shows_arms,
        )
        with ZipArchive(store.as_stream(written), progress.tell) as archive:
            FORMATS[options.format].write(selection, archive)
            if archive.written != expected:
                raise Refusal("export_count", table=options.shape, written=archive.written, expected=expected)
            reading.add(archive, selection.occasion)
            stated = manifest.stated(
                selection.occasion, export.choices, selection.alterations(), archive.entries, key
            )
            archive.close(manifest.signed(stated, key))
    _finish(export, selection, stated, size=written.size, sha256=written.digest.hexdigest())


def _finish(
    export: Export, selection: Selection, stated: dict[str, object], *, size: int, sha256: str
) -> None:
    now, made_at = timezone.now(), selection.occasion.made_at
    options = selection.options
    with transaction.atomic():
        finished = Export.objects.filter(pk=export.pk, state=RUNNING).update(
            state=READY,
            name=f"{STUDY.code}_{options.shape}_{options.format}_{made_at:%Y%m%dT%H%MZ}_{export.pk}.zip",
            written=F("expected"),
            size=size,
            sha256=sha256,
            manifest=stated,
            ended_at=now,
            expires_at=now + timedelta(days=settings.EXPORT_DAYS),
        )
        if finished:
            tell_all(_news(export, site) for site in selection.sites)
    if not finished:
        # Cancelled after the last row.
        store.remove(export.pk)
    export.refresh_from_db()


def _news(export: Export, site: Site) -> News:
    return News(
        Happening.EXPORT_READY, site, about={"export": export.pk}, address=f"/api/v1/exports/{export.pk}/"
    )


def _fail(export: Export, refusal: Refusal) -> None:
    Export.objects.filter(Q(pk=export.pk) & Q(state__in=(RUNNING, WAITING))).update(
        state=FAILED, ended_at=timezone.now(), problem=refusal.sentence
    )
    export.refresh_from_db()
