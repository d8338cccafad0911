"""How long after the sudden death of each part the refit has caught up, while visits are saved."""

import tempfile
import time
from pathlib import Path

from benchmarks import report
from tests.stack import PARTS, Client, Stack, until
from tests.writer import Writer


def main() -> None:
    report.heading("From the kill of a part (SIGKILL, while saves go on) to a current estimate")
    with (
        tempfile.TemporaryDirectory(prefix="fascicle-bench-") as folder,
        Stack(Path(folder) / "data") as stack,
    ):
        for part in PARTS:
            seconds, saves = _one(stack, part)
            print(f"  {part}: {seconds:.1f} s, {saves} saves acknowledged around it")


def _one(stack: Stack, part: str) -> tuple[float, int]:
    client = stack.client("investigator")
    writer = Writer(client, [f"01-{number:03}" for number in range(1, 10)])
    writer.start()
    time.sleep(1)
    killed = time.perf_counter()
    stack.run.kill(part)
    time.sleep(1)
    writer.stop()
    until(stack.run.healthy, 60, "the web answers")
    until(lambda: _is_current(client), 120, "the refit caught up")
    return time.perf_counter() - killed, len(writer.acknowledged)


def _is_current(client: Client) -> bool:
    try:
        return bool(client.get("analyses/pain/").body["status"] == "current")
    except (OSError, TypeError, KeyError):
        return False


if __name__ == "__main__":
    main()
