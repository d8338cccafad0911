"""Which criteria have evidence among the data, and who judges it."""

from collections.abc import Callable, Mapping

from forms_app.evidence import exclusion, inclusion
from forms_app.evidence.facts import Answers, Facts
from forms_app.evidence.judgement import Judgement
from trial.protocol import STUDY
from trial.protocol.criteria import Criterion

JUDGES: Mapping[str, Callable[[Facts, Answers], Judgement]] = {
    "INCL01": inclusion.surgery,
    "INCL02": inclusion.no_radiation,
    "INCL03": inclusion.failed_treatment,
    "INCL04": inclusion.failed_block,
    "INCL05": inclusion.adult,
    "INCL06": inclusion.chronic,
    "INCL07": inclusion.painful,
    "EXCL01": exclusion.herniation,
    "EXCL02": exclusion.stenosis,
    "EXCL04": exclusion.coagulation,
    "EXCL06": exclusion.pregnancy,
    "EXCL07": exclusion.diabetes,
    "EXCL08": exclusion.recent_injection,
}


def judge(facts: Facts, answers: Answers) -> dict[Criterion, Judgement]:
    """What the data say of each criterion that has evidence, in the order of the protocol.

    `answers` are those of the eligibility form itself.
    """
    return {
        criterion: JUDGES[criterion.code](facts, answers)
        for criterion in STUDY.criteria
        if criterion.code in JUDGES
    }


def contradicts(criterion: Criterion, answer: str | None, judgement: Judgement) -> bool:
    """Whether one speaks for the participant and the other against."""
    if answer is None or judgement.verdict is None:
        return False
    return (answer in criterion.admitted) != (judgement.verdict in criterion.admitted)
