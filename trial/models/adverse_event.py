from trial.crf import items
from trial.crf.answers import Answers, NotBefore, OneOf, form
from trial.crf.codelists import (
    ACTION_TAKEN,
    CAUSALITY,
    EXPECTEDNESS,
    OTHER_ACTION,
    OTHER_CAUSE,
    OUTCOME,
    REPORT_KIND,
)
from trial.crf.items import When
from trial.crf.privacy import PLAIN
from trial.protocol.marker import N_

SERIOUS = When("aeser", ("Y",))
CRITERIA = ("aesdth", "aeslife", "aeshosp", "aesdisab", "aescong", "aesmie")


@form("adverse_event", title=N_("Adverse event"))
class AdverseEvent(Answers):
    """One adverse event (CDISC AE), graded by CTCAE 5.0. One event a form: a worsening is a new one."""

    rules = (
        NotBefore("aeendat", "aestdat", N_("The event cannot end before it began.")),
        OneOf("aeser", CRITERIA, N_("Say which criterion makes the event serious, or that it is not.")),
    )

    aeterm = items.Text(
        N_("Event"), required=True, hint=N_("One diagnosis or sign"), section=N_("Event"), cdisc="AE.AETERM"
    )
    aestdat = items.PartialDay(N_("Began on"), required=True, cdisc="AE.AESTDTC")
    aesttim = items.Clock(N_("Began at"), cdisc="AE.AESTDTC")
    aeongo = items.YesNo(N_("Still going on"), required=True, cdisc="AE.AEENRTPT")
    aeendat = items.PartialDay(N_("Ended on"), required=True, when=When("aeongo", ("N",)), cdisc="AE.AEENDTC")
    aetoxgr = items.Score(
        N_("Grade (CTCAE 5.0)"),
        1,
        5,
        required=True,
        hint=N_("1 mild, 2 moderate, 3 severe, 4 life-threatening, 5 death"),
        cdisc="AE.AETOXGR",
    )
    aegrpid = items.Text(
        N_("Worsening of event number"), 10, hint=N_("Number in this log"), cdisc="AE.AEGRPID"
    )
    aelink = items.Text(N_("Noted at"), 80, system=True, cdisc="RELREC.AELNKID")
    aeser = items.YesNo(N_("Serious"), required=True, section=N_("Seriousness"), cdisc="AE.AESER")
    aesdth = items.YesNo(N_("Death"), required=True, when=SERIOUS, cdisc="AE.AESDTH")
    aeslife = items.YesNo(N_("Life-threatening"), required=True, when=SERIOUS, cdisc="AE.AESLIFE")
    aeshosp = items.YesNo(
        N_("Admission to hospital, or a longer stay"), required=True, when=SERIOUS, cdisc="AE.AESHOSP"
    )
    aesdisab = items.YesNo(
        N_("Lasting or significant disability"), required=True, when=SERIOUS, cdisc="AE.AESDISAB"
    )
    aescong = items.YesNo(N_("Congenital anomaly"), required=True, when=SERIOUS, cdisc="AE.AESCONG")
    aesmie = items.YesNo(
        N_("Other medically important event"), required=True, when=SERIOUS, cdisc="AE.AESMIE"
    )
    aehodat = items.Day(N_("Admitted on"), required=True, when=When("aeshosp", ("Y",)), cdisc="HO.HOSTDTC")
    aehoend = items.Day(N_("Discharged on"), when=When("aeshosp", ("Y",)), cdisc="HO.HOENDTC")
    aeawdat = items.Day(
        N_("Site aware on"), required=True, when=SERIOUS, section=N_("Report"), cdisc="SUPPAE.AEAWDT"
    )
    aeawtim = items.Clock(N_("Site aware at"), required=True, when=SERIOUS, cdisc="SUPPAE.AEAWDT")
    aerptdat = items.Day(
        N_("Reported to the sponsor on"), required=True, when=SERIOUS, cdisc="SUPPAE.AERPTDT"
    )
    aerpttim = items.Clock(
        N_("Reported to the sponsor at"), required=True, when=SERIOUS, cdisc="SUPPAE.AERPTDT"
    )
    saercat = items.Choice(
        N_("Kind of report"), REPORT_KIND, when=SERIOUS, cdisc="SUPPAE.SAERCAT", privacy=PLAIN
    )
    aenarr = items.Text(
        N_("Narrative"), 4000, required=True, when=SERIOUS, hint=N_("No name"), cdisc="SUPPAE.AENARR"
    )
    aerel = items.Choice(
        N_("Related to the injected drugs"),
        CAUSALITY,
        required=True,
        section=N_("Cause, action, outcome"),
        cdisc="AE.AEREL",
        privacy=PLAIN,
    )
    aerelnst = items.Choice(N_("Other cause"), OTHER_CAUSE, cdisc="AE.AERELNST", privacy=PLAIN)
    aeacn = items.Choice(N_("Action with the study treatment"), ACTION_TAKEN, cdisc="AE.AEACN", privacy=PLAIN)
    aeacnoth = items.Choice(N_("Other action"), OTHER_ACTION, cdisc="AE.AEACNOTH", privacy=PLAIN)
    aecontrt = items.YesNo(N_("Treated"), required=True, cdisc="AE.AECONTRT")
    aeout = items.Choice(N_("Outcome"), OUTCOME, required=True, cdisc="AE.AEOUT", privacy=PLAIN)
    aerelsp = items.Choice(
        N_("Related to the injected drugs, by the sponsor"),
        CAUSALITY,
        when=SERIOUS,
        section=N_("Judgement of the sponsor"),
        hint=N_("Beside the investigator's, which stays as it is"),
        cdisc="SUPPAE.AERELSP",
        privacy=PLAIN,
    )
    aeexp = items.Choice(N_("Expectedness"), EXPECTEDNESS, when=SERIOUS, cdisc="SUPPAE.AEEXP", privacy=PLAIN)
