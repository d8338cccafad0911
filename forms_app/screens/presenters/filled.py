"""A stored document as the text that a page shows."""

from collections.abc import Mapping
from typing import Any

from forms_app.screens.typed import BETWEEN_CODES, Filled
from trial.crf.answers import Answers

EMPTY = Filled({}, {}, {})


def of_document(form: type[Answers], plain: Mapping[str, Any]) -> Filled:
    """The text of a document in JSON's types, as the API would answer with it."""
    values = _texts("", plain["items"])
    missing = dict(plain["missing"])
    rows = {}
    for group in form.groups:
        held = plain["groups"].get(group.code, {})
        rows[group.code] = tuple(group.keys.codes if group.keys else held)
        for key, row in held.items():
            prefix = f"{group.code}.{key}."
            values |= _texts(prefix, row["items"])
            missing |= {f"{prefix}{name}": code for name, code in row["missing"].items()}
    return Filled(values, missing, rows)


def _texts(prefix: str, items: Mapping[str, Any]) -> dict[str, str]:
    return {f"{prefix}{name}": text(value) for name, value in items.items()}


def text(value: Any) -> str:
    """A value in JSON's types as a person types it: 20.5, 7, and 10 instead of 10.0."""
    if value is None:
        return ""
    if isinstance(value, list):
        return BETWEEN_CODES.join(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
