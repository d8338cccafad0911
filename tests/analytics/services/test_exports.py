"""Exports from being asked for to being taken, with a real worker where one is needed."""

import csv
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone

from analytics.exports import choices, store, verify_export
from analytics.exports.format import Archive, Format
from analytics.exports.formats import FORMATS
from analytics.exports.options import Options
from analytics.exports.source import Source
from analytics.exports.tabular.staged import staged
from analytics.models import Export, ExportDownload
from analytics.models.export import CANCELLED, EXPIRED, FAILED, READY, RUNNING, WAITING
from analytics.selectors import exports as selector
from analytics.services import exports
from analytics.services.export_progress import Progress, is_idle
from tests import journey
from tests.cast import Cast
from tests.exported import exported, written
from trial.access import RIGHTS, Right, Role
from trial.models import User
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db(transaction=True)

WITHOUT_ROOM = """
import json, resource
from analytics.exports.formats import FORMATS
from tests.exported import written
from trial.models import User
by = User.objects.get(username="data_manager")
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
ended = {format: written(by, format=format) for format in FORMATS}
print(json.dumps({format: [export.state, export.problem] for format, export in ended.items()}))
"""


@pytest.fixture
def filled(transactional_db: None, cast: Cast) -> Cast:
    shutil.rmtree(settings.EXPORTS, ignore_errors=True)
    journey.with_outcomes(cast)
    return cast


def test_an_export_is_an_archive_that_holds(filled: Cast) -> None:
    export = written(filled.statistician, shape="long")
    assert (export.state, export.problem) == (READY, "")
    manifest, problems = verify_export.verify(store.path(export.pk), expected=export.sha256)
    assert problems == []
    assert manifest == export.manifest
    assert manifest["rows"] == export.expected == export.written > 0
    assert manifest["choices"] == choices.written(Options())
    assert manifest["by"] == "Stina North (statistician)"
    assert str(export.position) == manifest["position"]


def test_the_manifest_counts_the_rows_that_stand_in_the_file(filled: Cast) -> None:
    files = exported(filled.statistician, shape="long")
    rows = list(csv.reader(StringIO(files["long.csv"].decode())))
    (listed,) = [each for each in json.loads(files["manifest.json"])["files"] if each["name"] == "long.csv"]
    assert listed["rows"] == len(rows) - 1


def test_whoever_may_not_export_asks_for_none(filled: Cast) -> None:
    with pytest.raises(Refusal) as refused:
        exports.ask(by=filled.monitor, options=Options())
    assert refused.value.code == "right"
    assert not Export.objects.exists()


def test_so_many_at_once_and_no_more(filled: Cast) -> None:
    for _ in range(exports.MOST_UNDER_WAY):
        exports.ask(by=filled.statistician, options=Options())
    with pytest.raises(Refusal) as refused:
        exports.ask(by=filled.statistician, options=Options())
    assert refused.value.code == "export_busy"


def test_a_refusal_while_it_is_written_is_its_problem_and_leaves_no_file(filled: Cast) -> None:
    export = written(filled.statistician, seal=99)
    assert (export.state, export.problem[:22]) == (FAILED, "There is no seal numbe")
    assert not store.path(export.pk).exists()


