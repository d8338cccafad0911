from typing import Any

from trial.crf import items
from trial.crf.answers import Answers, GroupAnswers, form, group
from trial.crf.codelists import SIDE, SPINAL_LEVEL, SURGERY
from trial.crf.items import When
from trial.crf.privacy import PLAIN
from trial.protocol.marker import N_


@group("operation", of="surgery", title=N_("Operation"))
class Operation(GroupAnswers):
    """One earlier operation on the lumbar spine (CDISC PR). Its date may be known in part only."""

    when = When("surgyn", ("Y",))

    prtrt_s = items.Choice(N_("Operation"), SURGERY, required=True, cdisc="PR.PRTRT", privacy=PLAIN)
    prtrt_soth = items.Text(
        N_("Which other operation"), 100, required=True, when=When("prtrt_s", ("OTHER",)), cdisc="PR.PRTRT"
    )
    surgdat = items.PartialDay(N_("Date"), required=True, cdisc="PR.PRSTDTC")
    levels = items.Several(N_("Levels"), SPINAL_LEVEL, required=True, cdisc="PR.PRLOC", privacy=PLAIN)
    nlev = items.Whole(
        N_("Number of levels"), hard=(1, 6), soft=(None, 4), derived=True, cdisc="SUPPPR.NLEV", privacy=PLAIN
    )
    side = items.Choice(N_("Side"), SIDE, cdisc="PR.PRLAT", privacy=PLAIN)
    instrum = items.YesNo(N_("Instrumented"), cdisc="SUPPPR.INSTRUM")
    fused = items.YesNo(N_("Fused"), cdisc="SUPPPR.FUSED")
    duraltear = items.YesNo(N_("Dural tear"), cdisc="SUPPPR.DURATEAR")
    infect = items.YesNo(N_("Infection afterwards"), cdisc="SUPPPR.INFECT")
    index = items.YesNo(
        N_("This is the index operation"),
        required=True,
        hint=N_("The one after which the pain is treated here"),
        cdisc="SUPPPR.INDEX",
    )

    @classmethod
    def derive(cls, answers: dict[str, Any]) -> dict[str, Any]:
        levels = answers.get("levels")
        return {"nlev": len(levels) if levels else None}


@form("surgery", title=N_("Lumbar surgery"))
class Surgery(Answers):
    """Earlier operations on the lumbar spine, one of them the index operation."""

    groups = (Operation,)

    surgyn = items.YesNo(N_("Earlier lumbar surgery"), required=True, cdisc="PR.PROCCUR")
