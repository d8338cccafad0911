from trial.crf import items
from trial.crf.answers import Answers, GroupAnswers, form, group
from trial.crf.codelists import OTHER_INTERVENTION
from trial.crf.items import When
from trial.crf.privacy import PLAIN
from trial.protocol.marker import N_


@group("intervention", of="interval", title=N_("Other intervention"))
class Intervention(GroupAnswers):
    """Another treatment of the back since the last visit: an intercurrent event (CDISC PR)."""

    when = When("intyn", ("Y",))

    intkind = items.Choice(N_("Kind"), OTHER_INTERVENTION, required=True, cdisc="PR.PRCAT", privacy=PLAIN)
    inttrt = items.Text(N_("What was done"), required=True, cdisc="PR.PRTRT")
    intdat = items.PartialDay(N_("Date"), required=True, cdisc="PR.PRSTDTC")
    intreas = items.Text(N_("Why"), cdisc="PR.PRINDC")


@form("interval", title=N_("Since the last visit"))
class Interval(Answers):
    """What is asked at each follow-up: events, medication, other treatment of the back."""

    groups = (Intervention,)

    aeyn = items.YesNo(
        N_("Any adverse event"),
        required=True,
        hint=N_("Each stands in the log of adverse events"),
        cdisc="AE.AEYN",
    )
    cmyn = items.YesNo(
        N_("Any change of analgesics"),
        required=True,
        hint=N_("Each stands in the log of analgesics"),
        cdisc="CM.CMYN",
    )
    intyn = items.YesNo(N_("Any other intervention on the back"), required=True, cdisc="PR.PROCCUR")
