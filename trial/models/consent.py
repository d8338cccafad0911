from trial.crf import items
from trial.crf.answers import Answers, form


@form("consent", title="Informed consent")
class Consent(Answers):
    """Informed consent (CDASH DS). No other form opens before its date is saved."""

    dsstdat_ic = items.Day("Date of consent", required=True, cdisc="DS.DSSTDTC")
    ictim = items.Clock("Time of consent", hint="Needed when a procedure follows on the same day")
    icver = items.Text("Version of the consent form", 20, required=True)
    iclang = items.Text("Language of the consent form", 20)
    icobtby = items.Text("Obtained by", 100, hint="Name on the delegation log", required=True)
    iclar = items.YesNo("Signed by a legally acceptable representative", required=True)
    iccopy = items.YesNo("Copy given to the participant", required=True)
    icfut = items.YesNo("Agrees to future use of data")
    icimg = items.YesNo("Agrees to storage of images")
