"""The requirements of `docs/validation/requirements.md`, and the marks that the tests carry.

Standard library only: the plugin reads both before anything of Django is loaded.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENT = PROJECT / "docs" / "validation" / "requirements.md"
TESTS = PROJECT / "tests"
ROW = re.compile(r"^\| `([\w.]+)` \| ([^|]+?) \|$")
MEASURED = re.compile(r"^\| `([\w.]+)` \| ([^|]+?) \| ([^|]+?) \|$")
CHAPTER = re.compile(r"^## (.+)$")


@dataclass(frozen=True)
class Requirement:
    code: str
    words: str
    chapter: str


def requirements(document: Path = DOCUMENT) -> dict[str, Requirement]:
    """Every requirement that a test must hold, by its id, in the order of the document."""
    found: dict[str, Requirement] = {}
    chapter = ""
    for line in document.read_text(encoding="utf-8").splitlines():
        if heading := CHAPTER.match(line):
            chapter = heading.group(1)
        elif row := ROW.match(line):
            if row.group(1) in found:
                raise ValueError(f"{row.group(1)} stands twice in {document.name}")
            found[row.group(1)] = Requirement(row.group(1), row.group(2), chapter)
    return found


def measured(document: Path = DOCUMENT) -> list[Requirement]:
    """What no run of the tests shows on every machine; instead of the chapter, where it is shown."""
    lines = document.read_text(encoding="utf-8").splitlines()
    return [Requirement(*found.groups()) for line in lines if (found := MEASURED.match(line))]


def marks(folder: Path = TESTS) -> dict[str, list[str]]:
    """Where each id is given to a test: file and line."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for code, line in _marks_of(path):
            found[code].append(f"{path.relative_to(folder.parent)}:{line}")
    return found


def _marks_of(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "requirement"
        ):
            for argument in node.args:
                yield str(ast.literal_eval(argument)), node.lineno
