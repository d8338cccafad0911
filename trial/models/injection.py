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
    LATERALITY,
    LEVEL_COUNT,
    POSITION,
    PROBE,
    VERTEBRA,
)
from trial.crf.items import When
from trial.protocol.scoring.rounding import half_up

PERFORMED = When("injperf", ("Y",))
SIDE_DONE = When("sidedone", ("Y",))
OCCURRED = When("cpoccur", ("Y",))


@group("side", of="injection", title="Side")
class InjectionSide(GroupAnswers):
    """One side of the injection, left or right; both are recorded, done or not."""

    keys = LATERALITY
    when = PERFORMED
    rules = (AtMost("ndldep", "ndllen", "The needle cannot lie deeper than it is long."),)

    sidedone = items.YesNo("This side injected", required=True, cdisc="EC.ECOCCUR")
    sidereasnd = items.Text(
        "Reason not injected", required=True, when=When("sidedone", ("N",)), cdisc="EC.ECREASOC"
    )
    level = items.Choice("Level", DISC_LEVEL, required=True, when=SIDE_DONE, cdisc="PR.PRLOC")
    ndlga = items.Whole("Needle gauge", unit="G", hard=(14, 30), soft=(20, 25), when=SIDE_DONE)
    ndllen = items.Whole("Needle length", unit="mm", hard=(10, 250), soft=(50, 120), when=SIDE_DONE)
    ndldep = items.Whole("Needle depth", unit="mm", hard=(0, 250), soft=(20, 90), when=SIDE_DONE)
    approach = items.Choice("Approach", APPROACH, when=SIDE_DONE)
    passes = items.Whole("Needle passes", hard=(1, 50), soft=(1, 5), when=SIDE_DONE)
    tipus = items.YesNo("Tip confirmed by ultrasound", required=True, when=SIDE_DONE)
    tipfl = items.YesNo("Tip confirmed by fluoroscopy", required=True, when=SIDE_DONE)
    aspneg = items.YesNo("Negative aspiration", required=True, when=SIDE_DONE)
    conagent = items.Text("Contrast agent", 60, when=SIDE_DONE, cdisc="AG.AGTRT")
    conconc = items.Measure("Contrast concentration", 0, unit="mgI/mL", hard=(0, 500), when=SIDE_DONE)
    convol = items.Measure(
        "Contrast volume",
        1,
        unit="mL",
        hard=(0, 20),
        soft=(Decimal("0.5"), 5),
        when=SIDE_DONE,
        cdisc="AG.AGDOSE",
    )
    vasupt = items.YesNo("Vascular uptake seen", required=True, when=SIDE_DONE)
    dispcrn = items.Choice("Dispersion from (cranial)", VERTEBRA, when=SIDE_DONE, cdisc="FA.FAORRES")
    dispcau = items.Choice("Dispersion to (caudal)", VERTEBRA, when=SIDE_DONE, cdisc="FA.FAORRES")
    disppat = items.Choice("Pattern of dispersion", DISPERSION, when=SIDE_DONE, cdisc="FA.FAORRES")
    dispseg = items.Whole("Segments of dispersion", hard=(1, len(VERTEBRA.codes)), derived=True)

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


@group("drug", of="injection", title="Drug")
class InjectionDrug(GroupAnswers):
    """One drug given on one side; the dose follows from strength and volume."""

    when = PERFORMED

    lat = items.Choice("Side", LATERALITY, required=True, cdisc="EC.ECLAT")
    ectrt = items.Text("Drug", 60, required=True, cdisc="EC.ECTRT")
    ecstrn = items.Measure("Strength", 2, unit="mg/mL", hard=(0, 1000), required=True, cdisc="EC.ECPSTRG")
    ecvol = items.Measure("Volume", 1, unit="mL", hard=(0, 60), required=True, cdisc="EC.ECVAMT")
    eclot = items.Text("Lot", 40, cdisc="EC.ECLOT")
    ecexp = items.Day("Expiry", may_be_future=True)
    ecdose = items.Measure("Dose", 2, unit="mg", derived=True, cdisc="EC.ECDOSE")

    @classmethod
    def derive(cls, answers: dict[str, Any]) -> dict[str, Any]:
        strength, volume = answers.get("ecstrn"), answers.get("ecvol")
        if strength is None or volume is None:
            return {"ecdose": None}
        return {"ecdose": half_up(Fraction(strength) * Fraction(volume), 2)}


@group("complication", of="injection", title="Immediate complication")
class InjectionComplication(GroupAnswers):
    """One line of the checklist of immediate complications."""

    keys = COMPLICATION
    when = PERFORMED

    cpoccur = items.YesNo("Occurred", required=True)
    cptim = items.Clock("Time of onset", when=OCCURRED)
    cpaction = items.Text("Action taken", when=OCCURRED)


@form("injection", title="Injection")
class Injection(Answers):
    """The injection procedure: what holds for both sides. Its date anchors all windows."""

    groups = (InjectionSide, InjectionDrug, InjectionComplication)
    rules = (AtMost("injsttim", "injentim", "The injection cannot end before it starts."),)

    injperf = items.YesNo("Injection performed", required=True, cdisc="EC.ECOCCUR")
    injreasnd = items.Text(
        "Reason not performed", required=True, when=When("injperf", ("N",)), cdisc="EC.ECREASOC"
    )
    injdat = items.Day("Date of injection", required=True, when=PERFORMED, cdisc="EC.ECSTDTC")
    injsttim = items.Clock("Start", required=True, when=PERFORMED, cdisc="EC.ECSTDTC")
    injentim = items.Clock("End", required=True, when=PERFORMED, cdisc="EC.ECENDTC")
    position = items.Choice("Position", POSITION, required=True, when=PERFORMED, cdisc="PR.PRPOS")
    operator = items.Text("Operator", 100, required=True, when=PERFORMED)
    opexp = items.Whole("Earlier injections of this kind by the operator", hard=(0, 9999), when=PERFORMED)
    usmake = items.Text("Ultrasound, make", 60, when=PERFORMED)
    usmodel = items.Text("Ultrasound, model", 60, when=PERFORMED)
    probetype = items.Choice("Probe", PROBE, required=True, when=PERFORMED)
    probefreq = items.Measure("Probe frequency", 1, unit="MHz", hard=(1, 25), when=PERFORMED)
    fluoro = items.YesNo("Fluoroscopy used", required=True, when=PERFORMED)
    flsec = items.Whole(
        "Fluoroscopy time", unit="s", hard=(0, 3600), soft=(0, 300), when=When("fluoro", ("Y",))
    )
    dap = items.Measure("Dose area product", 1, unit="mGy·cm²", hard=(0, 999999), when=When("fluoro", ("Y",)))
    levelconf = items.Choice("How L3-4 was counted", LEVEL_COUNT, when=PERFORMED)
