"""How long it takes to seal 100,000 events, and to verify them, in a database that keeps what it is told."""

import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks import report
from benchmarks.database import serving
from config.embedded.folder import DataFolder

EVENTS, PARTICIPANTS = 100_000, 500
GOAL = 10.0
T = TypeVar("T")

FILL = f"""
select set_config('fascicle.actor', '0', true), set_config('fascicle.reason', 'benchmark', true);
insert into trial_site (code, name, time_zone, activated_on, last_number)
    values ('01', 'One', 'UTC', current_date, 0);
insert into trial_participant (site_id, number, code, state, state_reason)
    select s.id, n, '01-' || to_char(n, 'FM000'), 'screening', ''
    from trial_site s, generate_series(1, {PARTICIPANTS}) n;
insert into trial_visit (participant_id, code, occurred, visit_date, contact_mode, reason_not_done, version)
    select p.id, 'BL', 'Y', current_date, 'IN PERSON', '', 1 from trial_participant p;
insert into trial_record (participant_id, visit_id, form, repeat, state, version, protocol_version, removed)
    select v.participant_id, v.id, 'pain', 1, 'in progress', 1, '2.0', false from trial_visit v;
insert into trial_pain (record_id, nrs_avg24, nrs_worst24, nrs_least24)
    select id, id % 11, 10, 0 from trial_record;
"""
# What else hangs on the table is not measured here, but what is switched off would be found.
ONLY_AUDIT = "alter table trial_pain disable trigger user; alter table trial_pain enable trigger audit"
EVERYTHING = "alter table trial_pain enable trigger user"
CHANGE = "update trial_pain set nrs_avg24 = (nrs_avg24 + 1) % 11"


def main() -> None:
    report.heading(f"Sealing {EVENTS:,} events, 500 in each transaction")
    with tempfile.TemporaryDirectory(prefix="fascicle-bench-") as name:
        folder = DataFolder(Path(name) / "data")
        with serving(folder):
            _measure()


def _measure() -> None:
    from django.db import connections, transaction

    from trial.audit import seals
    from trial.audit.verifier import verify
    from trial.models import Seal

    with connections["owner"].cursor() as cursor:
        cursor.execute(FILL)
        cursor.execute(ONLY_AUDIT)
        for _ in range(EVENTS // PARTICIPANTS):
            with transaction.atomic(using="owner"):
                cursor.execute(CHANGE)
        cursor.execute(EVERYTHING)
        cursor.execute("analyze")
    before = _memory()
    made, sealing = _timed(seals.seal_all)
    more = _memory() - before
    found, verifying = _timed(verify)
    assert found.is_whole
    assert sum(Seal.objects.values_list("events", flat=True)) == found.events
    print(
        f"  sealing: {found.events:,} events in {made} seals, {sealing:.2f} s "
        f"({found.events / sealing:,.0f} events/s), +{more} MB; goal {GOAL:g} s"
    )
    print(
        f"  verifying: {verifying:.2f} s ({found.events / verifying:,.0f} events/s), with {found.rows:,} rows"
    )


def _timed(act: Callable[[], T]) -> tuple[T, float]:
    begin = time.perf_counter()
    answer = act()
    return answer, time.perf_counter() - begin


def _memory() -> int:
    """The most memory this process held, in MB (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
