from typing import Any

from trial.crf import items
from trial.crf.answers import Answers, form
from trial.crf.codelists import ODI_BAND, ODI_MODE
from trial.crf.privacy import PLAIN
from trial.protocol.marker import N_
from trial.protocol.scoring import odi

SECTIONS = tuple(f"odi{number:02}" for number in range(1, odi.SECTIONS + 1))


@form("disability", title=N_("Disability (ODI)"))
class Disability(Answers):
    """Oswestry Disability Index 2.1a (CDISC QS, ODI V2.1A): codes 0 to 5 from the licensed form."""

    odi_mode = items.Choice(
        N_("Mode of administration"), ODI_MODE, required=True, cdisc="QS.QSMETHOD", privacy=PLAIN
    )
    odi01 = items.Score(N_("Pain intensity"), 0, odi.HIGHEST, required=True, cdisc="QS.ODI0101")
    odi02 = items.Score(N_("Personal care"), 0, odi.HIGHEST, required=True, cdisc="QS.ODI0102")
    odi03 = items.Score(N_("Lifting"), 0, odi.HIGHEST, required=True, cdisc="QS.ODI0103")
    odi04 = items.Score(N_("Walking"), 0, odi.HIGHEST, required=True, cdisc="QS.ODI0104")
    odi05 = items.Score(N_("Sitting"), 0, odi.HIGHEST, required=True, cdisc="QS.ODI0105")
    odi06 = items.Score(N_("Standing"), 0, odi.HIGHEST, required=True, cdisc="QS.ODI0106")
    odi07 = items.Score(N_("Sleeping"), 0, odi.HIGHEST, required=True, cdisc="QS.ODI0107")
    odi08 = items.Score(
        N_("Sex life"),
        0,
        odi.HIGHEST,
        required=True,
        hint=N_("May be left out: choose “not applicable” or “refused”"),
        cdisc="QS.ODI0108",
    )
    odi09 = items.Score(N_("Social life"), 0, odi.HIGHEST, required=True, cdisc="QS.ODI0109")
    odi10 = items.Score(N_("Travelling"), 0, odi.HIGHEST, required=True, cdisc="QS.ODI0110")
    odi_multi = items.YesNo(
        N_("More than one statement marked in a section"),
        hint=N_("On paper; the highest is entered"),
        cdisc="SUPPQS.ODIMULTI",
    )
    odi_n = items.Whole(N_("Sections answered"), hard=(0, odi.SECTIONS), derived=True, privacy=PLAIN)
    odi_sum = items.Whole(
        N_("Sum of sections"), hard=(0, odi.SECTIONS * odi.HIGHEST), derived=True, privacy=PLAIN
    )
    odi_pct = items.Measure(
        N_("Index"), 1, unit="%", hard=(0, 100), derived=True, cdisc="QS.ODI0111", privacy=PLAIN
    )
    odi_band = items.Choice(N_("Band"), ODI_BAND, derived=True, privacy=PLAIN)

    @classmethod
    def derive(cls, answers: dict[str, Any]) -> dict[str, Any]:
        result = odi.score([answers.get(section) for section in SECTIONS])
        return {
            "odi_n": result.answered,
            "odi_sum": result.total,
            "odi_pct": result.percent,
            "odi_band": result.band,
        }
