"""Filling a form by keyboard with a given submission: each answer at its own stop of the Tab key."""

from datetime import date
from typing import Any

from playwright.sync_api import Page

from tests.browser.keys import tab_to
from trial.crf.submission import Entry, Submission

MOST_STOPS = 600
FIRST = "form[data-entry] [name]:not([type=hidden])"

# What has the focus: its name, what kind of field it is, and whether it is the button that adds a row or
# saves.
FOCUS = """
() => {
    const field = document.activeElement;
    return {
        name: field.name ?? "",
        kind: field.tagName === "INPUT" ? field.type : field.tagName.toLowerCase(),
        key: field.dataset.key ?? "",
        adds: "add" in field.dataset ? field.closest("[data-group]").dataset.group : "",
    };
}
"""
OPTIONS = """
(name) => [...document.querySelectorAll(`form[data-entry] [name="${CSS.escape(name)}"]`)]
    .flatMap((field) => field.tagName === "SELECT" ? [...field.options] : [field])
    .map((each) => ({ value: each.value, chosen: each.checked || each.selected || false }))
"""
VALUES = "() => Object.fromEntries(new FormData(document.querySelector('form[data-entry]')))"


def fill(page: Page, submission: Submission) -> None:
    """Fill the page of a form and stand on the button that saves it."""
    wanted = _wanted(submission)
    tab_to(page, FIRST, most=200)
    for _ in range(MOST_STOPS):
        focus = page.evaluate(FOCUS)
        if focus["key"] == "F7":
            break
        if focus["name"] in wanted:
            answer(page, focus, wanted.pop(focus["name"]))
        elif focus["adds"] and any(name.startswith(f"{focus['adds']}.") for name in wanted):
            page.keyboard.press("Enter")
            continue
        page.keyboard.press("Tab")
    # What the system filled in has no stop.
    given = page.evaluate(VALUES)
    left = {name: value for name, value in wanted.items() if given.get(name) != value}
    assert left == {}, f"No stop of the Tab key for {left}"


def answer(page: Page, focus: dict[str, Any], value: str) -> None:
    """Give the field that has the focus its value."""
    name, kind = focus["name"], focus["kind"]
    if kind == "radio":
        _move_to(page, name, value)
    elif kind == "checkbox":
        _mark(page, name, value.split(";"))
    elif kind == "select":
        places = [option["value"] for option in page.evaluate(OPTIONS, name)]
        for _ in range(places.index(value)):
            page.keyboard.press("ArrowDown")
    elif kind == "date":
        type_day(page, date.fromisoformat(value))
    elif kind == "time":
        hour, minute = value.split(":")
        page.keyboard.type(f"{int(hour) % 12 or 12:02}{minute}{'PM' if int(hour) >= 12 else 'AM'}")
    else:
        page.keyboard.press("Control+a")
        page.keyboard.type(value)
    if kind != "checkbox":
        assert _value(page, name) == value, f"{name}: {_value(page, name)}, not {value}"


def type_day(page: Page, day: date) -> None:
    """Type a date into the browser's own field, whichever of day and month comes first in it."""
    for order in ("%d%m%Y", "%m%d%Y"):
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        page.keyboard.type(day.strftime(order))
        if page.evaluate("document.activeElement.value") == day.isoformat():
            return
    raise AssertionError(f"The field does not take {day}.")


def _wanted(submission: Submission) -> dict[str, str]:
    found = dict(_row("", submission.header))
    for group, rows in submission.groups.items():
        for key, row in rows.items():
            found |= dict(_row(f"{group}.{key}.", row))
    return found


def _row(prefix: str, row: Entry) -> dict[str, str]:
    return {f"{prefix}{name}": _text(value) for name, value in row.items.items() if value not in (None, "")}


def _text(value: Any) -> str:
    return ";".join(value) if isinstance(value, list) else str(value)


def _move_to(page: Page, name: str, value: str) -> None:
    options = page.evaluate(OPTIONS, name)
    places = [option["value"] for option in options]
    here = next((place for place, option in enumerate(options) if option["chosen"]), None)
    if here is None:
        page.keyboard.press("Space")
        here = 0
    steps = places.index(value) - here
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")


def _mark(page: Page, name: str, codes: list[str]) -> None:
    for option in page.evaluate(OPTIONS, name):
        if option["value"] in codes:
            page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")


def _value(page: Page, name: str) -> str:
    return str(page.evaluate(VALUES).get(name, ""))
