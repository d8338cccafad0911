"""What a save left behind, in one sentence."""

from forms_app.models.query import OPEN
from forms_app.services.records import Saved


def unexplained(saved: Saved) -> int:
    return sum(query.state == OPEN for query in saved.queries)


def sentence(saved: Saved) -> str:
    title = saved.reading.form.title
    open_parts = [
        *_counted(len(saved.unanswered), "required answer", "to give"),
        *_counted(unexplained(saved), "value", "to explain"),
    ]
    if open_parts:
        return f"{title} is saved. To complete it: {' and '.join(open_parts)}."
    return f"{title} is saved and complete."


def _counted(number: int, noun: str, what: str) -> list[str]:
    return [f"{number} {noun}{'' if number == 1 else 's'} {what}"] if number else []
