"""Where the data can be when the database server must run as another user (see `embedded.identity`)."""

import hashlib
import os
from pathlib import Path

from config.embedded.folder import DataFolder
from config.embedded.identity import Identity

SHELTERS = Path("/var/lib/fascicle")


def settle(folder: DataFolder, server: Identity, shelters: Path = SHELTERS) -> DataFolder:
    """Make the data folder where `server` can reach it, and answer where that is.

    When it cannot walk there (a clone below a private home), the data go below `shelters`, and the folder
    becomes a link to them.
    """
    if not folder.root.exists() and not server.reaches(folder.root):
        name = hashlib.sha256(os.fsencode(folder.root)).hexdigest()[:16]
        (shelters / name).mkdir(parents=True, exist_ok=True)
        shelters.chmod(0o711)
        folder.root.symlink_to(shelters / name)
    folder = DataFolder(folder.root.resolve())
    folder.make()
    if server.account is not None:
        folder.root.chmod(0o711)
    return folder
