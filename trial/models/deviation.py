from trial.crf import items
from trial.crf.answers import Answers, form
from trial.crf.codelists import DEVIATION, DEVIATION_ORIGIN, DEVIATION_WEIGHT
from trial.crf.items import When
from trial.crf.privacy import PLAIN
from trial.protocol.marker import N_

CONFIRMED = When("dvconf", ("Y",))


@form("deviation", title=N_("Protocol deviation"))
class Deviation(Answers):
    """One deviation from the protocol (CDISC DV). The system may propose it; a person confirms it or says
    why it is none."""

    dvterm = items.Text(N_("What deviated"), 300, required=True, cdisc="DV.DVTERM")
    dvdecod = items.Choice(N_("Kind"), DEVIATION, required=True, cdisc="DV.DVDECOD", privacy=PLAIN)
    dvstdat = items.Day(N_("Date of the deviation"), required=True, cdisc="DV.DVSTDTC")
    dvdiscd = items.Day(N_("Discovered on"), cdisc="SUPPDV.DVDISCDT")
    dvorig = items.Choice(N_("Proposed"), DEVIATION_ORIGIN, system=True, cdisc="SUPPDV.DVORIG", privacy=PLAIN)
    dvlink = items.Text(N_("Concerns"), 120, system=True, cdisc="RELREC.DVLNKID")
    dvconf = items.YesNo(
        N_("It is a deviation"), required=True, section=N_("Judgement"), cdisc="SUPPDV.DVCONF"
    )
    dvnotreas = items.Text(
        N_("Why it is none"), required=True, when=When("dvconf", ("N",)), cdisc="SUPPDV.DVNOTRSN"
    )
    dvsev = items.Choice(
        N_("Weight"), DEVIATION_WEIGHT, required=True, when=CONFIRMED, cdisc="SUPPDV.DVSEV", privacy=PLAIN
    )
    dvaction = items.Text(N_("Corrective action"), 500, when=CONFIRMED, cdisc="SUPPDV.DVACTION")
    dvirbdat = items.Day(N_("Reported to the ethics committee on"), when=CONFIRMED, cdisc="SUPPDV.DVIRBDT")
    dvppset = items.YesNo(N_("Stays in the per-protocol set"), when=CONFIRMED, cdisc="SUPPDV.DVPPFL")
