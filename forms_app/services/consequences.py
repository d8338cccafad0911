"""What a saved form means for the participant's state."""

from collections.abc import Callable
from typing import Any

from trial.crf import registry
from trial.crf.reading import Reading
from trial.models import Participant, Record
from trial.protocol.criteria import verdict
from trial.services.participants import follow_injection, follow_verdict

Answered = dict[str, Any]


def follow(participant: Participant, reading: Reading) -> None:
    """Move the participant as the form says. Part of a caller's transaction."""
    _follow(participant, reading.form.code, reading.header.values)


def follow_removal(participant: Participant, record: Record) -> None:
    """Move the participant as a form without answers says, or with them again when restored."""
    form = registry.form(record.form)
    assert form is not None
    answers = {} if record.removed else form._default_manager.get(record=record).answers()
    _follow(participant, record.form, answers)


def _follow(participant: Participant, form: str, answers: Answered) -> None:
    if form in CONSEQUENCES:
        CONSEQUENCES[form](participant, answers)


def _eligibility(participant: Participant, answers: Answered) -> None:
    judged = verdict(answers)
    follow_verdict(participant, judged.code, judged.reasons)


def _injection(participant: Participant, answers: Answered) -> None:
    follow_injection(participant, answers.get("injperf") == "Y")


CONSEQUENCES: dict[str, Callable[[Participant, Answered], None]] = {
    "eligibility": _eligibility,
    "injection": _injection,
}
