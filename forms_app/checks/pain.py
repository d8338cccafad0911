from collections.abc import Iterator

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading
from trial.protocol.scoring import nrs

# At screening the pilot's participants had pain of at least 4; the publication states no floor.
BASELINE_FLOOR = 4

CONTRADICTIONS = {
    "worst_below_average": ("nrs_worst24", "The worst pain, {worst}, is below the average pain, {average}."),
    "average_below_least": ("nrs_least24", "The least pain, {least}, is above the average pain, {average}."),
    "worst_below_least": ("nrs_worst24", "The worst pain, {worst}, is below the least pain, {least}."),
}


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask when ratings contradict, and when baseline pain is low."""
    values = reading.header.values
    average, worst, least = (values.get(f"nrs_{name}24") for name in ("avg", "worst", "least"))
    for check in nrs.contradictions(average, worst, least):
        item, sentence = CONTRADICTIONS[check]
        yield Finding(item, check, sentence.format(average=average, worst=worst, least=least))
    if circumstances.visit.code == "BL" and average is not None and average < BASELINE_FLOOR:
        yield Finding("nrs_avg24", "low_at_baseline", f"Average pain at baseline is below {BASELINE_FLOOR}.")
