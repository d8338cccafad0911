from collections.abc import Iterator

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading
from trial.models.disability import SECTIONS
from trial.protocol.marker import N_
from trial.protocol.scoring import odi
from trial.words import sentence

SEVERE_PAIN = 7


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask about a score that cannot be formed, uniform answers, and another mode than at baseline."""
    values = reading.header.values
    answers = [values[section] for section in SECTIONS if values.get(section) is not None]
    if 0 < len(answers) < odi.FEWEST_ANSWERED:
        said = N_("Only {answered} of 10 sections are answered: the index cannot be formed.")
        yield Finding("odi_pct", "too_few", sentence(said, answered=len(answers)))
    yield from _uniform(answers, circumstances)
    yield from _mode(reading, circumstances)


def _uniform(answers: list[int], circumstances: Circumstances) -> Iterator[Finding]:
    if len(answers) < odi.SECTIONS - 1 or len(set(answers)) > 1:
        return
    if answers[0] == odi.HIGHEST:
        yield Finding("odi_pct", "all_highest", sentence(N_("Every section has the highest answer.")))
    pain = circumstances.pain_at_visit if answers[0] == 0 else None
    if pain is not None and pain.nrs_avg24 is not None and pain.nrs_avg24 >= SEVERE_PAIN:
        said = N_("No disability at all, with average pain {pain}.")
        yield Finding("odi_pct", "none_with_pain", sentence(said, pain=pain.nrs_avg24))


def _mode(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    mode = reading.header.values.get("odi_mode")
    if mode is None or circumstances.visit.code == "BL":
        return
    baseline = circumstances.baseline_disability
    if baseline is not None and baseline.odi_mode not in (None, mode):
        said = N_("The mode of administration differs from baseline.")
        yield Finding("odi_mode", "mode", sentence(said), "ASSESSOR")
