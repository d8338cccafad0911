"""Verify an export of Fascicle, anywhere. This one file and `cryptography` are all it needs.

    python verify_export.py EXPORT [--public-key FILE] [--sha256 HASH]

EXPORT is the archive as it was downloaded, or a folder into which it was unpacked. FILE of --public-key
holds the keys that you trust, one in base64 a line; without it the key in the manifest is used: then compare
its name with the one that you were told another way. HASH is the SHA-256 of the whole archive, as the list of
exports shows it.

The manifest lists every file with its size, its SHA-256 and its rows, in the order of the archive; the
signature (Ed25519) is over the bytes of the manifest. Both stand at the end: what was cut off has neither.
"""

import argparse
import csv
import json
import sys
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "fascicle export 1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
LAST = [MANIFEST, SIGNATURE]
ID_LENGTH = 16
CHUNK = 1 << 20
LARGEST_MANIFEST = 1 << 26


class Unreadable(Exception):
    """It cannot be verified at all; the sentence says why."""


class Holder(Protocol):
    """What holds the files: an archive or a folder."""

    is_ordered: bool

    def names(self) -> "list[str]": ...

    def open(self, name: str) -> BinaryIO: ...


class Archive:
    """The zip as it was downloaded."""

    is_ordered = True

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Unreadable(f"{path} is cut short, or is no archive of an export ({error}).") from None

    def names(self) -> "list[str]":
        return [each.filename for each in self._zip.infolist()]

    def open(self, name: str) -> BinaryIO:
        return self._zip.open(name)  # type: ignore[return-value]


class Folder:
    """The archive unpacked; its order is lost."""

    is_ordered = False

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> "list[str]":
        found = (each for each in self._path.rglob("*") if not each.is_dir())
        return sorted(each.relative_to(self._path).as_posix() for each in found)

    def open(self, name: str) -> BinaryIO:
        return (self._path / name).open("rb")


def main() -> int:
    """The exit code: 0 when everything holds, 1 when something does not, 2 when it cannot be read."""
    parser = argparse.ArgumentParser(description="Verify an export of Fascicle.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--public-key", metavar="FILE", type=Path, help="the keys that you trust")
    parser.add_argument("--sha256", metavar="HASH", help="the SHA-256 of the whole archive")
    given = parser.parse_args()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # whatever the files are called
    try:
        manifest, problems = verify(given.export, given.public_key, given.sha256)
    except (Unreadable, OSError) as error:
        print(f"Cannot be verified: {error}")
        return 2
    report(manifest, problems, given.public_key is not None)
    return 1 if problems else 0


def verify(
    path: Path, trusted: "Path | None" = None, expected: "str | None" = None
) -> "tuple[dict[str, Any], list[str]]":
    """The manifest, and a sentence for each thing that is wrong. Raises Unreadable."""
    holder: Holder = Folder(path) if path.is_dir() else Archive(path)
    names = holder.names()
    missing = [name for name in LAST if name not in names]
    if missing:
        raise Unreadable(f"{path} has no {missing[0]}: it is not complete, or no export.")
    content = _small(holder, MANIFEST)
    manifest = _manifest(content)
    problems = [*_whole(path, expected), *_signature(holder, manifest, content, trusted)]
    problems += _listed(holder, names, manifest["files"])
    for each in manifest["files"]:
        if each["name"] in names:
            problems += _file(holder, each, manifest)
    return manifest, problems


def report(manifest: "dict[str, Any]", problems: "list[str]", trusts: bool) -> None:
    """What was found, for a person."""
    for problem in problems:
        print(problem)
    if problems:
        print(f"NOT WHAT WAS EXPORTED: {len(problems)} found.")
        return
    counted = any(each["rows"] is not None for each in manifest["files"])
    rows = f" with {manifest.get('rows')} rows" if counted else ""
    print(
        f"{manifest.get('study')}: {len(manifest['files'])} files{rows}, "
        f"exported by {manifest.get('by')} at {manifest.get('made_at')}. "
        "Nothing was changed, added, left out or cut off."
    )
    if not trusts:
        print(
            f"The key that signed it is in it: compare its name, {manifest['key_id']}, or give --public-key."
        )


