"""Bonferroni's adjustment. Source: docs/explanation/statistics/multiplicity.md."""

from collections.abc import Sequence


def bonferroni(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p values in the order given: each times their number, at most 1."""
    return tuple(min(1.0, len(p_values) * p) for p in p_values)
