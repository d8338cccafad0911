from collections.abc import Iterator

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading
from trial.lifecycle import COMPLETED, ENROLLED, TREATED
from trial.protocol.marker import N_
from trial.words import sentence


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask when a correction says that an enrolled participant was not eligible."""
    beyond = circumstances.participant.state in (ENROLLED, TREATED, COMPLETED)
    if beyond and reading.header.values.get("elig") != "Y":
        said = N_("The participant is enrolled and not eligible.")
        yield Finding("elig", "enrolled_not_eligible", sentence(said))
