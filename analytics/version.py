"""Which code fitted: a digest of the engine's own source, and the libraries it calculates with.

A release number would not tell two states of a checkout apart.
"""

from hashlib import sha256
from pathlib import Path

import numpy
import scipy

ENGINE = Path(__file__).parent / "mixed"


def _digest(folder: Path) -> str:
    digest = sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


CODE_VERSION = f"engine {_digest(ENGINE)[:12]}, numpy {numpy.__version__}, scipy {scipy.__version__}"
