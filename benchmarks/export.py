"""Rows a second and memory of the exports: the web process streams a quarter of a million rows to nobody."""

import tempfile
import time
from pathlib import Path

from benchmarks import report
from benchmarks.database import serving
from config.embedded.folder import DataFolder

SITES, EACH = 3, 700
KILOBYTES = 1024

# Straight into the tables: the audit is on, and the services have their own benchmark.
FILL = f"""
insert into trial_site (id, code, name, time_zone, activated_on, last_number)
    select n, to_char(n, 'FM00'), 'Site ' || n, 'UTC', current_date, {EACH}
    from generate_series(1, {SITES}) n;
insert into trial_participant (site_id, number, code, state, state_reason)
    select s.id, n, s.code || '-' || to_char(n, 'FM000'), 'screening', ''
    from trial_site s, generate_series(1, {EACH}) n;
insert into trial_visit (participant_id, code, occurred, visit_date, contact_mode, reason_not_done, version)
    select p.id, v, 'Y', current_date, 'IN PERSON', '', 1
    from trial_participant p, unnest(array['BL', 'W1', 'W2', 'W12']) v;
insert into trial_record (participant_id, visit_id, form, repeat, state, version, protocol_version, removed)
    select v.participant_id, v.id, f, 1, 'in progress', 1, '1.0', false
    from trial_visit v, unnest(array['pain', 'motion', 'disability']) f;
insert into trial_pain (record_id, nrs_avg24, nrs_worst24, nrs_least24)
    select id, id % 11, 10, 0 from trial_record where form = 'pain';
insert into trial_motion (record_id, rom_perf, rom_t1, rom_meth, rom_dev, rom_mean)
    select id, 'Y', id % 120, 'GONIOMETER', 'INC-01', id % 120 from trial_record where form = 'motion';
insert into trial_disability (record_id, odi_mode, odi01, odi02, odi03, odi_n)
    select id, 'SELF PAPER', id % 6, 1, 2, 3 from trial_record where form = 'disability';
analyze;
"""


def main() -> None:
    report.heading(f"Exports of {SITES * EACH} participants with four visits, streamed from the database")
    with (
        tempfile.TemporaryDirectory(prefix="fascicle-bench-") as name,
        serving(DataFolder(Path(name) / "data"), durable=False),
    ):
        person = _fill()
        for shape, excel in (("long", False), ("long", True), ("wide", False)):
            _measure(person, shape, excel)


def _fill() -> object:
    """Rows, and somebody who may export all of them."""
    from django.db import connections

    from trial.access import Role
    from trial.audit.context import COMMAND_LINE
    from trial.models import Site
    from trial.services import accounts

    with connections["owner"].cursor() as cursor:
        cursor.execute(FILL)
    person = accounts.create(by=COMMAND_LINE, username="statistician", full_name="Statistician")
    for site in Site.objects.all():
        accounts.give_role(by=COMMAND_LINE, user=person, site=site, role=Role.STATISTICIAN)
    return person


def _measure(person: object, shape: str, excel: bool) -> None:
    from analytics.exports import files

    before = _peak_since_reset()
    begin = time.perf_counter()
    file = files.open_file(by=person, shape=shape, excel=excel)  # type: ignore[arg-type]
    first, size = 0.0, 0
    for chunk in file.stream:
        # The head of the file comes before the first row.
        first = first or (time.perf_counter() - begin if size else 0.0)
        size += len(chunk)
    file.stream.close()
    seconds = time.perf_counter() - begin
    print(
        f"  {shape}{' for Excel' if excel else ''}: {file.rows} rows, {size / KILOBYTES**2:.0f} MB in "
        f"{seconds:.2f} s ({file.rows / seconds:.0f} rows/s), first row after {first:.2f} s, "
        f"memory {before:.0f} MB + {_peak() - before:.0f} MB"
    )


def _peak_since_reset() -> float:
    Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> float:
    """The most memory this process held, in MB (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith("VmHWM")]
    return int(line.split()[1]) / KILOBYTES


if __name__ == "__main__":
    main()
