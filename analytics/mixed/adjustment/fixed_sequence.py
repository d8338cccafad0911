"""Testing in an order declared beforehand. Source: docs/explanation/statistics/multiplicity.md."""

from collections.abc import Sequence
from itertools import accumulate


def fixed_sequence(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p values of tests given in their declared order: the largest so far, so that nothing after
    the first failure can succeed. The family-wise error is kept only if the order was declared before the
    data.
    """
    return tuple(accumulate(p_values, max))
