from typing import Any

from trial.crf import items
from trial.crf.answers import Answers, GroupAnswers, NotBefore, form, group
from trial.crf.codelists import (
    BLOCK_RESPONSE,
    DISC_LEVEL,
    GUIDANCE,
    SIDE,
    TREATMENT_CLASS,
    TREATMENT_RESPONSE,
)
from trial.crf.items import When
from trial.crf.privacy import PLAIN
from trial.protocol.marker import N_
from trial.protocol.scoring import nrs


@group("treatment", of="prior_treatment", title=N_("Treatment"))
class ConservativeTreatment(GroupAnswers):
    """One conservative treatment before the study (CDISC CM for drugs, PR for others)."""

    when = When("ptyn", ("Y",))
    rules = (NotBefore("ptendat", "ptstdat", N_("The treatment cannot end before it began.")),)

    ptclass = items.Choice(N_("Kind"), TREATMENT_CLASS, required=True, cdisc="CM.CMCAT", privacy=PLAIN)
    ptagent = items.Text(N_("Drug or method"), 100, cdisc="CM.CMTRT")
    ptstdat = items.PartialDay(N_("From"), cdisc="CM.CMSTDTC")
    ptendat = items.PartialDay(N_("Until"), cdisc="CM.CMENDTC")
    ptdur = items.Whole(N_("Duration"), unit=N_("weeks"), hard=(0, 2600), cdisc="CM.CMDUR", privacy=PLAIN)
    ptresp = items.Choice(
        N_("Response"), TREATMENT_RESPONSE, required=True, cdisc="SUPPCM.RESPONSE", privacy=PLAIN
    )
    ptstop = items.Text(N_("Why it was stopped"), cdisc="SUPPCM.CMRSDISC")


@group("block", of="prior_treatment", title=N_("Medial branch block"))
class MedialBranchBlock(GroupAnswers):
    """One medial branch block: the entry test, which must have failed (CDISC PR, AG, QS)."""

    when = When("mbbyn", ("Y",))

    mbbdat = items.Day(N_("Date"), required=True, cdisc="PR.PRSTDTC")
    mbbguide = items.Choice(N_("Guided by"), GUIDANCE, required=True, cdisc="SUPPPR.GUIDE", privacy=PLAIN)
    mbblat = items.Choice(N_("Side"), SIDE, required=True, cdisc="PR.PRLAT", privacy=PLAIN)
    mbblevel = items.Choice(N_("Level"), DISC_LEVEL, required=True, cdisc="PR.PRLOC", privacy=PLAIN)
    mbbdrug = items.Text(N_("Local anaesthetic"), 60, cdisc="AG.AGTRT")
    mbbstrn = items.Measure(N_("Strength"), 2, unit="mg/mL", hard=(0, 1000), cdisc="AG.AGDOSE", privacy=PLAIN)
    mbbvol = items.Measure(N_("Volume"), 1, unit="mL", hard=(0, 60), cdisc="AG.AGDOSE", privacy=PLAIN)
    mbbster = items.YesNo(N_("With a steroid"), cdisc="AG.AGOCCUR")
    mbbpre = items.Score(N_("Pain before"), 0, 10, required=True, cdisc="QS.PI0101")
    mbbpost = items.Score(N_("Pain after"), 0, 10, required=True, cdisc="QS.PI0101")
    mbbmin = items.Whole(
        N_("Minutes after"), unit="min", hard=(0, 1440), soft=(15, 60), cdisc="QS.QSTPT", privacy=PLAIN
    )
    mbbrelief = items.Measure(
        N_("Relief"), 1, unit="%", hard=(-1000, 100), derived=True, cdisc="FA.FAORRES", privacy=PLAIN
    )
    mbbhrs = items.Measure(
        N_("Duration of relief"), 1, unit="h", hard=(0, 8760), cdisc="FA.FAORRES", privacy=PLAIN
    )
    mbbresp = items.Choice(N_("Response"), BLOCK_RESPONSE, required=True, cdisc="FA.FAORRES", privacy=PLAIN)

    @classmethod
    def derive(cls, answers: dict[str, Any]) -> dict[str, Any]:
        return {"mbbrelief": nrs.relief(before=answers.get("mbbpre"), after=answers.get("mbbpost"))}


@form("prior_treatment", title=N_("Prior treatment"))
class PriorTreatment(Answers):
    """What was tried before: conservative treatment, and the medial branch blocks."""

    groups = (ConservativeTreatment, MedialBranchBlock)

    ptyn = items.YesNo(N_("Conservative treatment tried"), required=True, cdisc="CM.CMOCCUR")
    mbbyn = items.YesNo(N_("Medial branch block done"), required=True, cdisc="PR.PROCCUR")
