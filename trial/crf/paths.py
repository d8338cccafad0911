"""Where an item stands in a form: `nrs_avg24`, or `side.LEFT.ndlga` in a row of a group."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.items import Item


@dataclass(frozen=True)
class Place:
    """An item with the row that it stands in; `key` is empty in the form itself."""

    row: type[Row]
    key: str
    item: Item

    @property
    def label(self) -> str:
        """The label of the item, after that of its row."""
        return within(row_label(self.row, self.key), _(self.item.label))


def find(form: type[Answers], path: str) -> Place | None:
    """The place that a path names, or None."""
    code, _dot, rest = path.partition(".")
    if not rest:
        return _place(form, "", path)
    key, _dot, name = rest.rpartition(".")
    group = next((group for group in form.groups if group.code == code), None)
    return _place(group, key, name) if group and is_key(group, key) else None


def is_key(group: type[GroupAnswers], key: str) -> bool:
    """Whether a group can have a row with this key."""
    if group.keys:
        return key in group.keys.codes
    return key.isascii() and key.isdigit() and not key.startswith("0") and len(key) <= 2


def row_label(row: type[Row], key: str) -> str:
    """What a row of a group is called: by its fixed key, or by its number; "" for the form itself."""
    if not issubclass(row, GroupAnswers):
        return ""
    return _(row.keys.label(key)) if row.keys else f"{_(row.title)} {key}"


def within(row: str, label: str) -> str:
    """A label after that of its row, where it has one."""
    return _("{row}: {label}").format(row=row, label=label) if row else label


def _place(row: type[Row], key: str, name: str) -> Place | None:
    item = row.item(name)
    return Place(row, key, item) if item else None
