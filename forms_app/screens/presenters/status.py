"""How a status looks: a shape, a short word and a colour, so that none of them carries it alone."""

from dataclasses import dataclass

from forms_app.selectors.status import Status


@dataclass(frozen=True)
class Sign:
    """`symbol` names a shape of `components/signs.html`, `tone` a colour of the style sheet."""

    symbol: str
    tone: str
    word: str
    meaning: str


SIGNS: dict[Status, Sign] = {
    Status.OVERDUE: Sign("triangle", "late", "Overdue", "The window is over and nothing is recorded"),
    Status.DUE: Sign("diamond", "due", "Due", "The target day is reached"),
    Status.IN_WINDOW: Sign("diamond-open", "due", "In window", "May be done now; the target day is ahead"),
    Status.PARTLY: Sign("half", "partial", "Partly done", "Took place; a form is not complete yet"),
    Status.DONE: Sign("tick", "done", "Done", "Took place; every form is complete"),
    Status.NOT_DUE: Sign("ring", "quiet", "Not due", "Opens later"),
    Status.NOT_DONE: Sign("slash", "quiet", "Not done", "Did not take place; the reason is recorded"),
    Status.MISSED: Sign("cross", "quiet", "Missed", "Passed without a record"),
    Status.NOT_APPLICABLE: Sign("dash", "quiet", "n/a", "Not expected of this participant"),
}

LEGEND = tuple(SIGNS[status] for status in Status)

FORM_SIGNS = {
    "empty": Sign("ring", "quiet", "Empty", "Nothing is saved"),
    "in progress": Sign("half", "partial", "In progress", "Something is open"),
    "complete": Sign("tick", "done", "Complete", "Nothing is open"),
    "locked": Sign("lock", "done", "Locked", "No longer changed"),
    "removed": Sign("slash", "quiet", "Removed", "Taken out, with a reason"),
}
