"""Two versions of a form side by side: what somebody else saved, and what was typed."""

from dataclasses import dataclass
from datetime import datetime

from forms_app.screens.presenters.sheet import sheet
from forms_app.screens.typed import Filled
from trial.crf.answers import Answers
from trial.refusals import Refusal


@dataclass(frozen=True)
class Difference:
    """One item with both answers, as they are read. `target` is where the field is on the page."""

    target: str
    label: str
    stored: str
    typed: str


@dataclass(frozen=True)
class Conflict:
    """What the second saver must see before saving again."""

    differences: list[Difference]
    saved_by: str
    saved_at: datetime | None


def is_conflict(refusal: Refusal | None) -> bool:
    """Whether a save was refused because somebody else had saved."""
    return refusal is not None and refusal.code in ("version_stale", "exists")


def differences(form: type[Answers], stored: Filled, typed: Filled) -> list[Difference]:
    """The items whose answers differ, in the order of the page."""
    theirs, ours = sheet(form, stored).named(), sheet(form, typed).named()
    found = []
    for path, (name, view) in {**theirs, **ours}.items():
        if view.kind == "derived":
            continue
        before = theirs[path][1].shown if path in theirs else ""
        now = ours[path][1].shown if path in ours else ""
        if before != now:
            found.append(Difference(view.focus_id if path in ours else "", name, before, now))
    return found
