"""Third-party files of the screens: pinned, vendored, and checked without a network.

    python tools/vendor.py fetch    developers: pack each package from npm, compare, copy, note hashes
    python tools/vendor.py check    everybody: the files are those that were noted, and no other

`vendor.json` names each package with its version, licence, npm integrity and the files taken from
it. `static/vendor` holds them; nothing is edited by hand there.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

TOOLS = Path(__file__).resolve().parent
LIST = TOOLS / "vendor.json"
VENDOR = TOOLS.parent / "static" / "vendor"

# A source map that is not shipped breaks the storage that names files by their content.
SOURCE_MAP = re.compile(rb"\n?(/\*|//)# sourceMappingURL=\S+( \*/)?")

Package = dict[str, Any]


class Mismatch(Exception):
    """A package or a file is not what was noted."""


def fetch(packages: list[Package], folder: Path = VENDOR) -> None:
    """Copy the listed files of each package, and note their hashes in the list."""
    for package in packages:
        with tempfile.TemporaryDirectory() as scratch:
            archive = pack(package, Path(scratch))
            check_integrity(package, archive.read_bytes())
            copy(package, archive, folder / package["folder"])


def pack(package: Package, folder: Path) -> Path:
    wanted = f"{package['name']}@{package['version']}"
    command = ["npm", "pack", "--silent", wanted, "--pack-destination", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.tgz"))


def check_integrity(package: Package, content: bytes) -> None:
    """Raise Mismatch unless the archive has the noted sha512; note it when there is none yet."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
    if package.setdefault("integrity", found) != found:
        raise Mismatch(f"{package['name']} {package['version']} has the integrity {found}.")


def copy(package: Package, archive: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as members:
        for source in package["files"]:
            content = read(members, f"package/{source}")
            target = folder / Path(source).name
            target.write_bytes(content)
            package["files"][source] = sha256(content)


def read(members: tarfile.TarFile, name: str) -> bytes:
    member = members.extractfile(name)
    if member is None:
        raise Mismatch(f"The package has no file {name}.")
    return SOURCE_MAP.sub(b"", member.read())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def problems(packages: list[Package], folder: Path = VENDOR) -> list[str]:
    """A sentence for each file that lacks, differs from its hash, or is not in the list."""
    listed = {
        folder / package["folder"] / Path(source).name: noted
        for package in packages
        for source, noted in package["files"].items()
    }
    found = {path for path in folder.rglob("*") if path.is_file()}
    lacking = [f"{path.name} is not there." for path in sorted(listed.keys() - found)]
    stray = [f"{path.relative_to(folder)} is not in the list." for path in sorted(found - listed.keys())]
    changed = [
        f"{path.relative_to(folder)} is not what was noted."
        for path in sorted(listed.keys() & found)
        if sha256(path.read_bytes()) != listed[path]
    ]
    return [*lacking, *stray, *changed]


def main(arguments: list[str]) -> int:
    packages = json.loads(LIST.read_text(encoding="utf-8"))
    if arguments == ["fetch"]:
        fetch(packages)
        LIST.write_text(json.dumps(packages, indent=2) + "\n", encoding="utf-8")
    elif arguments != ["check"]:
        print(__doc__)
        return 2
    found = problems(packages)
    print("\n".join(found) or "Every vendored file is what was noted.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
