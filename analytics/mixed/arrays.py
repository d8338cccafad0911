"""The one array type of the numerical part, so that signatures stay readable."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def frozen(values: npt.ArrayLike) -> Floats:
    """A read-only copy in double precision."""
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array
