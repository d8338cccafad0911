from collections.abc import Iterator

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading
from trial.protocol.marker import N_
from trial.protocol.scoring import nrs
from trial.words import sentence

# At screening the pilot's participants had pain of at least 4; the publication states no floor.
BASELINE_FLOOR = 4

CONTRADICTIONS = {
    "worst_below_average": (
        "nrs_worst24",
        N_("The worst pain, {worst}, is below the average pain, {average}."),
    ),
    "average_below_least": (
        "nrs_least24",
        N_("The least pain, {least}, is above the average pain, {average}."),
    ),
    "worst_below_least": ("nrs_worst24", N_("The worst pain, {worst}, is below the least pain, {least}.")),
}


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask when ratings contradict, and when baseline pain is low."""
    values = reading.header.values
    average, worst, least = (values.get(f"nrs_{name}24") for name in ("avg", "worst", "least"))
    for check in nrs.contradictions(average, worst, least):
        item, said = CONTRADICTIONS[check]
        yield Finding(item, check, sentence(said, average=average, worst=worst, least=least))
    if circumstances.visit.code == "BL" and average is not None and average < BASELINE_FLOOR:
        said = N_("Average pain at baseline is below {floor}.")
        yield Finding("nrs_avg24", "low_at_baseline", sentence(said, floor=BASELINE_FLOOR))
