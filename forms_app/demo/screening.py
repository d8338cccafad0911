"""The answers of the screening forms. Everybody is eligible, and what is recorded agrees with that."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from forms_app.demo.pilot import Person
from trial.crf.submission import Entry, Submission
from trial.protocol import STUDY
from trial.protocol.partial_date import add_months

OPERATIONS = ("DISCECTOMY", "LAMINECTOMY", "PLIF", "TLIF", "ENDOSCOPIC DISCECTOMY")
TREATMENTS = (("PHYSIOTHERAPY", "NONE"), ("NSAID", "PARTIAL"), ("EXERCISE", "NONE"), ("MANUAL", "PARTIAL"))
LEVELS = (["L4-5"], ["L5-S1"], ["L4-5", "L5-S1"])
# One in so many has diabetes, or an earlier operation too.
DIABETIC, OPERATED_TWICE = 13, 8


def consent(day: date) -> Submission:
    answers = {"dsstdat_ic": day.isoformat(), "icver": "1.0", "iclang": "en", "icobtby": "Iris Demo"}
    return _form(**answers, iclar="N", iccopy="Y", icfut="Y", icimg="Y")


def demographics(day: date, person: Person) -> Submission:
    height = 158 + (7 * person.number) % 30
    index = Decimal(21 + (5 * person.number) % 11)
    return _form(
        brthyy=day.year - person.age,
        sex=person.sex,
        height=height,
        weight=str(round(index * height**2 / 10_000, 1)),
        paindur=8 + (13 * person.number) % 60,
        smoke=("NEVER", "FORMER", "CURRENT")[person.number % 3],
        employ=("WORKING", "SICK LEAVE", "RETIRED")[person.number % 3] if person.age < 60 else "RETIRED",
        compens="N",
        diab="Y" if is_diabetic(person) else "N",
        anticoag="N",
    )


def surgery(day: date, person: Person) -> Submission:
    done = add_months(day, -(8 + (7 * person.number) % 48))
    rows = [_operation(done, person, index="Y")]
    if person.number % OPERATED_TWICE == 0:
        rows.append(_operation(add_months(done, -30), person, index="N"))
    return Submission(Entry({"surgyn": "Y"}), {"operation": _numbered(rows)})


def _operation(day: date, person: Person, *, index: str) -> dict[str, Any]:
    # Of every third operation the day is not known any more.
    known = day.isoformat()[:7] if person.number % 3 == 0 else day.isoformat()
    kind = OPERATIONS[person.number % len(OPERATIONS)]
    fused = "Y" if kind.endswith("LIF") else "N"
    return {
        "prtrt_s": kind,
        "surgdat": known,
        "levels": LEVELS[person.number % len(LEVELS)],
        "instrum": fused,
        "fused": fused,
        "duraltear": "N",
        "infect": "N",
        "index": index,
    }


def prior_treatment(day: date, person: Person) -> Submission:
    rows = [_treatment(person.number), _treatment(person.number + 1)]
    groups = {"treatment": _numbered(rows), "block": _numbered([_block(day, person)])}
    return Submission(Entry({"ptyn": "Y", "mbbyn": "Y"}), groups)


def _treatment(number: int) -> dict[str, Any]:
    kind, response = TREATMENTS[number % len(TREATMENTS)]
    return {"ptclass": kind, "ptdur": 6 + number % 12, "ptresp": response}


def _block(day: date, person: Person) -> dict[str, Any]:
    before = 6 + person.number % 3
    return {
        "mbbdat": (day - timedelta(days=5 + person.number % 20)).isoformat(),
        "mbbguide": "ULTRASOUND",
        "mbblat": "BILATERAL",
        "mbblevel": "L3-4",
        "mbbdrug": "Lidocaine",
        "mbbstrn": "10",
        "mbbvol": "2",
        "mbbster": "N",
        "mbbpre": before,
        "mbbpost": before - person.number % 3,
        "mbbmin": 30,
        "mbbresp": "NEGATIVE",
    }


def mri(day: date, person: Person) -> Submission:
    taken = day - timedelta(days=12 + person.number)
    return _form(
        mridone="Y",
        mridat=taken.isoformat(),
        mrifield="1.5",
        mricont="N",
        mriread="Radiologist",
        mrirddat=(taken + timedelta(days=1)).isoformat(),
        hern="N",
        sten="N",
        foram="N",
        pfirr=2 + person.number % 3,
        tlfleft="1.4",
        tlfright="1.5",
    )


def eligibility(day: date, person: Person) -> Submission:
    answers: dict[str, Any] = {criterion.item: criterion.wanted for criterion in STUDY.criteria}
    if person.sex == "M":
        answers["excl06"] = "NA"
    else:
        answers["pregdat"] = day.isoformat()
    if is_diabetic(person):
        answers["hba1c"] = "6.8"
    return _form(
        iedat=day.isoformat(),
        examdat=day.isoformat(),
        examiner="Investigator",
        slrleft="NEGATIVE",
        slrright="NEGATIVE",
        neuronl="Y",
        scrnrs=max(person.outcomes[0].pain, STUDY.thresholds.pain_at_screening),
        inr="1.0",
        plat=210 + 3 * person.number,
        **answers,
    )


def is_diabetic(person: Person) -> bool:
    return person.number % DIABETIC == 0


def _form(**answers: Any) -> Submission:
    return Submission(Entry(answers))


def _numbered(rows: list[dict[str, Any]]) -> dict[str, Entry]:
    return {str(number): Entry(row) for number, row in enumerate(rows, start=1)}
