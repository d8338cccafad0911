"""What stands in every archive for who opens it: what this is, and the program that verifies it."""

from pathlib import Path

from analytics.exports import verify_export
from analytics.exports.format import Archive
from analytics.exports.source import Occasion
from trial.protocol import STUDY

PROGRAM = "verify_export.py"
README = """\
{title} ({study}), protocol {protocol}

Exported by {by} at {made_at}, as of position {position}{seal}.
Sites: {sites}.

manifest.json lists every file with its rows and its SHA-256, and says what was chosen and what was altered or
left out for it. manifest.sig is the signature over it.

To verify that nothing was changed, added, left out or cut off since:

    python verify_export.py EXPORT.zip --public-key KEYS

It needs Python 3.9 or newer and the package cryptography, and nothing else. KEYS is a file with the public
keys of the study, one a line, which you should have from somewhere else than from here.
"""


def add(archive: Archive, occasion: Occasion) -> None:
    """Add README.txt and the program."""
    with archive.file("README.txt") as file:
        file.write(_readme(occasion).encode())
    with archive.file(PROGRAM) as file:
        file.write(Path(verify_export.__file__).read_bytes())


def _readme(occasion: Occasion) -> str:
    seal = f", after seal {occasion.seal}" if occasion.seal else ""
    return README.format(
        title=STUDY.title,
        study=STUDY.code,
        protocol=STUDY.protocol_version,
        by=occasion.by,
        made_at=occasion.made_at.isoformat(timespec="seconds"),
        position=occasion.position,
        seal=seal,
        sites=", ".join(occasion.sites),
    )
