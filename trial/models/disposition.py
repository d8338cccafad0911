from trial.crf import items
from trial.crf.answers import Answers, GroupAnswers, form, group
from trial.crf.codelists import CONTACT_ATTEMPT, DECIDED_BY, END_REASON
from trial.crf.items import When
from trial.crf.privacy import PLAIN
from trial.protocol.marker import N_

LOST = "LOST TO FOLLOW-UP"


@form("treatment_stop", title=N_("End of study treatment"))
class TreatmentStop(Answers):
    """The study treatment is stopped or not given; the participation goes on (CDISC DS, STUDY TREATMENT)."""

    tsdat = items.Day(N_("Date"), required=True, cdisc="DS.DSSTDTC")
    tsdecod = items.Choice(N_("Reason"), END_REASON, required=True, cdisc="DS.DSDECOD", privacy=PLAIN)
    tsoth = items.Text(
        N_("Which other reason"), required=True, when=When("tsdecod", ("OTHER",)), cdisc="DS.DSTERM"
    )
    tswho = items.Choice(N_("Decided by"), DECIDED_BY, required=True, cdisc="SUPPDS.DSDECBY", privacy=PLAIN)


@group("attempt", of="withdrawal", title=N_("Attempt to make contact"))
class ContactAttempt(GroupAnswers):
    """One attempt to reach a participant who was lost."""

    when = When("wddecod", (LOST,))

    atdat = items.Day(N_("Date"), required=True, cdisc="SUPPDS.ATDTC")
    atmode = items.Choice(N_("By"), CONTACT_ATTEMPT, required=True, cdisc="SUPPDS.ATMODE", privacy=PLAIN)
    atres = items.Text(N_("Result"), required=True, cdisc="SUPPDS.ATRES")


@form("withdrawal", title=N_("Withdrawal from the study"))
class Withdrawal(Answers):
    """The participation ends early (CDISC DS, STUDY PARTICIPATION)."""

    groups = (ContactAttempt,)

    wddat = items.Day(N_("Date"), required=True, cdisc="DS.DSSTDTC")
    wdlast = items.Day(N_("Last contact on"), required=True, cdisc="SUPPDS.DSLSTDTC")
    wddecod = items.Choice(N_("Reason"), END_REASON, required=True, cdisc="DS.DSDECOD", privacy=PLAIN)
    wdoth = items.Text(
        N_("Which other reason"), required=True, when=When("wddecod", ("OTHER",)), cdisc="DS.DSTERM"
    )
    wdwho = items.Choice(N_("Decided by"), DECIDED_BY, required=True, cdisc="SUPPDS.DSDECBY", privacy=PLAIN)
    wddata = items.YesNo(N_("Data collected so far may be used"), required=True, cdisc="SUPPDS.DSDATUSE")
    wdpass = items.YesNo(N_("Agrees to passive follow-up"), required=True, cdisc="SUPPDS.DSPASSFU")
    wdunbl = items.YesNo(N_("Unblinded at the exit"), cdisc="SUPPDS.DSUNBLND")


@form("study_end", title=N_("End of study"))
class StudyEnd(Answers):
    """The last page of the casebook: whether the participation was completed as planned (CDISC DS)."""

    secomp = items.YesNo(N_("Completed as planned"), required=True, cdisc="DS.DSDECOD")
    sedat = items.Day(N_("Date of the end"), required=True, cdisc="DS.DSSTDTC")
    selast = items.Day(N_("Date of the last visit"), required=True, cdisc="SUPPDS.LASTVIS")
    sereas = items.Text(
        N_("Why not completed"), required=True, when=When("secomp", ("N",)), cdisc="DS.DSTERM"
    )
    seaeok = items.YesNo(N_("Every adverse event has its outcome"), required=True, cdisc="SUPPDS.AEDONE")
