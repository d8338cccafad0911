"""Numbers of the engine as plain JSON types."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import numpy as np

Answer = dict[str, Any]


def plain(value: Any) -> Any:
    """What is infinite or undefined, such as the df of z, is None."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return float(value) if isfinite(value) else None
    return value
