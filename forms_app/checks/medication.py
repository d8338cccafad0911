from collections.abc import Iterator
from typing import Any

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from forms_app.selectors.opioids import Course
from trial.crf.reading import Reading
from trial.models import Medication
from trial.protocol.drugs import DRUGS, normal
from trial.protocol.marker import N_
from trial.protocol.partial_date import surely_before
from trial.protocol.scoring import morphine
from trial.words import sentence

MOST_AS_NEEDED = 12  # doses a day


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask about drugs that cannot be counted, one drug twice at a time, and times that contradict."""
    values = reading.header.values
    yield from _unknown(values)
    yield from _equivalent(values)
    yield from _as_needed(values)
    yield from _twice(values, circumstances)
    yield from _prior(values, circumstances)


def _unknown(values: dict[str, Any]) -> Iterator[Finding]:
    """Whether a drug that is not listed is to be counted, only a person can say."""
    if values.get("cmtrt") and DRUGS.find(values["cmtrt"]) is None:
        said = N_("This drug is not on the list {list}. Say whether it is an opioid.")
        yield Finding("cmtrt", "unknown", sentence(said, list=DRUGS.name))


def _equivalent(values: dict[str, Any]) -> Iterator[Finding]:
    """No value is no zero: what is not counted must be seen."""
    if values.get("cmmme") is not None or not morphine.is_opioid(values.get("cmtrt")):
        return
    if _is_given(values, "cmdose", "cmdosu", "cmdosfrq", "cmroute"):
        said = N_("The table has no factor for this opioid by this route and unit: it is not counted.")
        yield Finding("cmtrt", "no_factor", sentence(said))


def _as_needed(values: dict[str, Any]) -> Iterator[Finding]:
    doses = values.get("cmprn7")
    if doses is not None and doses > MOST_AS_NEEDED:
        said = N_("{doses} doses a day are many for a drug that is taken as needed.")
        yield Finding("cmprn7", "many", sentence(said, doses=doses))
    if doses == 0:
        said = N_("Not one dose was taken in the last 7 days. Is it still taken?")
        yield Finding("cmprn7", "none", sentence(said))


def _twice(values: dict[str, Any], circumstances: Circumstances) -> Iterator[Finding]:
    name = _name(values.get("cmtrt"))
    if not name or not values.get("cmstdat"):
        return
    others = (
        row
        for row in circumstances.rows(Medication)
        if row.record.repeat != circumstances.number and _name(row.cmtrt) == name and row.cmstdat
    )
    for other in others:
        if _overlap(values, other.answers()):
            said = N_("The same drug stands in entry {number} at the same time.")
            yield Finding("cmtrt", "twice", sentence(said, number=other.record.repeat))
            return


def _prior(values: dict[str, Any], circumstances: Circumstances) -> Iterator[Finding]:
    began, consent = values.get("cmstdat"), circumstances.consent_date
    if not began or consent is None:
        return
    day = consent.isoformat()
    if values.get("cmprior") == "N" and surely_before(began, day):
        said = N_("It was begun before the consent, of {day}.")
        yield Finding("cmprior", "begin", sentence(said, day=day))
    if values.get("cmprior") == "Y" and surely_before(day, began):
        said = N_("It was begun after the consent, of {day}.")
        yield Finding("cmprior", "begin", sentence(said, day=day))


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether both were surely taken on one day. A dose may change on the day on which the last one ended."""
    first, second = Course.of(one), Course.of(other)
    later = max(first.surely_from, second.surely_from)
    return (first.surely_until is None or later < first.surely_until) and (
        second.surely_until is None or later < second.surely_until
    )


def _is_given(values: dict[str, Any], *names: str) -> bool:
    return all(values.get(name) is not None for name in names)


def _name(drug: str | None) -> str:
    return DRUGS.find(drug) or normal(drug or "")
