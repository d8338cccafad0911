"""How a status looks: a shape, a short word and a colour, so that none of them carries it alone."""

from dataclasses import dataclass

from forms_app.selectors.status import Status
from trial.protocol.marker import N_


@dataclass(frozen=True)
class Sign:
    """`symbol` names a shape of `components/signs.html`, `tone` a colour of the style sheet.

    The words are translated where they are shown.
    """

    symbol: str
    tone: str
    word: str
    meaning: str


SIGNS: dict[Status, Sign] = {
    Status.OVERDUE: Sign("triangle", "late", N_("Overdue"), N_("The window is over and nothing is recorded")),
    Status.DUE: Sign("diamond", "due", N_("Due"), N_("The target day is reached")),
    Status.IN_WINDOW: Sign(
        "diamond-open", "due", N_("In window"), N_("May be done now; the target day is ahead")
    ),
    Status.PARTLY: Sign("half", "partial", N_("Partly done"), N_("Took place; a form is not complete yet")),
    Status.DONE: Sign("tick", "done", N_("Done"), N_("Took place; every form is complete")),
    Status.NOT_DUE: Sign("ring", "quiet", N_("Not due"), N_("Opens later")),
    Status.NOT_DONE: Sign("slash", "quiet", N_("Not done"), N_("Did not take place; the reason is recorded")),
    Status.MISSED: Sign("cross", "quiet", N_("Missed"), N_("Passed without a record")),
    Status.NOT_APPLICABLE: Sign("dash", "quiet", N_("n/a"), N_("Not expected of this participant")),
}

LEGEND = tuple(SIGNS[status] for status in Status)

FORM_SIGNS = {
    "empty": Sign("ring", "quiet", N_("Empty"), N_("Nothing is saved")),
    "in progress": Sign("half", "partial", N_("In progress"), N_("Something is open")),
    "complete": Sign("tick", "done", N_("Complete"), N_("Nothing is open")),
    "removed": Sign("slash", "quiet", N_("Removed"), N_("Taken out, with a reason")),
}
