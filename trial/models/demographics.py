from typing import Any

from trial.crf import items
from trial.crf.answers import Answers, form
from trial.crf.codelists import EMPLOYMENT, SEX, SMOKING
from trial.crf.privacy import BIRTH_YEAR, PLAIN
from trial.protocol.marker import N_
from trial.protocol.scoring import body


@form("demographics", title=N_("Demographics and vital signs"))
class Demographics(Answers):
    """Who the participant is, as far as the analysis needs it (CDISC DM, VS, MH). The age is computed at
    consent when it is read, never kept."""

    brthyy = items.Whole(
        N_("Year of birth"),
        hard=(1900, 2100),
        required=True,
        section=N_("Person"),
        hint=N_("The year only: no date of birth is kept"),
        cdisc="DM.BRTHDTC",
        privacy=BIRTH_YEAR,
    )
    sex = items.Choice(N_("Sex"), SEX, required=True, cdisc="DM.SEX", privacy=PLAIN)
    height = items.Measure(
        N_("Height"),
        1,
        unit="cm",
        hard=(50, 250),
        soft=(140, 200),
        required=True,
        section=N_("Vital signs"),
        cdisc="VS.HEIGHT",
        privacy=PLAIN,
    )
    weight = items.Measure(
        N_("Weight"),
        1,
        unit="kg",
        hard=(20, 350),
        soft=(40, 130),
        required=True,
        cdisc="VS.WEIGHT",
        privacy=PLAIN,
    )
    bmi = items.Measure(
        N_("Body mass index"), 1, unit="kg/m²", soft=(16, 40), derived=True, cdisc="VS.BMI", privacy=PLAIN
    )
    paindur = items.Whole(
        N_("Months since the pain began"),
        unit=N_("months"),
        hard=(0, 960),
        soft=(3, None),
        required=True,
        section=N_("History"),
        cdisc="SUPPMH.PAINDUR",
        privacy=PLAIN,
    )
    smoke = items.Choice(N_("Smoking"), SMOKING, cdisc="SU.SUTRT", privacy=PLAIN)
    employ = items.Choice(N_("Employment"), EMPLOYMENT, cdisc="SC.EMPJOB", privacy=PLAIN)
    compens = items.YesNo(N_("Claim for compensation pending"), cdisc="SC.COMPENS")
    diab = items.YesNo(N_("Diabetes"), required=True, cdisc="MH.MHOCCUR")
    anticoag = items.YesNo(N_("Takes an anticoagulant"), required=True, cdisc="CM.CMOCCUR")

    @classmethod
    def derive(cls, answers: dict[str, Any]) -> dict[str, Any]:
        return {"bmi": body.mass_index(height=answers.get("height"), weight=answers.get("weight"))}
