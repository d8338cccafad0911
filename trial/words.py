"""Sentences that are kept and said later, in the language of whoever reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext

# A day, as a sentence keeps it in JSON.
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Sentence:
    """An English template, which is also the key of its translations, and the values of its places.

    A value may be a Sentence itself: so the label of an item is translated inside the sentence.
    `str()` says it in the active language.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Sentence:
        """The sentence that `plain` has written down."""
        values = plain.get("values") or {}
        return cls(
            plain["template"],
            {name: cls.of(value) if isinstance(value, dict) else value for name, value in values.items()},
        )

    def plain(self) -> dict[str, Any]:
        """The sentence in JSON's types."""
        values = {
            name: value.plain() if isinstance(value, Sentence) else str(value)
            for name, value in self.values.items()
        }
        return {"template": self.template, "values": values}

    def __str__(self) -> str:
        said = gettext(self.template) if self.template else ""
        return (
            said.format(**{name: _said(value) for name, value in self.values.items()})
            if self.values
            else said
        )


def _said(value: Any) -> Any:
    """A day as the reader's language writes it, whether it is kept as text by now or not yet."""
    if isinstance(value, str) and DAY.fullmatch(value):
        with suppress(ValueError):
            value = date.fromisoformat(value)
    return date_format(value) if isinstance(value, date) else value


def sentence(template: str, **values: Any) -> Sentence:
    """A sentence with its values by name."""
    return Sentence(template, values)
