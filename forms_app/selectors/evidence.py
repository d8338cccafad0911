"""The evidence for each criterion, beside the answers of the eligibility form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms_app.evidence import criteria, facts
from forms_app.evidence.judgement import Judgement
from trial.models import Eligibility
from trial.protocol.criteria import Criterion


@dataclass(frozen=True)
class Evidence:
    """What the data say of one criterion, and whether the recorded answer says otherwise."""

    criterion: Criterion
    judgement: Judgement
    contradicts: bool

    def plain(self) -> dict[str, Any]:
        return {
            "verdict": self.judgement.verdict,
            "said": str(self.judgement.said),
            "contradicts": self.contradicts,
        }


def of(participant: int, form: str, answers: Mapping[str, Any]) -> dict[str, Evidence]:
    """The evidence by item for the eligibility form, given by its plain answers; none for other forms."""
    if form != Eligibility.code:
        return {}
    typed = {item.name: item.parse(answers.get(item.name)) for item in Eligibility.items()}
    return {
        criterion.item: Evidence(
            criterion, judgement, criteria.contradicts(criterion, typed[criterion.item], judgement)
        )
        for criterion, judgement in criteria.judge(facts.gather(participant), typed).items()
    }
