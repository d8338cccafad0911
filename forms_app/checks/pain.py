from collections.abc import Iterator

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.protocol.scoring import nrs
from trial.words import sentence

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
    "worst_below_now": ("nrs_now", N_("The pain right now, {now}, is above the worst pain, {worst}.")),
    "now_below_least": ("nrs_now", N_("The pain right now, {now}, is below the least pain, {least}.")),
}


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask when ratings contradict, and when baseline pain is low."""
    values = reading.header.values
    average, worst, least = (values.get(f"nrs_{name}24") for name in ("avg", "worst", "least"))
    now, rest, move = (values.get(f"nrs_{name}") for name in ("now", "rest", "move"))
    for check in nrs.contradictions(average, worst, least, now):
        item, said = CONTRADICTIONS[check]
        yield Finding(item, check, sentence(said, average=average, worst=worst, least=least, now=now))
    if rest is not None and move is not None and move < rest:
        said = N_("The pain on movement, {move}, is below the pain at rest, {rest}.")
        yield Finding("nrs_move", "move_below_rest", sentence(said, move=move, rest=rest))
    floor = STUDY.thresholds.pain_at_screening
    if circumstances.visit.code == "BL" and average is not None and average < floor:
        said = N_("Average pain at baseline is below {floor}.")
        yield Finding("nrs_avg24", "low_at_baseline", sentence(said, floor=floor))
