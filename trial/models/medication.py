from decimal import Decimal
from typing import Any

from trial.crf import items
from trial.crf.answers import Answers, NotBefore, form
from trial.crf.codelists import ANALGESIC, CHANGE_SINCE_BASELINE, DOSE_UNIT, FREQUENCY, ROUTE
from trial.crf.items import When
from trial.crf.privacy import PLAIN
from trial.protocol.marker import N_
from trial.protocol.scoring import morphine


@form("medication", title=N_("Analgesic"))
class Medication(Answers):
    """One concomitant analgesic at one dose (CDISC CM). A changed dose is a new entry.

    The equivalent of oral morphine counts opioids for the analysis; it is no aid for converting doses.
    """

    rules = (NotBefore("cmendat", "cmstdat", N_("The drug cannot end before it began.")),)

    cmtrt = items.Text(
        N_("Drug"), 100, required=True, suggestions=ANALGESIC, section=N_("Drug"), cdisc="CM.CMTRT"
    )
    cmindc = items.Text(N_("Taken for"), 100, cdisc="CM.CMINDC")
    cmdose = items.Measure(
        N_("Single dose"), 3, hard=(Decimal("0.001"), 99999), required=True, cdisc="CM.CMDOSE", privacy=PLAIN
    )
    cmdosu = items.Choice(N_("Unit"), DOSE_UNIT, required=True, cdisc="CM.CMDOSU", privacy=PLAIN)
    cmdosfrq = items.Choice(N_("How often"), FREQUENCY, required=True, cdisc="CM.CMDOSFRQ", privacy=PLAIN)
    cmprn7 = items.Measure(
        N_("Doses a day, mean of the last 7 days"),
        1,
        hard=(0, 50),
        required=True,
        when=When("cmdosfrq", ("PRN",)),
        cdisc="SUPPCM.PRNMEAN",
        privacy=PLAIN,
    )
    cmroute = items.Choice(N_("Route"), ROUTE, required=True, cdisc="CM.CMROUTE", privacy=PLAIN)
    cmstdat = items.PartialDay(N_("From"), required=True, section=N_("Time"), cdisc="CM.CMSTDTC")
    cmongo = items.YesNo(N_("Still taken"), required=True, cdisc="CM.CMENRTPT")
    cmendat = items.PartialDay(N_("Until"), required=True, when=When("cmongo", ("N",)), cdisc="CM.CMENDTC")
    cmprior = items.YesNo(N_("Taken before the study"), required=True, cdisc="CM.CMPRIOR")
    cmresc = items.YesNo(N_("Rescue medication"), cdisc="SUPPCM.RESCUE")
    cmchange = items.Choice(
        N_("Against baseline"), CHANGE_SINCE_BASELINE, cdisc="SUPPCM.CHANGE", privacy=PLAIN
    )
    cmmme = items.Measure(
        N_("Oral morphine equivalent"), 1, unit="mg/d", derived=True, cdisc="SUPPCM.MME", privacy=PLAIN
    )
    cmmmefac = items.Measure(N_("Factor"), 2, derived=True, cdisc="SUPPCM.MMEFAC", privacy=PLAIN)
    cmmmetab = items.Text(N_("Table of factors"), 20, derived=True, cdisc="SUPPCM.MMETAB")

    @classmethod
    def derive(cls, answers: dict[str, Any]) -> dict[str, Any]:
        found = morphine.daily(
            drug=answers.get("cmtrt"),
            route=answers.get("cmroute"),
            dose=answers.get("cmdose"),
            unit=answers.get("cmdosu"),
            frequency=answers.get("cmdosfrq"),
            as_needed=answers.get("cmprn7"),
        )
        return {"cmmme": found.per_day, "cmmmefac": found.factor, "cmmmetab": found.table}
