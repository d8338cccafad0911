from decimal import Decimal

from trial.crf import items
from trial.crf.answers import Answers, form
from trial.crf.codelists import HERNIATION, SPINAL_LEVEL, STENOSIS
from trial.crf.items import When
from trial.crf.privacy import PLAIN
from trial.protocol.marker import N_

DONE = When("mridone", ("Y",))
THIN, THICK = Decimal("0.5"), Decimal(6)


@form("mri", title=N_("MRI findings"))
class Mri(Answers):
    """Magnetic resonance imaging of the lumbar spine, after the index operation (CDISC PR, MK)."""

    mridone = items.YesNo(N_("MRI done"), required=True, cdisc="PR.PROCCUR")
    mrireasnd = items.Text(
        N_("Reason not done"), required=True, when=When("mridone", ("N",)), cdisc="PR.PRREASOC"
    )
    mridat = items.Day(
        N_("Date of MRI"), required=True, when=DONE, section=N_("Examination"), cdisc="PR.PRSTDTC"
    )
    mrifield = items.Measure(
        N_("Field strength"),
        1,
        unit="T",
        hard=(Decimal("0.2"), 7),
        when=DONE,
        cdisc="SUPPPR.FIELD",
        privacy=PLAIN,
    )
    mricont = items.YesNo(N_("With contrast"), when=DONE, cdisc="SUPPPR.CONTRAST")
    mriread = items.Text(N_("Read by (role)"), 60, required=True, when=DONE, cdisc="MK.MKEVAL")
    mrirddat = items.Day(N_("Read on"), when=DONE, cdisc="MK.MKDTC")
    mrirepid = items.Text(N_("Number of the report"), 40, when=DONE, hint=N_("No name"), cdisc="MK.MKREFID")
    hern = items.YesNo(
        N_("Disc herniation"), required=True, when=DONE, section=N_("Findings"), cdisc="MK.MKORRES"
    )
    hernlev = items.Several(
        N_("Levels of herniation"),
        SPINAL_LEVEL,
        required=True,
        when=When("hern", ("Y",)),
        cdisc="MK.MKLOC",
        privacy=PLAIN,
    )
    herntype = items.Choice(
        N_("Type of herniation"), HERNIATION, when=When("hern", ("Y",)), cdisc="MK.MKORRES", privacy=PLAIN
    )
    sten = items.YesNo(N_("Spinal canal stenosis"), required=True, when=DONE, cdisc="MK.MKORRES")
    stenlev = items.Several(
        N_("Levels of stenosis"),
        SPINAL_LEVEL,
        required=True,
        when=When("sten", ("Y",)),
        cdisc="MK.MKLOC",
        privacy=PLAIN,
    )
    stengrade = items.Choice(
        N_("Grade of stenosis (Schizas)"),
        STENOSIS,
        when=When("sten", ("Y",)),
        cdisc="MK.MKORRES",
        privacy=PLAIN,
    )
    foram = items.YesNo(N_("Foraminal stenosis"), when=DONE, cdisc="MK.MKORRES")
    listh = items.Score(N_("Spondylolisthesis (grade)"), 0, 4, when=DONE, cdisc="MK.MKORRES")
    modic = items.Score(N_("Modic changes (type)"), 0, 3, when=DONE, cdisc="MK.MKORRES")
    pfirr = items.Score(N_("Disc degeneration (Pfirrmann)"), 1, 5, when=DONE, cdisc="MK.MKORRES")
    goutal = items.Score(N_("Fatty multifidus (Goutallier)"), 0, 4, when=DONE, cdisc="MK.MKORRES")
    hardware = items.YesNo(N_("Artefact of hardware"), when=DONE, cdisc="MK.MKORRES")
    tlfleft = items.Measure(
        N_("Thickness of the fascia, left"),
        1,
        unit="mm",
        hard=(0, 30),
        soft=(THIN, THICK),
        when=DONE,
        cdisc="MK.MKORRES",
        privacy=PLAIN,
    )
    tlfright = items.Measure(
        N_("Thickness of the fascia, right"),
        1,
        unit="mm",
        hard=(0, 30),
        soft=(THIN, THICK),
        when=DONE,
        cdisc="MK.MKORRES",
        privacy=PLAIN,
    )
