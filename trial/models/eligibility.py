from typing import Any

from django.db import models

from trial.crf import items
from trial.crf.answers import Answers, form
from trial.protocol import STUDY
from trial.protocol.criteria import Criterion, verdict

CRITERIA = {criterion.code: criterion for criterion in STUDY.criteria}


def _met(criterion: Criterion) -> models.Q:
    return models.Q(**{f"{criterion.item}__isnull": False, criterion.item: criterion.wanted})


def _all_met() -> models.Q:
    met = models.Q()
    for criterion in STUDY.criteria:
        met &= _met(criterion)
    return met


@form("eligibility", title="Eligibility")
class Eligibility(Answers):
    """Each criterion answered, and the verdict that follows (CDISC IE). There are no waivers."""

    iedat = items.Day("Date of assessment", required=True, cdisc="IE.IEDTC")
    incl01 = items.CriterionMet(CRITERIA["INCL01"])
    incl02 = items.CriterionMet(CRITERIA["INCL02"])
    incl03 = items.CriterionMet(CRITERIA["INCL03"])
    incl04 = items.CriterionMet(CRITERIA["INCL04"])
    excl01 = items.CriterionMet(CRITERIA["EXCL01"])
    excl02 = items.CriterionMet(CRITERIA["EXCL02"])
    elig = items.YesNo("Eligible", derived=True, hint="Follows from the criteria")

    class Meta:
        constraints = [
            # Not even raw SQL can call somebody eligible whose criteria say otherwise.
            models.CheckConstraint(
                condition=models.Q(elig__isnull=True) | models.Q(elig="N") | _all_met(),
                name="eligibility_elig_verdict",
            )
        ]

    @classmethod
    def derive(cls, answers: dict[str, Any]) -> dict[str, Any]:
        return {"elig": verdict(answers).code}
