"""From the answer to a save over HTTP until the API shows a current run: what a clinician waits for."""

import tempfile
import time
from pathlib import Path

from benchmarks import report
from tests.stack import Client, Stack, until

SAVES = 50


def main() -> None:
    report.heading(f"From a saved pain score to the refitted estimate, {SAVES} saves, demonstration data")
    with (
        tempfile.TemporaryDirectory(prefix="fascicle-bench-") as folder,
        Stack(Path(folder) / "data") as stack,
    ):
        client = stack.client("investigator")
        until(lambda: _is_current(client), 60, "the first fit")
        pairs = [_one(client, number) for number in range(SAVES)]
    report.seconds("the save itself", [save for save, _ in pairs])
    report.seconds("save answered to estimate current", [wait for _, wait in pairs])


def _one(client: Client, number: int) -> tuple[float, float]:
    path = f"participants/01-{1 + number % 26:03}/visits/BL/forms/pain/"
    read = client.get(path)
    average = 4 + (read.body["items"]["nrs_avg24"] - 3) % 5
    items = {"nrs_avg24": average, "nrs_worst24": 10, "nrs_least24": 0, "nrs_now": 3}
    start = time.perf_counter()
    answer = client.put(path, {"items": items, "reason": "benchmark"}, read.version)
    assert answer.status == 200, answer.body
    saved = time.perf_counter()
    until(lambda: _is_current(client), 60, "the refit")
    return saved - start, time.perf_counter() - saved


def _is_current(client: Client) -> bool:
    return bool(client.get("analyses/pain/").body["status"] == "current")


if __name__ == "__main__":
    main()
