from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from trial.crf import items
from trial.crf.answers import Answers, AtMost, GroupAnswers, form, group
from trial.crf.codelists import (
    APPROACH,
    COMPLICATION,
    DISC_LEVEL,
    DISPERSION,
    INJECTED_DRUG,
    LATERALITY,
    LEVEL_COUNT,
    POSITION,
    PROBE,
    VERTEBRA,
)
from trial.crf.items import When
from trial.crf.privacy import IDENTIFIER, PLAIN
from trial.protocol.drugs import ANAESTHETICS, STEROIDS
from trial.protocol.marker import N_
from trial.protocol.scoring import dose
from trial.protocol.scoring.rounding import half_up

PERFORMED = When("injperf", ("Y",))
SIDE_DONE = When("sidedone", ("Y",))
OCCURRED = When("cpoccur", ("Y",))


@group("side", of="injection", title=N_("Side"))
class InjectionSide(GroupAnswers):
    """One side of the injection, left or right; both are recorded, done or not."""

    keys = LATERALITY
    when = PERFORMED
    rules = (AtMost("ndldep", "ndllen", N_("The needle cannot lie deeper than it is long.")),)

    sidedone = items.YesNo(N_("This side injected"), required=True, cdisc="EC.ECOCCUR")
    sidereasnd = items.Text(
        N_("Reason not injected"), required=True, when=When("sidedone", ("N",)), cdisc="EC.ECREASOC"
    )
    level = items.Choice(
        N_("Level"), DISC_LEVEL, required=True, when=SIDE_DONE, cdisc="PR.PRLOC", privacy=PLAIN
    )
    ndlga = items.Whole(
        N_("Needle gauge"),
        unit="G",
        hard=(14, 30),
        soft=(20, 25),
        when=SIDE_DONE,
        cdisc="SUPPPR.NDLGA",
        privacy=PLAIN,
    )
    ndllen = items.Whole(
        N_("Needle length"),
        unit="mm",
        hard=(10, 250),
        soft=(50, 120),
        when=SIDE_DONE,
        cdisc="SUPPPR.NDLLEN",
        privacy=PLAIN,
    )
    ndldep = items.Whole(
        N_("Needle depth"),
        unit="mm",
        hard=(0, 250),
        soft=(20, 90),
        when=SIDE_DONE,
        cdisc="SUPPPR.NDLDEP",
        privacy=PLAIN,
    )
    approach = items.Choice(N_("Approach"), APPROACH, when=SIDE_DONE, cdisc="SUPPPR.APPROACH", privacy=PLAIN)
    passes = items.Whole(
        N_("Needle passes"), hard=(1, 50), soft=(1, 5), when=SIDE_DONE, cdisc="SUPPPR.PASSES", privacy=PLAIN
    )
    tipus = items.YesNo(N_("Tip confirmed by ultrasound"), required=True, when=SIDE_DONE, cdisc="FA.TIPUS")
    tipfl = items.YesNo(N_("Tip confirmed by fluoroscopy"), required=True, when=SIDE_DONE, cdisc="FA.TIPFL")
    aspneg = items.YesNo(N_("Negative aspiration"), required=True, when=SIDE_DONE, cdisc="FA.ASPNEG")
    conagent = items.Text(N_("Contrast agent"), 60, when=SIDE_DONE, cdisc="AG.AGTRT")
    conconc = items.Measure(
        N_("Contrast concentration"),
        0,
        unit="mgI/mL",
        hard=(0, 500),
        when=SIDE_DONE,
        cdisc="SUPPAG.CONCONC",
        privacy=PLAIN,
    )
    convol = items.Measure(
        N_("Contrast volume"),
        1,
        unit="mL",
        hard=(0, 20),
        soft=(Decimal("0.5"), 5),
        when=SIDE_DONE,
        cdisc="AG.AGDOSE",
        privacy=PLAIN,
    )
    vasupt = items.YesNo(N_("Vascular uptake seen"), required=True, when=SIDE_DONE, cdisc="FA.VASUPT")
    dispcrn = items.Choice(
        N_("Dispersion from (cranial)"), VERTEBRA, when=SIDE_DONE, cdisc="FA.DISPCRN", privacy=PLAIN
    )
    dispcau = items.Choice(
        N_("Dispersion to (caudal)"), VERTEBRA, when=SIDE_DONE, cdisc="FA.DISPCAU", privacy=PLAIN
    )
    disppat = items.Choice(
        N_("Pattern of dispersion"), DISPERSION, when=SIDE_DONE, cdisc="FA.DISPPAT", privacy=PLAIN
    )
    dispseg = items.Whole(
        N_("Segments of dispersion"),
        hard=(1, len(VERTEBRA.codes)),
        derived=True,
        cdisc="FA.DISPSEG",
        privacy=PLAIN,
    )

    @classmethod
    def derive(cls, answers: dict[str, Any]) -> dict[str, Any]:
        return {"dispseg": segments(answers.get("dispcrn"), answers.get("dispcau"))}