def _manifest(content: bytes) -> "dict[str, Any]":
    try:
        manifest = json.loads(content)
        if manifest["format"] != FORMAT:
            raise ValueError(f"its format is not {FORMAT}")
        for each in manifest["files"]:
            _check_entry(each)
        b64decode(manifest["public_key"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(f"{MANIFEST} is no manifest of an export ({error}).") from None
    return dict(manifest)


def _check_entry(entry: "dict[str, Any]") -> None:
    texts, numbers = (entry["name"], entry["sha256"]), (entry["bytes"], entry["rows"] or 0)
    if not all(isinstance(each, str) for each in texts) or not all(isinstance(each, int) for each in numbers):
        raise ValueError("a file is not listed as it should be")


def _whole(path: Path, expected: "str | None") -> "Iterator[str]":
    if expected is None:
        return
    if path.is_dir():
        raise Unreadable("--sha256 is of the archive; a folder has none.")
    with path.open("rb") as file:
        found = _hash(file)[0]
    if found != expected.strip().lower():
        yield f"The archive is not the one that was named: its SHA-256 is {found}."


def _signature(
    holder: Holder, manifest: "dict[str, Any]", content: bytes, trusted: "Path | None"
) -> "Iterator[str]":
    told = (
        trusted.read_text(encoding="utf-8", errors="replace").split() if trusted else [manifest["public_key"]]
    )
    try:
        raw = [b64decode(line, validate=True) for line in told]
        keys = {
            sha256(each).hexdigest()[:ID_LENGTH]: Ed25519PublicKey.from_public_bytes(each) for each in raw
        }
    except ValueError as error:
        raise Unreadable(f"The public keys cannot be read ({error}).") from None
    name = str(manifest.get("key_id"))
    if name not in keys:
        yield f"{SIGNATURE}: the key {name} is none of those that you trust."
        return
    try:
        keys[name].verify(bytes.fromhex(_small(holder, SIGNATURE).decode("ascii").strip()), content)
    except (InvalidSignature, ValueError):
        yield f"{MANIFEST}: changed. It is not what was signed."


def _keys(told: "list[str]") -> "dict[str, Ed25519PublicKey]":
    """By their names, as the seals name them."""
    try:
        raw = [b64decode(line, validate=True) for line in told]
        return {
            sha256(each).hexdigest()[:ID_LENGTH]: Ed25519PublicKey.from_public_bytes(each) for each in raw
        }
    except ValueError as error:
        raise Unreadable(f"The public keys cannot be read ({error}).") from None


def _listed(holder: Holder, names: "list[str]", files: "list[dict[str, Any]]") -> "Iterator[str]":
    listed = [each["name"] for each in files]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{name}: stands in the archive more than once."
    for name in listed:
        if name not in names:
            yield f"{name}: missing."
    for name in names:
        if name not in listed and name not in LAST:
            yield f"{name}: added. The manifest does not list it."
    if holder.is_ordered and sorted(names) == sorted([*listed, *LAST]) and names != [*listed, *LAST]:
        yield "The files stand in another order than they were written in."


def _file(holder: Holder, entry: "dict[str, Any]", manifest: "dict[str, Any]") -> "Iterator[str]":
    name = entry["name"]
    try:
        with holder.open(name) as file:
            digest, size = _hash(file)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError) as error:
        yield f"{name}: damaged. It cannot be read ({error})."
        return
    except Exception as error:  # zlib has an error of its own
        yield f"{name}: damaged. It cannot be unpacked ({error})."
        return
    if size != entry["bytes"]:
        yield f"{name}: changed. It has {size} bytes, not {entry['bytes']}."
    elif digest != entry["sha256"]:
        yield f"{name}: changed. Its SHA-256 is not what was exported."
    elif name.endswith(".csv") and entry["rows"] is not None:
        yield from _rows(holder, entry, manifest)


def _rows(holder: Holder, entry: "dict[str, Any]", manifest: "dict[str, Any]") -> "Iterator[str]":
    csv.field_size_limit(sys.maxsize)
    separator = manifest.get("choices", {}).get("separator", ",")
    with holder.open(entry["name"]) as file, TextIOWrapper(file, "utf-8-sig", newline="") as text:
        rows = sum(1 for _ in csv.reader(text, delimiter=separator)) - 1
    if rows != entry["rows"]:
        yield f"{entry['name']}: has {rows} rows, not {entry['rows']} as the manifest says."


def _small(holder: Holder, name: str) -> bytes:
    try:
        with holder.open(name) as file:
            content = file.read(LARGEST_MANIFEST)
    except Exception as error:  # of the zip, of zlib, of the system
        raise Unreadable(f"{name} cannot be read ({error}).") from None
    return content


def _hash(file: BinaryIO) -> "tuple[str, int]":
    digest, size = sha256(), 0
    while piece := file.read(CHUNK):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


if __name__ == "__main__":
    sys.exit(main())
