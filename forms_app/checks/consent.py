from collections.abc import Iterator

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading


def hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """Nobody can consent before the site was activated."""
    day, activated = reading.header.values.get("dsstdat_ic"), circumstances.participant.site.activated_on
    if day is not None and day < activated:
        yield "dsstdat_ic", f"Enter a date from {activated} on, when the site was activated."


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask when the participant got no copy."""
    if reading.header.values.get("iccopy") == "N":
        yield Finding("iccopy", "no_copy", "The participant has no copy of the consent form.")