def segments(cranial: str | None, caudal: str | None) -> int | None:
    """Vertebrae from cranial to caudal, both counted; None when one lacks or they are swapped."""
    if cranial not in VERTEBRA.codes or caudal not in VERTEBRA.codes or swapped(cranial, caudal):
        return None
    return VERTEBRA.codes.index(caudal) - VERTEBRA.codes.index(cranial) + 1


def swapped(cranial: str, caudal: str) -> bool:
    """Whether the caudal vertebra lies above the cranial one."""
    return VERTEBRA.codes.index(caudal) < VERTEBRA.codes.index(cranial)


@group("drug", of="injection", title=N_("Drug"))
class InjectionDrug(GroupAnswers):
    """One drug given on one side; the dose follows from strength and volume."""

    when = PERFORMED

    lat = items.Choice(N_("Side"), LATERALITY, required=True, cdisc="EC.ECLAT", privacy=PLAIN)
    ectrt = items.Text(N_("Drug"), 60, required=True, suggestions=INJECTED_DRUG, cdisc="EC.ECTRT")
    ecstrn = items.Measure(
        N_("Strength"), 2, unit="mg/mL", hard=(0, 1000), required=True, cdisc="EC.ECPSTRG", privacy=PLAIN
    )
    ecvol = items.Measure(
        N_("Volume"), 1, unit="mL", hard=(0, 60), required=True, cdisc="EC.ECVAMT", privacy=PLAIN
    )
    eclot = items.Text(N_("Lot"), 40, cdisc="EC.ECLOT")
    ecexp = items.Day(N_("Expiry"), may_be_future=True, cdisc="SUPPEC.ECEXP")
    ecdose = items.Measure(N_("Dose"), 2, unit="mg", derived=True, cdisc="EC.ECDOSE", privacy=PLAIN)

    @classmethod
    def derive(cls, answers: dict[str, Any]) -> dict[str, Any]:
        strength, volume = answers.get("ecstrn"), answers.get("ecvol")
        if strength is None or volume is None:
            return {"ecdose": None}
        return {"ecdose": half_up(Fraction(strength) * Fraction(volume), 2)}


@group("complication", of="injection", title=N_("Immediate complication"))
class InjectionComplication(GroupAnswers):
    """One line of the checklist of immediate complications; what occurred is tabulated as adverse event."""

    keys = COMPLICATION
    when = PERFORMED

    cpoccur = items.YesNo(N_("Occurred"), required=True, cdisc="NOT SUBMITTED")
    cptim = items.Clock(N_("Time of onset"), when=OCCURRED, cdisc="NOT SUBMITTED")
    cpaction = items.Text(N_("Action taken"), when=OCCURRED, cdisc="NOT SUBMITTED")


