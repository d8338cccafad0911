"""The table of ASVS: every item of levels 1 and 2 once, and every path that it names is there."""

import re

from tests.validation.declared import PROJECT

DOCUMENT = PROJECT / "docs" / "validation" / "asvs.md"
ITEM = re.compile(r"^\| (\d+\.\d+\.\d+) \| .+ \| (held by|not applicable:|left open:) (.+) \|$")
PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)+|Caddyfile|Dockerfile|[\w.-]+\.(?:yml|md|toml))`")
NO_FILE = {"application/json"}
# How many items of levels 1 and 2 each chapter of version 5.0.0 has.
ITEMS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14}
ITEMS |= {12: 9, 13: 13, 14: 9, 15: 13, 16: 16, 17: 7}


def rows() -> list[tuple[str, str, str]]:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    return [found.groups() for line in lines if (found := ITEM.match(line))]  # type: ignore[misc]


def test_every_item_stands_once_with_its_verdict() -> None:
    items = [item for item, _, _ in rows()]
    assert len(items) == len(set(items))
    counted = {chapter: sum(item.split(".")[0] == str(chapter) for item in items) for chapter in ITEMS}
    assert counted == ITEMS


def test_whatever_is_named_is_there() -> None:
    named = {path for _, _, held in rows() for path in PATH.findall(held)} - NO_FILE
    assert not [path for path in sorted(named) if not (PROJECT / path).exists()]


def test_what_is_held_or_left_open_says_where_or_why() -> None:
    assert not [item for item, _, held in rows() if len(held) < 7]
