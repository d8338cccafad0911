"""What a saved form means for the participant's state."""

from collections.abc import Callable
from typing import Any

from trial.crf import registry
from trial.crf.reading import Reading
from trial.models import Participant, Record
from trial.protocol.criteria import verdict
from trial.services.participants import follow_injection, follow_verdict


def follow(locked: Participant, reading: Reading) -> None:
    """Move the participant as the form says. Part of a transaction that holds the participant's row."""
    _follow(locked, reading.form.code, reading.header.values)


def follow_removal(locked: Participant, record: Record) -> None:
    """Move the participant as a form without answers says, or with them again when restored."""
    form = registry.form(record.form)
    assert form is not None
    answers = {} if record.removed else form._default_manager.get(record=record).answers()
    _follow(locked, record.form, answers)


def _follow(locked: Participant, form: str, answers: dict[str, Any]) -> None:
    if form in CONSEQUENCES:
        CONSEQUENCES[form](locked, answers)


def _eligibility(locked: Participant, answers: dict[str, Any]) -> None:
    judged = verdict(answers)
    follow_verdict(locked, judged.code, judged.reasons)


def _injection(locked: Participant, answers: dict[str, Any]) -> None:
    follow_injection(locked, answers.get("injperf") == "Y")


CONSEQUENCES: dict[str, Callable[[Participant, dict[str, Any]], None]] = {
    "eligibility": _eligibility,
    "injection": _injection,
}
