"""What somebody sent for a form, before it is read: from a browser, a client or a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One row as it was sent: raw values and missing codes, by item name. What is absent is empty."""

    items: Mapping[str, Any] = field(default_factory=dict)
    missing: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        given = (*self.items.values(), *self.missing.values())
        return all(value is None or value == "" for value in given)


@dataclass(frozen=True)
class Submission:
    """A whole form as it was sent; `groups` holds rows by group code and row key."""

    header: Entry = field(default_factory=Entry)
    groups: Mapping[str, Mapping[str, Entry]] = field(default_factory=dict)
