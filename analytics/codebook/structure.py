"""The codebook as JSON: the data dictionary, form by form."""

from dataclasses import fields
from itertools import groupby
from typing import Any

from forms_app.reference import dictionary
from forms_app.reference.dictionary import Entry
from trial.crf import registry
from trial.crf.codelists import MISSING, Codelist
from trial.protocol import STUDY

# Said once, of the form and of the group.
ABOVE = frozenset({"form", "form_title", "group", "group_rows"})


def structure() -> dict[str, Any]:
    """In English, as the codes and labels of every export are."""
    return {
        "study": STUDY.code,
        "protocol_version": STUDY.protocol_version,
        "terms": STUDY.ct_version,
        "missing_codes": _terms(MISSING),
        "forms": [
            _form(code, list(entries))
            for code, entries in groupby(dictionary.entries(), key=lambda entry: entry.form)
        ],
    }


def of_item() -> list[str]:
    """What is told of an item itself."""
    return [each.name for each in fields(Entry) if each.name not in ABOVE]


def _form(code: str, entries: list[Entry]) -> dict[str, Any]:
    return {
        "form": code,
        "title": entries[0].form_title,
        "parts": [
            _part(group, list(members)) for group, members in groupby(entries, key=lambda entry: entry.group)
        ],
    }


def _part(group: str, entries: list[Entry]) -> dict[str, Any]:
    return {
        "group": group,
        "rows": entries[0].group_rows,
        "items": [_item(entry) for entry in entries],
    }


def _item(entry: Entry) -> dict[str, Any]:
    told = {name: getattr(entry, name) for name in of_item()}
    form = next(form for form in registry.FORMS if form.code == entry.form)
    row = next(row for row in (form, *form.groups) if not entry.group or row.code == entry.group)
    item = row.item(entry.item)
    assert item is not None
    return {**told, "codes": _terms(item.codelist) if item.codelist else []}


def _terms(codelist: Codelist) -> list[dict[str, str]]:
    return [{"code": code, "label": label} for code, label in codelist.terms]
