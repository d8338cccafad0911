"""Which checks belong to which form."""

from collections.abc import Callable, Iterator

from forms_app.checks import consent, disability, eligibility, injection, limits, motion, pain
from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading

Hard = Callable[[Reading, Circumstances], Iterator[tuple[str, str]]]
Soft = Callable[[Reading, Circumstances], Iterator[Finding]]

HARD: dict[str, Hard] = {"consent": consent.hard, "motion": motion.hard, "injection": injection.hard}
SOFT: dict[str, Soft] = {
    "consent": consent.soft,
    "eligibility": eligibility.soft,
    "pain": pain.soft,
    "motion": motion.soft,
    "disability": disability.soft,
    "injection": injection.soft,
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
