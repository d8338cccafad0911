"""How a benchmark says what it measured."""

import platform
from collections.abc import Sequence
from statistics import median, quantiles


def heading(what: str) -> None:
    """What is measured, and on which machine."""
    print(f"\n{what}\n  Python {platform.python_version()}, {platform.system()} {platform.machine()}")


def seconds(name: str, values: Sequence[float]) -> None:
    """Median, 90th percentile and range of some durations."""
    tenth = quantiles(values, n=10)[-1] if len(values) > 1 else values[0]
    print(
        f"  {name}: median {median(values):.2f} s, p90 {tenth:.2f} s, "
        f"{min(values):.2f} to {max(values):.2f} s, n = {len(values)}"
    )
