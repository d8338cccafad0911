"""Exports against `psql \\copy` of the same rows, and their memory; visits a second of the wide shape.

The archive is written as the worker writes it: counted, hashed, compressed, signed. `psql` writes the same
rows of the same query to a file, without any of that. Both in turns on the same server.
"""

import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import report
from benchmarks.database import serving
from config.embedded.folder import DataFolder
from config.embedded.postgres import find_binaries

ROUNDS = 3
KILOBYTES = 1024
VISITS = 4
# The 20,104 visits with which ODK Central was measured, each with seventeen fields; then so many more sites
# that there are 1,004,648 long rows.
FIRST_SITES, FIRST_EACH = range(1, 8), 718
MORE_SITES, MORE_EACH = range(8, 12), 769
FORMS = ("pain", "motion", "disability")
# What ODK Central exports of such visits in a second on two cores, by its own measurements.
ODK_ROWS = 10_000

TABLES = ("site", "participant", "visit", "record", "pain", "motion", "disability")
# Straight into the tables and without their triggers: the events of a million rows are not what is measured.
FILL = """
insert into trial_site (id, code, name, time_zone, activated_on, last_number)
    select n, to_char(n, 'FM00'), 'Site ' || n, 'UTC', current_date, {each}
    from generate_series({first}, {last}) n;
insert into trial_participant (site_id, number, code, state, state_reason, withdrawn_from)
    select s.id, n, s.code || '-' || to_char(n, 'FM000'), 'screening', '', ''
    from trial_site s, generate_series(1, {each}) n where s.id >= {first};
insert into trial_visit
    (participant_id, code, occurred, visit_date, contact_mode, reason_not_done, reason_unscheduled, version)
    select p.id, v, 'Y', current_date, 'IN PERSON', '', '', 1
    from trial_participant p, unnest(array['BL', 'W1', 'W2', 'W12']) v where p.site_id >= {first};
insert into trial_record (participant_id, visit_id, form, repeat, state, version, protocol_version, removed)
    select v.participant_id, v.id, f, 1, 'in progress', 1, '2.0', false
    from trial_visit v join trial_participant p on p.id = v.participant_id,
        unnest(array['pain', 'motion', 'disability']) f
    where p.site_id >= {first};
insert into trial_pain (record_id, nrs_avg24, nrs_worst24, nrs_least24, nrs_now)
    select id, id % 11, 10, 0, 5 from trial_record r where form = 'pain'
    and not exists (select from trial_pain f where f.record_id = r.id);
insert into trial_motion (record_id, rom_perf, rom_t1, rom_meth, rom_dev, rom_mean)
    select id, 'Y', id % 120, 'GONIOMETER', 'INC-01', id % 120 from trial_record r where form = 'motion'
    and not exists (select from trial_motion f where f.record_id = r.id);
insert into trial_disability (record_id, odi_mode, odi01, odi02, odi03, odi04, odi05, odi06, odi_n)
    select id, 'SELF PAPER', id % 6, 1, 2, 3, 4, 5, 6 from trial_record r where form = 'disability'
    and not exists (select from trial_disability f where f.record_id = r.id);
analyze;
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="fascicle-bench-") as name:
        folder = DataFolder(Path(name) / "data")
        with serving(folder, durable=False):
            _fill(FIRST_SITES, FIRST_EACH)
            report.heading("An export of visits in wide CSV")
            _wide(_person())
            _fill(MORE_SITES, MORE_EACH)
            report.heading("An export of long rows in CSV, against psql \\copy of the same query")
            _against_psql(folder, _person())


def _fill(sites: range, each: int) -> None:
    """So many participants at each of these sites, with four visits and their forms."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(_switched("disable"))
        cursor.execute(FILL.format(first=sites.start, last=sites.stop - 1, each=each))
        cursor.execute(_switched("enable"))


def _switched(how: str) -> str:
    return "".join(f"alter table trial_{table} {how} trigger user;" for table in TABLES)


def _person() -> Any:
    """Somebody who may export the data of all sites there are."""
    from trial.access import Role
    from trial.audit.context import COMMAND_LINE
    from trial.models import Site
    from trial.services import accounts

    sites = Site.objects.all()
    username = f"of-{len(sites)}-sites"
    person = accounts.create(by=COMMAND_LINE, username=username, full_name="Statistician")
    for site in sites:
        accounts.give_role(by=COMMAND_LINE, user=person, site=site, role=Role.STATISTICIAN)
    return person


def _against_psql(folder: DataFolder, person: Any) -> None:
    from analytics.exports.options import Options

    script = _copy_script(folder, person)
    idle = _peak_since_reset()
    ours, theirs, rows = [], [], 0
    for _ in range(ROUNDS):
        rows, seconds = _export(person, Options())
        ours.append(seconds)
        theirs.append(_timed(lambda: _psql(folder, script)))
    report.seconds(f"archive of {rows} rows, counted, hashed, compressed, signed", ours)
    report.seconds("psql \\copy", theirs)
    print(
        f"  {rows / median(ours):.0f} rows/s, {median(theirs) / median(ours):.2f} times as fast as psql; "
        f"memory {idle:.0f} MB + {_peak() - idle:.0f} MB"
    )


def _wide(person: Any) -> None:
    from analytics.exports.options import Options

    runs = [_export(person, Options(shape="wide", forms=FORMS)) for _ in range(ROUNDS)]
    visits = VISITS * len(FIRST_SITES) * FIRST_EACH
    seconds = [each for _, each in runs]
    report.seconds(f"archive of {visits} visits", seconds)
    rate = visits / median(seconds)
    print(f"  {rate:.0f} visits/s, {rate / ODK_ROWS:.1f} times what ODK Central exports")


def _export(person: Any, options: Any) -> tuple[int, float]:
    """How many rows an export has, and how many seconds it took from being asked for to being ready."""
    from analytics.models.export import READY
    from analytics.services import exports

    begin = time.perf_counter()
    export = exports.ask(by=person, options=options)
    exports.run(number=export.pk)
    seconds = time.perf_counter() - begin
    export.refresh_from_db()
    if export.state != READY:
        raise RuntimeError(export.problem)
    return export.written, seconds


def _copy_script(folder: DataFolder, person: Any) -> Path:
    """What psql is to do: the query of the export, written to a file."""
    from analytics.exports.options import Options
    from analytics.exports.selection import open_selection

    with open_selection(by=person, options=Options()) as selection:
        (dataset,) = selection.datasets()
        query = selection.query(dataset).replace("\n", " ")
    script = folder.root / "copy.sql"
    script.write_text(f"\\copy ({query}) to '{folder.root / 'copy.csv'}' with (format csv)\n")
    return script


def _psql(folder: DataFolder, script: Path) -> None:
    program = find_binaries() / "psql"
    subprocess.run([program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", script, folder.app_url], check=True)


def _timed(act: Callable[[], None]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


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
