"""From the answer to a save over HTTP until a signed seal covers its events, by the real beat and worker."""

import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import psycopg2.extensions

from benchmarks import report
from config.embedded.folder import DataFolder
from tests.stack import Client, Stack, until

SAVES = 20
GOAL = 10.0

SEALED = """
select count(s.number) = count(*) and count(*) > 0
from trial_event e left join trial_seal s
    on s.epoch = e.epoch and s.from_xact <= e.xact and e.xact < s.to_xact
where e.reason = %s
"""


def main() -> None:
    report.heading(f"From a saved pain score to its seal, {SAVES} saves at any moment; goal {GOAL:g} s")
    with tempfile.TemporaryDirectory(prefix="fascicle-bench-") as name:
        folder = Path(name) / "data"
        with Stack(folder) as stack, closing(psycopg2.connect(DataFolder(folder).app_url)) as database:
            database.autocommit = True
            client = stack.client("investigator")
            waits = [_one(client, database, number) for number in range(SAVES)]
    report.seconds("save answered to sealed", waits)


def _one(client: Client, database: psycopg2.extensions.connection, number: int) -> float:
    path = f"participants/01-{2 + number % 9:03}/visits/BL/forms/pain/"
    read = client.get(path)
    average = 4 + (read.body["items"]["nrs_avg24"] - 3) % 5
    items = {"nrs_avg24": average, "nrs_worst24": 10, "nrs_least24": 0, "nrs_now": 3}
    reason = f"benchmark {number}"
    answer = client.put(path, {"items": items, "reason": reason}, read.version)
    assert answer.status == 200, answer.body
    saved = time.perf_counter()
    with database.cursor() as cursor:
        until(lambda: _is_sealed(cursor, reason), 60, "the seal")
    wait = time.perf_counter() - saved
    # The next save must not come just after a seal.
    time.sleep(number % 10 * 0.37)
    return wait


def _is_sealed(cursor: psycopg2.extensions.cursor, reason: str) -> bool:
    cursor.execute(SEALED, [reason])
    return bool(cursor.fetchall()[0][0])


if __name__ == "__main__":
    main()
