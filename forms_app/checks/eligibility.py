from collections.abc import Iterator

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from forms_app.evidence import facts
from forms_app.evidence.criteria import contradicts, judge
from trial.crf.reading import Reading
from trial.lifecycle import COMPLETED, ENROLLED, TREATED
from trial.protocol.marker import N_
from trial.words import sentence


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask when an answer contradicts the evidence or the evidence leaves it open, and when a correction
    says that an enrolled participant was not eligible."""
    values = reading.header.values
    for criterion, judgement in judge(facts.gather(circumstances.participant.pk), values).items():
        answer = values.get(criterion.item)
        if contradicts(criterion, answer, judgement):
            said = N_("The answer contradicts the evidence: {evidence}")
            yield Finding(criterion.item, "evidence", sentence(said, evidence=judgement.said))
        elif judgement.asked and answer in criterion.admitted:
            said = N_("The evidence does not confirm the answer: {evidence}")
            yield Finding(criterion.item, "unconfirmed", sentence(said, evidence=judgement.said))
    beyond = circumstances.participant.state in (ENROLLED, TREATED, COMPLETED)
    if beyond and values.get("elig") != "Y":
        said = N_("The participant is enrolled and not eligible.")
        yield Finding("elig", "enrolled_not_eligible", sentence(said), "ELIGIBILITY")
