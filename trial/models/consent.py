from trial.crf import items
from trial.crf.answers import Answers, GroupAnswers, form, group
from trial.crf.codelists import RELATION
from trial.crf.items import When
from trial.crf.privacy import IDENTIFIER, PLAIN
from trial.protocol.marker import N_


@group("reconsent", of="consent", title=N_("Renewed consent"))
class Reconsent(GroupAnswers):
    """Consent given again, to a later version of the form."""

    recdat = items.Day(N_("Date"), required=True, cdisc="DS.DSSTDTC")
    recver = items.Text(N_("Version of the consent form"), 20, required=True, cdisc="SUPPDS.ICVER")
    reclang = items.Text(N_("Language of the consent form"), 20, cdisc="SUPPDS.ICLANG")
    recreas = items.Text(N_("Why again"), required=True, cdisc="SUPPDS.RECREAS")


@form("consent", title=N_("Informed consent"))
class Consent(Answers):
    """Informed consent (CDASH DS). No other form opens before its date is saved."""

    groups = (Reconsent,)

    dsstdat_ic = items.Day(N_("Date of consent"), required=True, cdisc="DS.DSSTDTC")
    ictim = items.Clock(
        N_("Time of consent"), hint=N_("Needed when a procedure follows on the same day"), cdisc="DS.DSSTDTC"
    )
    icver = items.Text(N_("Version of the consent form"), 20, required=True, cdisc="SUPPDS.ICVER")
    iclang = items.Text(N_("Language of the consent form"), 20, cdisc="SUPPDS.ICLANG")
    icobtby = items.Text(
        N_("Obtained by"),
        100,
        hint=N_("Name on the delegation log"),
        required=True,
        cdisc="SUPPDS.ICOBTBY",
        privacy=IDENTIFIER,
    )
    iclar = items.YesNo(
        N_("Signed by a legally acceptable representative"), required=True, cdisc="SUPPDS.ICLAR"
    )
    iclarrel = items.Choice(
        N_("Relation of the representative"),
        RELATION,
        required=True,
        when=When("iclar", ("Y",)),
        hint=N_("No name is kept"),
        cdisc="SUPPDS.ICLARREL",
        privacy=PLAIN,
    )
    iccopy = items.YesNo(N_("Copy given to the participant"), required=True, cdisc="SUPPDS.ICCOPY")
    icfut = items.YesNo(N_("Agrees to future use of data"), cdisc="SUPPDS.ICFUT")
    icimg = items.YesNo(N_("Agrees to storage of images"), cdisc="SUPPDS.ICIMG")
