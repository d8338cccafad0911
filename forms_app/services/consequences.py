"""What a saved form means beyond itself: for the participant's state, and for who must hear of it."""

from collections.abc import Callable
from typing import Any

from forms_app.services import safety
from trial.crf import registry
from trial.crf.codelists import END_REASON
from trial.crf.reading import Reading
from trial.models import Participant, Record
from trial.protocol.criteria import verdict
from trial.services.participants import follow_end, follow_injection, follow_verdict, follow_withdrawal

# Answers by item; none at all when the record was taken out of use.
Given = dict[str, Any]


def follow(locked: Participant, record: Record, reading: Reading) -> None:
    """Do what the form asks for. Part of a transaction that holds the participant's row."""
    _follow(locked, record, reading.header.values)


def follow_removal(locked: Participant, record: Record) -> None:
    """Do what a form without answers asks for, or with them again when restored."""
    _follow(locked, record, {} if record.removed else _stored(record))


def _follow(locked: Participant, record: Record, given: Given) -> None:
    if record.form in CONSEQUENCES:
        CONSEQUENCES[record.form](locked, record, given)


def _eligibility(locked: Participant, record: Record, given: Given) -> None:
    judged = verdict(given)
    follow_verdict(locked, judged.code, judged.reasons)


def _injection(locked: Participant, record: Record, given: Given) -> None:
    follow_injection(locked, given.get("injperf") == "Y")


def _withdrawal(locked: Participant, record: Record, given: Given) -> None:
    # Whoever only began to fill it in has not withdrawn yet.
    if _is_given(given, "wddat", "wddecod"):
        follow_withdrawal(locked, given.get("wdoth") or END_REASON.label(given["wddecod"]))
        return
    follow_withdrawal(locked, None)
    # What was corrected meanwhile could not move somebody who had withdrawn.
    for earlier in Record.objects.filter(
        participant=locked, removed=False, form__in=("eligibility", "injection")
    ).order_by("form"):
        _follow(locked, earlier, _stored(earlier))


def _study_end(locked: Participant, record: Record, given: Given) -> None:
    follow_end(locked, given.get("secomp") == "Y" and _is_given(given, "sedat"))


def _adverse_event(locked: Participant, record: Record, given: Given) -> None:
    safety.follow(record, is_serious=given.get("aeser") == "Y")


def _is_given(given: Given, *items: str) -> bool:
    return all(given.get(item) is not None for item in items)


def _stored(record: Record) -> Given:
    form = registry.form(record.form)
    assert form is not None
    return form._default_manager.get(record=record).answers()


CONSEQUENCES: dict[str, Callable[[Participant, Record, Given], None]] = {
    "eligibility": _eligibility,
    "injection": _injection,
    "withdrawal": _withdrawal,
    "study_end": _study_end,
    "adverse_event": _adverse_event,
}
