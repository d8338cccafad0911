"""Which checks belong to which form."""

from collections.abc import Callable, Iterator

from forms_app.checks import (
    adverse_event,
    baseline,
    consent,
    demographics,
    deviation,
    disability,
    disposition,
    eligibility,
    injection,
    interval,
    limits,
    medication,
    motion,
    mri,
    pain,
    prior_treatment,
    surgery,
)
from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading

Hard = Callable[[Reading, Circumstances], Iterator[tuple[str, str]]]
Soft = Callable[[Reading, Circumstances], Iterator[Finding]]

HARD: dict[str, Hard] = {
    "consent": consent.hard,
    "demographics": demographics.hard,
    "surgery": surgery.hard,
    "prior_treatment": prior_treatment.hard,
    "mri": mri.hard,
    "pain": baseline.hard,
    "motion": motion.hard,
    "disability": baseline.hard,
    "injection": injection.hard,
    "adverse_event": adverse_event.hard,
    "deviation": deviation.hard,
    "treatment_stop": disposition.treatment_stop_hard,
    "withdrawal": disposition.withdrawal_hard,
    "study_end": disposition.study_end_hard,
}
SOFT: dict[str, Soft] = {
    "consent": consent.soft,
    "demographics": demographics.soft,
    "surgery": surgery.soft,
    "prior_treatment": prior_treatment.soft,
    "mri": mri.soft,
    "eligibility": eligibility.soft,
    "pain": pain.soft,
    "motion": motion.soft,
    "disability": disability.soft,
    "injection": injection.soft,
    "interval": interval.soft,
    "adverse_event": adverse_event.soft,
    "medication": medication.soft,
    "deviation": deviation.soft,
    "withdrawal": disposition.withdrawal_soft,
    "study_end": disposition.study_end_soft,
}


def errors(reading: Reading, circumstances: Circumstances) -> dict[str, str]:
    """A sentence for each path that cannot be stored, one row's and the other rows' reasons together."""
    check = HARD.get(reading.form.code)
    across = dict(check(reading, circumstances)) if check else {}
    return reading.errors | across


def findings(reading: Reading, circumstances: Circumstances) -> list[Finding]:
    """Every soft check that fires."""
    check = SOFT.get(reading.form.code)
    across = check(reading, circumstances) if check else ()
    return [*limits.findings(reading), *across]
