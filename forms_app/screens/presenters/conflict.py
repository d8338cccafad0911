"""Two versions of a form side by side, and what becomes of them: what is saved now, and what was typed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from forms_app.screens import sent
from forms_app.screens.presenters import filled as documents
from forms_app.screens.presenters.fields import FieldView
from forms_app.screens.presenters.sheet import sheet
from forms_app.screens.typed import COMMENT_FIELD, EXPLANATION_FIELD, Filled, Typed, submission
from forms_app.selectors import history, versions
from trial.crf import paths
from trial.crf.answers import Answers
from trial.models import Record
from trial.refusals import Refusal

STORED, TYPED = "stored", "typed"
CHOICE_FIELD = "choice:"
# The document of a form that nobody has saved.
EMPTY: dict[str, Any] = {"items": {}, "missing": {}, "groups": {}, "comments": {}, "queries": []}


@dataclass(frozen=True)
class Difference:
    """One item with both answers, as they are read; a comment and an explanation as well.

    `choice` is the answer that only one of the two changed, where it is known what both began with; ""
    when both did: then a person has to choose.
    """

    path: str
    label: str
    stored: str
    typed: str
    choice: str = ""


@dataclass(frozen=True)
class Conflict:
    """What the second saver chooses from before anything is saved.

    `fields` is what was typed, as the page sends it back beside the choices; `base` the version that the
    typing began with.
    """

    differences: list[Difference]
    fields: list[tuple[str, str]]
    base: int | None
    saved_by: str
    saved_at: datetime | None


def conflict(
    form: type[Answers], record: Record | None, stored: Mapping[str, Any] | None, typed: Typed
) -> Conflict:
    last = history.last_actor(record.pk) if record else None
    name, at = last or ("", None)
    base = versions.read(record, typed.version) if record and typed.version else None
    began = base if typed.version else EMPTY
    return Conflict(compare(form, stored, typed, began), sent.fields(form, typed), typed.version, name, at)


def is_conflict(refusal: Refusal | None) -> bool:
    """Whether a save was refused because somebody else had saved."""
    return refusal is not None and refusal.code in ("version_stale", "exists")


def compare(
    form: type[Answers],
    stored: Mapping[str, Any] | None,
    typed: Typed,
    base: Mapping[str, Any] | None = None,
) -> list[Difference]:
    """What differs between the saved document and what was typed; `base` is what both began with."""
    saved = stored or EMPTY
    return [
        *_answers(form, saved, typed.filled, base),
        *_comments(form, saved, typed, base),
        *_explanations(saved, typed),
    ]


def _answers(
    form: type[Answers], stored: Mapping[str, Any], typed: Filled, base: Mapping[str, Any] | None
) -> Iterator[Difference]:
    """The items whose answers differ, in the order of the page."""
    theirs, ours = _entered(form, documents.of_document(form, stored)), _entered(form, typed)
    began = None if base is None else _entered(form, documents.of_document(form, base))
    for path, (name, _view) in {**theirs, **ours}.items():
        before, now = _shown(theirs, path), _shown(ours, path)
        if before != now:
            choice = "" if began is None else _changed_by_one(_shown(began, path), before, now)
            yield Difference(path, name, before, now, choice)


def _comments(
    form: type[Answers], stored: Mapping[str, Any], typed: Typed, base: Mapping[str, Any] | None
) -> Iterator[Difference]:
    for path, text in typed.comments.items():
        before, now = stored["comments"].get(path, ""), text.strip()
        place = paths.find(form, path)
        if before != now and place:
            choice = "" if base is None else _changed_by_one(base["comments"].get(path, ""), before, now)
            label = _("{item}, comment").format(item=place.label)
            yield Difference(f"{COMMENT_FIELD}{path}", label, before, now, choice)


def _explanations(stored: Mapping[str, Any], typed: Typed) -> Iterator[Difference]:
    asked = {query["check"]: query for query in stored["queries"]}
    for check, text in typed.explanations.items():
        query = asked.get(check, {"sentence": check, "explanation": ""})
        before, now = query["explanation"], text.strip()
        if now and before != now:
            choice = "" if before else TYPED
            yield Difference(f"{EXPLANATION_FIELD}{check}", query["sentence"], before, now, choice)


def chosen(post: Mapping[str, str]) -> dict[str, str]:
    """The choices that a page sends, by path."""
    given = {name.removeprefix(CHOICE_FIELD): post[name] for name in post if name.startswith(CHOICE_FIELD)}
    return {path: choice for path, choice in given.items() if choice in (STORED, TYPED)}


def merged(form: type[Answers], stored: Mapping[str, Any], typed: Typed, choices: Mapping[str, str]) -> Typed:
    """What was typed, with the saved answers where those were chosen."""
    kept = [path for path, choice in choices.items() if choice == STORED]
    answers = _merged_answers(documents.of_document(form, stored), typed.filled, kept)
    return replace(
        typed,
        filled=answers,
        submission=submission(form, answers),
        comments=_without(typed.comments, COMMENT_FIELD, kept),
        explanations=_without(typed.explanations, EXPLANATION_FIELD, kept),
    )


def _merged_answers(stored: Filled, typed: Filled, kept: Collection[str]) -> Filled:
    values, missing = dict(typed.values), dict(typed.missing)
    rows = {code: set(keys) for code, keys in typed.rows.items()}
    for path in kept:
        values[path], missing[path] = stored.values.get(path, ""), stored.missing.get(path, "")
        group, _dot, rest = path.partition(".")
        if rest:
            rows.setdefault(group, set()).add(rest.rpartition(".")[0])
    return replace(typed, values=values, missing=missing, rows=_in_order(stored, typed, rows))


def _without(said: Mapping[str, str], field: str, kept: Collection[str]) -> dict[str, str]:
    return {name: text for name, text in said.items() if f"{field}{name}" not in kept}


def _in_order(stored: Filled, typed: Filled, rows: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    """The keys of rows in the order of the page: numbers by size, those of a list as both have them."""
    return {
        group: tuple(sorted(keys, key=int))
        if all(key.isdigit() for key in keys)
        else tuple(dict.fromkeys((*typed.rows.get(group, ()), *stored.rows.get(group, ()))))
        for group, keys in rows.items()
    }


def _entered(form: type[Answers], filled: Filled) -> dict[str, tuple[str, FieldView]]:
    named = sheet(form, filled).named()
    return {path: (name, view) for path, (name, view) in named.items() if view.kind != "derived"}


def _shown(views: Mapping[str, tuple[str, FieldView]], path: str) -> str:
    return views[path][1].shown if path in views else ""


def _changed_by_one(base: str, stored: str, typed: str) -> str:
    if base == stored:
        return TYPED
    return STORED if base == typed else ""
