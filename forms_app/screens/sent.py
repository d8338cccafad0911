"""What the page of a form sends for what was typed into it: the reverse of reading it."""

from collections.abc import Iterator

from forms_app.screens.typed import (
    BETWEEN_CODES,
    COMMENT_FIELD,
    EXPLANATION_FIELD,
    MISSING_FIELD,
    Typed,
    prefixes,
)
from trial.crf.answers import Answers
from trial.crf.items import Several


def fields(form: type[Answers], typed: Typed) -> list[tuple[str, str]]:
    """The names and texts, as a browser would send them, but for the version."""
    return [
        *_answers(form, typed),
        *((f"{MISSING_FIELD}{path}", code) for path, code in typed.filled.missing.items() if code),
        *((f"{EXPLANATION_FIELD}{check}", text) for check, text in typed.explanations.items()),
        *((f"{COMMENT_FIELD}{path}", text) for path, text in typed.comments.items()),
    ]


def content(form: type[Answers], typed: Typed) -> dict[str, list[str]]:
    """The same as a draft holds it, with the version and the reason."""
    found = {"version": [str(typed.version or "")], "reason": [typed.reason]}
    for name, text in fields(form, typed):
        found.setdefault(name, []).append(text)
    return found


def _answers(form: type[Answers], typed: Typed) -> Iterator[tuple[str, str]]:
    for row, prefix in prefixes(form, typed.filled.rows):
        for item in row.items():
            path = f"{prefix}{item.name}"
            value = typed.filled.values.get(path, "")
            texts = value.split(BETWEEN_CODES) if isinstance(item, Several) else [value]
            if not item.derived:
                yield from ((path, text) for text in texts)
