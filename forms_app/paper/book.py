"""A filled casebook in words, as both the page and the PDF print it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """An item and what was answered; `notes` are its questions and its comment. No value: nothing was."""

    label: str
    value: str
    section: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """Answers under one heading; without a title they are those of the form itself."""

    title: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Change:
    """What one person changed at once: when, who, how and why, and the lines that say what."""

    head: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class SignatureLine:
    """A signature in one line; `broken` says why it does not stand, empty when it does."""

    said: str
    broken: str


@dataclass(frozen=True)
class Sheet:
    """One record with its history, the latest change first. `notes` belong to no single answer."""

    title: str
    state: str
    removed: bool
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]
    changes: tuple[Change, ...]
    signatures: tuple[SignatureLine, ...] = ()


@dataclass(frozen=True)
class Part:
    """A visit or a log, with what is known of it and its records; `empty` says what has none.

    `changes` and `signatures` are those of the visit itself.
    """

    title: str
    facts: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    empty: str
    changes: tuple[Change, ...] = ()
    signatures: tuple[SignatureLine, ...] = ()


@dataclass(frozen=True)
class Book:
    """A participant's casebook; `facts` are pairs of a name and a value, `printed` says by whom and when.

    `changes` are those of the participant's state, `signatures` those of the whole casebook.
    """

    code: str
    facts: tuple[tuple[str, str], ...]
    printed: str
    changes: tuple[Change, ...]
    parts: tuple[Part, ...]
    signatures: tuple[SignatureLine, ...] = ()
