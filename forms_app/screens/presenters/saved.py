"""What a save left behind, in one sentence."""

from forms_app.models.query import OPEN
from forms_app.services.records import Saved
from trial.protocol.criteria import verdict


def unexplained(saved: Saved) -> int:
    return sum(query.state == OPEN for query in saved.queries)


def is_complete(saved: Saved) -> bool:
    return not saved.unanswered and not unexplained(saved)


def sentence(saved: Saved, *, stays: bool) -> str:
    """That it is saved, and what keeps it from being complete; the page of the form says that itself."""
    title = saved.reading.form.title
    if is_complete(saved):
        return f"{title} is saved and complete.{_consequence(saved)}"
    if stays:
        return f"{title} is saved."
    open_parts = [
        *_counted(len(saved.unanswered), "required answer", "to give"),
        *_counted(unexplained(saved), "value", "to explain"),
    ]
    return f"{title} is saved. To complete it: {' and '.join(open_parts)}."


def _consequence(saved: Saved) -> str:
    """What a verdict says, with its reasons, where the form was the eligibility form."""
    if saved.reading.form.code != "eligibility":
        return ""
    judged = verdict(saved.reading.header.values)
    return " Eligible." if judged.eligible else f" Not eligible: {' '.join(judged.reasons)}"


def _counted(number: int, noun: str, what: str) -> list[str]:
    return [f"{number} {noun}{'' if number == 1 else 's'} {what}"] if number else []