@form("injection", title=N_("Injection"))
class Injection(Answers):
    """The injection procedure: what holds for both sides. Its date anchors all windows."""

    groups = (InjectionSide, InjectionDrug, InjectionComplication)
    rules = (AtMost("injsttim", "injentim", N_("The injection cannot end before it starts.")),)

    injperf = items.YesNo(N_("Injection performed"), required=True, cdisc="EC.ECOCCUR")
    injreasnd = items.Text(
        N_("Reason not performed"), required=True, when=When("injperf", ("N",)), cdisc="EC.ECREASOC"
    )
    injdat = items.Day(N_("Date of injection"), required=True, when=PERFORMED, cdisc="EC.ECSTDTC")
    injsttim = items.Clock(N_("Start"), required=True, when=PERFORMED, cdisc="EC.ECSTDTC")
    injentim = items.Clock(N_("End"), required=True, when=PERFORMED, cdisc="EC.ECENDTC")
    position = items.Choice(
        N_("Position"), POSITION, required=True, when=PERFORMED, cdisc="PR.PRPOS", privacy=PLAIN
    )
    sedation = items.YesNo(N_("Sedation"), when=PERFORMED, cdisc="CM.CMOCCUR")
    seddrug = items.Text(
        N_("Drug of the sedation"), 100, required=True, when=When("sedation", ("Y",)), cdisc="CM.CMTRT"
    )
    antisep = items.Text(N_("Antiseptic"), 60, when=PERFORMED, cdisc="SUPPPR.ANTISEP")
    stercov = items.YesNo(N_("Sterile cover of the probe"), when=PERFORMED, cdisc="SUPPPR.STERCOV")
    operator = items.Text(
        N_("Operator"), 100, required=True, when=PERFORMED, cdisc="SUPPPR.OPERATOR", privacy=IDENTIFIER
    )
    opexp = items.Whole(
        N_("Earlier injections of this kind by the operator"),
        hard=(0, 9999),
        when=PERFORMED,
        cdisc="SUPPPR.OPEXP",
        privacy=PLAIN,
    )
    usmake = items.Text(N_("Ultrasound, make"), 60, when=PERFORMED, cdisc="SUPPPR.USMAKE")
    usmodel = items.Text(N_("Ultrasound, model"), 60, when=PERFORMED, cdisc="SUPPPR.USMODEL")
    probetype = items.Choice(
        N_("Probe"), PROBE, required=True, when=PERFORMED, cdisc="SUPPPR.PROBETYP", privacy=PLAIN
    )
    probefreq = items.Measure(
        N_("Probe frequency"),
        1,
        unit="MHz",
        hard=(1, 25),
        when=PERFORMED,
        cdisc="SUPPPR.PROBFREQ",
        privacy=PLAIN,
    )
    fluoro = items.YesNo(N_("Fluoroscopy used"), required=True, when=PERFORMED, cdisc="PR.PROCCUR")
    flsec = items.Whole(
        N_("Fluoroscopy time"),
        unit="s",
        hard=(0, 3600),
        soft=(0, 300),
        when=When("fluoro", ("Y",)),
        cdisc="SUPPPR.FLSEC",
        privacy=PLAIN,
    )
    dap = items.Measure(
        N_("Dose area product"),
        1,
        unit="mGy·cm²",
        hard=(0, 999999),
        when=When("fluoro", ("Y",)),
        cdisc="SUPPPR.DAP",
        privacy=PLAIN,
    )
    levelconf = items.Choice(
        N_("How L3-4 was counted"), LEVEL_COUNT, when=PERFORMED, cdisc="SUPPPR.LEVCONF", privacy=PLAIN
    )
    totvol = items.Measure(
        N_("Volume given in all"),
        1,
        unit="mL",
        hard=(0, 6000),
        derived=True,
        section=N_("In all"),
        cdisc="SUPPEC.TOTVOL",
        privacy=PLAIN,
    )
    lamg = items.Measure(
        N_("Local anaesthetic in all"), 2, unit="mg", derived=True, cdisc="SUPPEC.LAMG", privacy=PLAIN
    )
    steroidmg = items.Measure(
        N_("Steroid in all"), 2, unit="mg", derived=True, cdisc="SUPPEC.STERMG", privacy=PLAIN
    )

    @classmethod
    def sum_up(cls, groups: Mapping[str, Mapping[str, dict[str, Any]]]) -> dict[str, Any]:
        rows = groups.get("drug", {}).values()
        drugs = [dose.Given(row.get("ectrt"), row.get("ecdose"), row.get("ecvol")) for row in rows]
        return {
            "totvol": dose.volume(drugs),
            "lamg": dose.mass(drugs, ANAESTHETICS),
            "steroidmg": dose.mass(drugs, STEROIDS),
        }
