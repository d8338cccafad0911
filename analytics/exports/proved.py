"""What is wrong with an archive that comes back, as the stand-alone verifier tells it."""

import tempfile
from pathlib import Path

from analytics.exports import verify_export
from analytics.exports.verify_export import Unreadable


def problem(content: bytes) -> str:
    """What is wrong first, without a full stop, "" when nothing is.

    Signed by whom is not asked: another installation's key is as good a proof that nothing was changed on the
    way.
    """
    # The verifier stands alone and reads a path; only we may read this one, and it is gone with the block.
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            problems = verify_export.verify(Path(file.name))[1]
        except Unreadable as unreadable:
            return str(unreadable).replace(file.name, "The archive").rstrip(".")
    return problems[0].rstrip(".") if problems else ""
