from typing import Any

from django.db import models

from trial.crf import items
from trial.crf.answers import Answers, form
from trial.crf.codelists import STRAIGHT_LEG_RAISE
from trial.crf.privacy import PLAIN
from trial.protocol import STUDY
from trial.protocol.criteria import Criterion, verdict
from trial.protocol.marker import N_

CRITERIA = {criterion.code: criterion for criterion in STUDY.criteria}


def _met(criterion: Criterion) -> models.Q:
    return models.Q(**{f"{criterion.item}__isnull": False, f"{criterion.item}__in": criterion.admitted})


def _all_met() -> models.Q:
    met = models.Q()
    for criterion in STUDY.criteria:
        met &= _met(criterion)
    return met


@form("eligibility", title=N_("Eligibility"))
class Eligibility(Answers):
    """Each criterion answered, the evidence for it, and the verdict that follows (CDISC IE). There are no
    waivers. Evidence that stands on other forms is shown beside the criterion and not asked twice."""

    iedat = items.Day(N_("Date of assessment"), required=True, section=N_("Examination"), cdisc="IE.IEDTC")
    examdat = items.Day(N_("Date of examination"), required=True, cdisc="PE.PEDTC")
    examiner = items.Text(N_("Examined by (role)"), 60, required=True, cdisc="PE.PEEVAL")
    slrleft = items.Choice(
        N_("Straight leg raise, left"), STRAIGHT_LEG_RAISE, required=True, cdisc="PE.PEORRES", privacy=PLAIN
    )
    slrright = items.Choice(
        N_("Straight leg raise, right"), STRAIGHT_LEG_RAISE, required=True, cdisc="PE.PEORRES", privacy=PLAIN
    )
    neuronl = items.YesNo(N_("Dermatomes, strength and reflexes normal"), required=True, cdisc="PE.PEORRES")
    scrnrs = items.Score(N_("Average pain in the past 24 hours"), 0, 10, required=True, cdisc="QS.PI0102")
    incl01 = items.CriterionMet(CRITERIA["INCL01"], section=N_("Inclusion criteria"))
    incl02 = items.CriterionMet(CRITERIA["INCL02"])
    incl03 = items.CriterionMet(CRITERIA["INCL03"])
    incl04 = items.CriterionMet(CRITERIA["INCL04"])
    incl05 = items.CriterionMet(CRITERIA["INCL05"])
    incl06 = items.CriterionMet(CRITERIA["INCL06"])
    incl07 = items.CriterionMet(CRITERIA["INCL07"])
    excl01 = items.CriterionMet(CRITERIA["EXCL01"], section=N_("Exclusion criteria"))
    excl02 = items.CriterionMet(CRITERIA["EXCL02"])
    excl03 = items.CriterionMet(CRITERIA["EXCL03"])
    excl04 = items.CriterionMet(CRITERIA["EXCL04"])
    excl05 = items.CriterionMet(CRITERIA["EXCL05"])
    excl06 = items.CriterionMet(CRITERIA["EXCL06"])
    excl07 = items.CriterionMet(CRITERIA["EXCL07"])
    excl08 = items.CriterionMet(CRITERIA["EXCL08"])
    excl09 = items.CriterionMet(CRITERIA["EXCL09"])
    excl10 = items.CriterionMet(CRITERIA["EXCL10"])
    excl11 = items.CriterionMet(CRITERIA["EXCL11"])
    excl12 = items.CriterionMet(CRITERIA["EXCL12"])
    inr = items.Measure(
        N_("INR"), 1, hard=(0, 20), section=N_("Evidence for the exclusions"), cdisc="LB.INR", privacy=PLAIN
    )
    plat = items.Whole(N_("Platelets"), unit="10⁹/L", hard=(0, 3000), cdisc="LB.PLAT", privacy=PLAIN)
    pregdat = items.Day(N_("Date of the pregnancy test"), cdisc="LB.LBDTC")
    hba1c = items.Measure(N_("HbA1c"), 1, unit="%", hard=(2, 25), cdisc="LB.HBA1C", privacy=PLAIN)
    sterdat = items.PartialDay(N_("Last spinal injection or steroid"), cdisc="CM.CMSTDTC")
    elig = items.YesNo(
        N_("Eligible"),
        derived=True,
        hint=N_("Follows from the criteria"),
        section=N_("Verdict"),
        cdisc="IE.IEYN",
    )

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
