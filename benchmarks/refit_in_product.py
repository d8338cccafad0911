"""From a save to the new estimate with 26 participants and with 100,000 more, in one run of the product."""

import re
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

import psycopg2

from benchmarks import report
from config.embedded.folder import DataFolder
from tests.stack import Client, Stack

PARTICIPANTS = 100_000
EACH = 500
SAVES = 20
GOAL = 2

# Straight into the tables as their owner, with an actor and a reason: every row has its audit event.
# Ten percent of the visits are missing; scores fall from visit to visit around a level of the participant's.
FILL = f"""
select setseed(0.5);
select set_config('fascicle.actor', '0', true), set_config('fascicle.reason', 'benchmark', true);
insert into trial_site (code, name, time_zone, activated_on, last_number)
    select 'Z' || to_char(n, 'FM000'), 'Site ' || n, 'UTC', current_date, {EACH}
    from generate_series(1, {PARTICIPANTS // EACH}) n;
insert into trial_participant (site_id, number, code, state, state_reason)
    select s.id, n, s.code || '-' || to_char(n, 'FM000'), 'screening', ''
    from trial_site s, generate_series(1, {EACH}) n where s.code like 'Z%';
insert into trial_visit (participant_id, code, occurred, visit_date, contact_mode, reason_not_done, version)
    select p.id, v, 'Y', current_date, 'IN PERSON', '', 1
    from trial_participant p, unnest(array['BL', 'W1', 'W2', 'W12']) v
    where p.code like 'Z%' and random() > 0.1;
insert into trial_record (participant_id, visit_id, form, repeat, state, version, protocol_version, removed)
    select v.participant_id, v.id, 'pain', 1, 'in progress', 1, '1.0', false
    from trial_visit v join trial_participant p on p.id = v.participant_id where p.code like 'Z%';
insert into trial_pain (record_id, nrs_avg24, nrs_worst24, nrs_least24)
    select r.id, greatest(0, least(10, round(
        5 + r.participant_id % 5 - array_position(array['BL', 'W1', 'W2', 'W12'], v.code) + 3 * random()
    ))), 10, 0
    from trial_record r
    join trial_visit v on v.id = r.visit_id
    join trial_participant p on p.id = r.participant_id
    where p.code like 'Z%';
"""


def main() -> None:
    report.heading(f"From a saved pain score to the refitted estimate, {SAVES} saves each, one run")
    with (
        tempfile.TemporaryDirectory(prefix="fascicle-bench-") as folder,
        Stack(Path(folder) / "data") as stack,
    ):
        client = stack.client("investigator")
        _wait_until_idle(stack, client)
        few = _measure(stack, client)
        _fill(stack)
        print(f"  the refit that takes them all in: {_wait_until_current(client):.1f} s")
        _wait_until_idle(stack, client)
        many = _measure(stack, client)
        begin = time.perf_counter()
        said = _rebuild(stack)
        print(f"  rebuild from all records: {time.perf_counter() - begin:.1f} s; {said}")
    for name, place in (("save answered to estimate current", 0), ("in the worker", 1)):
        print(f"  {name}: ratio {median(many[place]) / median(few[place]):.2f} (goal: at most {GOAL})")


def _measure(stack: Stack, client: Client) -> tuple[list[float], list[float]]:
    """Seconds from the answer to a save to a current estimate, and seconds of the worker's tasks."""
    log = _log(stack)
    before = len(log.read_text())
    waits = [_one(client, number) for number in range(SAVES)]
    time.sleep(1)  # until the last line is written
    tasks = re.findall(r"analytics\.tasks\.refit\S+ succeeded in ([\d.]+)s", log.read_text()[before:])
    worked = [float(seconds) for seconds in tasks]
    people = client.get("analyses/pain/").body["run"]["n_participants"]
    _tell(f"{people} participants, save answered to estimate current", waits)
    _tell(f"{people} participants, in the worker", worked)
    return waits, worked


def _tell(name: str, values: list[float]) -> None:
    milliseconds = sorted(1000 * value for value in values)
    print(
        f"  {name}: median {median(milliseconds):.0f} ms, "
        f"{milliseconds[0]:.0f} to {milliseconds[-1]:.0f} ms, n = {len(values)}"
    )


def _one(client: Client, number: int) -> float:
    path = f"participants/01-{1 + number % 26:03}/visits/BL/forms/pain/"
    read = client.get(path)
    average = 4 + (read.body["items"]["nrs_avg24"] - 3) % 5
    items = {"nrs_avg24": average, "nrs_worst24": 10, "nrs_least24": 0, "nrs_now": 3}
    answer = client.put(path, {"items": items, "reason": "benchmark"}, read.version)
    assert answer.status == 200, answer.body
    return _wait_until_current(client)


def _log(stack: Stack) -> Path:
    return DataFolder(stack.folder).logs / "worker.log"


def _wait_until_idle(stack: Stack, client: Client) -> None:
    """Until the worker has worked off what the loading asked for, and the estimate is current."""
    seen = -1
    while (now := _log(stack).read_text().count(".refit[")) != seen:
        seen = now
        time.sleep(3)
    _wait_until_current(client)


def _wait_until_current(client: Client) -> float:
    begin = time.perf_counter()
    while client.get("analyses/pain/").body["status"] != "current":
        time.sleep(0.005)
    return time.perf_counter() - begin


def _fill(stack: Stack) -> None:
    begin = time.perf_counter()
    with closing(psycopg2.connect(DataFolder(stack.folder).owner_url)) as connection:
        with connection, connection.cursor() as cursor:
            cursor.execute(FILL)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")
            cursor.execute("select count(*) from trial_event")
            counted = cursor.fetchone()
            assert counted is not None
    print(
        f"  {PARTICIPANTS} participants filled in, {counted[0]} events: {time.perf_counter() - begin:.0f} s"
    )


def _rebuild(stack: Stack) -> str:
    code = "from django.core.management import call_command; call_command('rebuild_statistics')"
    return stack.shell(code).splitlines()[0]


if __name__ == "__main__":
    main()
