"""From `make run` to the first page: the first start of a data folder, and the second."""

import tempfile
import time
from pathlib import Path

from benchmarks import report
from tests.stack import Stack


def main() -> None:
    report.heading("From the start of the demonstration to its first page, packages installed")
    with tempfile.TemporaryDirectory(prefix="fascicle-bench-") as folder:
        for which in ("first start (makes the database, loads the demonstration)", "second start"):
            begin = time.perf_counter()
            with Stack(Path(folder) / "data"):
                print(f"  {which}: {time.perf_counter() - begin:.1f} s")


if __name__ == "__main__":
    main()
