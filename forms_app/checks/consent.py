from collections.abc import Iterator
from datetime import date

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading


def hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """Nobody can consent before the site was activated."""
    day, activated = reading.header.values.get("dsstdat_ic"), circumstances.participant.site.activated_on
    if day is not None and day < activated:
        yield "dsstdat_ic", f"Enter a date from {activated} on, when the site was activated."


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask when the participant got no copy, and when a procedure was as early as the consent."""
    if reading.header.values.get("iccopy") == "N":
        yield Finding("iccopy", "no_copy", "The participant has no copy of the consent form.")
    day = reading.header.values.get("dsstdat_ic")
    if day is not None:
        yield from _against_procedures(day, reading, circumstances.procedure_dates)


def _against_procedures(day: date, reading: Reading, procedures: list[date]) -> Iterator[Finding]:
    if procedures and procedures[0] < day:
        yield Finding("dsstdat_ic", "late", f"A visit took place before it, on {procedures[0]}.")
    if day in procedures and _time_is_empty(reading):
        yield Finding("ictim", "time", "A visit followed on the same day, so the time is needed.")


def _time_is_empty(reading: Reading) -> bool:
    return reading.header.values.get("ictim") is None and "ictim" not in reading.header.missing