def test_rows_that_are_not_what_was_counted_fail_the_export(
    filled: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(source: Source, archive: Archive) -> None:
        with archive.file("long.csv", rows=1) as file:
            file.write(b"a\n1\n")
        archive.advance(1)

    monkeypatch.setitem(FORMATS, "csv", Format("csv", "Lacking", lacking))
    export = written(filled.statistician)
    assert export.state == FAILED
    assert "1" in export.problem
    assert not store.path(export.pk).exists()


def test_only_one_is_written_at_a_time(filled: Cast) -> None:
    export = exports.ask(by=filled.statistician, options=Options())
    with Progress(export.pk):
        assert exports.run(number=export.pk) is None
    assert Export.objects.get().state == WAITING
    assert exports.run(number=export.pk) is not None


def test_an_export_whose_worker_died_is_begun_anew_and_given_up_in_the_end(filled: Cast) -> None:
    export = exports.ask(by=filled.statistician, options=Options())
    Export.objects.update(state=RUNNING, attempts=1)
    exports.run(number=export.pk)
    assert Export.objects.get().state == READY
    other = exports.ask(by=filled.statistician, options=Options())
    Export.objects.filter(pk=other.pk).update(state=RUNNING, attempts=exports.ATTEMPTS)
    exports.run(number=other.pk)
    other.refresh_from_db()
    assert other.state == FAILED
    assert "3 times" in other.problem


def test_cancelled_while_it_is_written_it_leaves_no_file(
    filled: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = exports.ask(by=filled.statistician, options=Options())

    def slow(source: Source, archive: Archive) -> None:
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(cancel_elsewhere, filled.statistician, export.pk).result()
        archive.advance(1)

    monkeypatch.setitem(FORMATS, "csv", Format("csv", "Slow", slow))
    exports.run(number=export.pk)
    export.refresh_from_db()
    assert (export.state, export.problem) == (CANCELLED, "")
    assert list(Path(settings.EXPORTS).glob(f"*{export.pk}*")) == []


def cancel_elsewhere(by: User, number: int) -> None:
    """As somebody does in a browser while a worker writes: on a connection of its own."""
    exports.cancel(by=by, number=number)
    connections.close_all()


def test_only_whoever_asked_cancels(filled: Cast) -> None:
    export = exports.ask(by=filled.statistician, options=Options())
    for person in (filled.investigator, filled.monitor):
        with pytest.raises(Refusal):
            exports.cancel(by=person, number=export.pk)
    assert exports.cancel(by=filled.statistician, number=export.pk).state == CANCELLED
    with pytest.raises(Refusal) as refused:
        exports.cancel(by=filled.statistician, number=export.pk)
    assert refused.value.code == "export_over"


def test_it_is_taken_again_until_it_expires_and_each_time_is_kept(
    filled: Cast,
) -> None:
    export = written(filled.statistician)
    for first in (0, 100):
        exports.take(by=filled.statistician, number=export.pk, first_byte=first)
    assert list(ExportDownload.objects.values_list("first_byte", flat=True)) == [0, 100]
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert exports.expire() == 1
    export.refresh_from_db()
    assert export.state == EXPIRED
    assert export.manifest is not None
    with pytest.raises(Refusal) as refused:
        exports.take(by=filled.statistician, number=export.pk)
    assert refused.value.code == "export_not_ready"


def test_a_file_that_has_gone_is_told(filled: Cast) -> None:
    export = written(filled.statistician)
    store.remove(export.pk)
    with pytest.raises(Refusal) as refused:
        exports.take(by=filled.statistician, number=export.pk)
    assert refused.value.code == "export_lost"


def test_a_full_disk_fails_an_export_in_plain_words_and_leaves_no_file(
    filled: Cast, test_database_environment: dict[str, str]
) -> None:
    """In a process whose files the system itself lets grow no further, as on a disk that is full."""
    ended = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", WITHOUT_ROOM],
        # Without lxml, which is installed for tests alone.
        env={**test_database_environment, "OPENPYXL_LXML": "False"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    said = json.loads(ended.stdout.splitlines()[-1])
    assert list(said) == list(FORMATS)
    problem = Refusal("export_disk", problem="there is no room left").sentence
    assert {format: each for format, each in said.items() if each != [FAILED, problem]} == {}, ended.stderr
    assert left() == []


def test_cancelled_in_the_middle_a_worker_leaves_nothing(filled: Cast, worker: object) -> None:
    """The worker stands in the middle of its file, because the records are held from it; no refit does."""
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("lock table trial_record in access exclusive mode")
        with ThreadPoolExecutor(1) as elsewhere:
            number = elsewhere.submit(begun_elsewhere, filled.data_manager).result()
        assert left() == [f".{number}"]
        assert {path.name for path in (Path(settings.EXPORTS) / f".{number}").iterdir()} >= {"archive"}
    wait(lambda: left() == [])
    export = Export.objects.get(pk=number)
    assert (export.state, export.problem, export.attempts) == (CANCELLED, "", 1)


def begun_elsewhere(by: User) -> int:
    """Ask for an export, and cancel it when a worker has begun to read."""
    try:
        export = exports.ask(by=by, options=choices.read({"format": "odm"}))
        wait(lambda: Export.objects.get(pk=export.pk).expected is not None)
        exports.cancel(by=by, number=export.pk)
        return export.pk
    finally:
        connections.close_all()


def test_what_is_laid_aside_stands_beside_the_archive_and_goes_with_it(
    filled: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the machine keeps its own temporary files there may be no room."""
    seen: list[Path] = []

    def laying_aside(source: Source, archive: Archive) -> None:
        with (
            staged(archive, "a.csv", rows=1) as path,
            TemporaryFile(),
            NamedTemporaryFile(delete=False) as file,
        ):
            seen.extend((path, Path(file.name)))
            raise Refusal("export_nothing")

    monkeypatch.setitem(FORMATS, "csv", Format("csv", "Laying aside", laying_aside))
    usual = tempfile.gettempdir()
    export = written(filled.statistician)
    assert export.state == FAILED
    own = Path(settings.EXPORTS) / f".{export.pk}"
    assert all(path.is_relative_to(own) for path in seen)
    assert left() == []
    assert tempfile.gettempdir() == usual


def test_what_belongs_to_no_export_is_swept(filled: Cast) -> None:
    """As workers leave it that die: unfinished ones, archives nobody knows; what waits for a worker stays."""
    folder = Path(settings.EXPORTS)
    ready = written(filled.statistician)
    cancelled = exports.cancel(
        by=filled.statistician, number=exports.ask(by=filled.statistician, options=Options()).pk
    )
    waiting = exports.ask(by=filled.statistician, options=Options())
    for number in (ready.pk, cancelled.pk, waiting.pk, 999_999):
        (folder / f".{number}").mkdir()
        (folder / f".{number}" / "archive").write_bytes(b"PK")
    for number in (cancelled.pk, waiting.pk, 999_999):
        store.path(number).write_bytes(b"PK")
    (folder / "lost+found").mkdir()
    with Progress(waiting.pk):
        assert exports.clear() == 0
    wait(is_idle)
    assert exports.clear() == 5
    kept = {f"{ready.pk}.zip", f"{waiting.pk}.zip", f".{waiting.pk}", "lost+found"}
    assert set(left()) == kept
    (folder / "lost+found").rmdir()
    # What was left of it does not stand in the way of who begins anew.
    exports.run(number=waiting.pk)
    assert set(left()) == {f"{ready.pk}.zip", f"{waiting.pk}.zip"}
    assert verify_export.verify(store.path(waiting.pk))[1] == []


def left() -> list[str]:
    """What is in the folder of the exports."""
    return sorted(path.name for path in Path(settings.EXPORTS).iterdir())


def test_of_others_one_knows_only_what_one_could_export(filled: Cast) -> None:
    export = written(filled.statistician)
    assert selector.get(filled.coordinator, export.pk).by == filled.statistician
    for person in (filled.southern_coordinator, filled.southern_investigator):
        with pytest.raises(Refusal) as refused:
            selector.get(person, export.pk)
        assert refused.value.code == "not_found"
    with pytest.raises(Refusal) as refused:
        selector.get(filled.monitor, export.pk)
    assert refused.value.code == "not_found"


def test_what_tells_the_arms_apart_is_there_for_who_may_see_it(
    filled: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = written(filled.statistician)
    assert export.shows_arms
    monkeypatch.setitem(RIGHTS, Role.COORDINATOR, RIGHTS[Role.COORDINATOR] - {Right.UNBLIND})
    blinded = User.objects.get(pk=filled.coordinator.pk)
    with pytest.raises(Refusal):
        selector.get(blinded, export.pk)
    concealed = written(filled.statistician, blinded=True)
    assert selector.get(blinded, concealed.pk) == concealed


def test_a_worker_writes_what_was_asked_for(worker: object, filled: Cast) -> None:
    export = exports.ask(by=filled.statistician, options=Options())
    wait(lambda: Export.objects.get(pk=export.pk).state == READY)
    assert verify_export.verify(store.path(export.pk))[1] == []


def wait(fact: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if fact():
            return
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:g} s")
