"""The answers of baseline, injection, follow-up and the end. Drugs, doses and needles are synthetic."""

from datetime import date, time, timedelta
from typing import Any

from forms_app.demo.pilot import Outcome, Person
from trial.crf.codelists import COMPLICATION, LATERALITY
from trial.crf.submission import Entry, Submission
from trial.models.disability import SECTIONS

VOLUME = "10"


def pain(outcome: Outcome) -> Submission:
    return _form(
        nrs_avg24=outcome.pain,
        nrs_worst24=min(outcome.pain + 2, 10),
        nrs_least24=max(outcome.pain - 2, 0),
        nrs_now=max(outcome.pain - 1, 0),
    )


def motion(outcome: Outcome) -> Submission:
    """Three trials whose mean is the value of the file."""
    return _form(
        rom_perf="Y",
        rom_t1=str(outcome.flexion - 1),
        rom_t2=str(outcome.flexion),
        rom_t3=str(outcome.flexion + 1),
        rom_meth="DOUBLE INCLINOMETER",
        rom_dev="INC-01",
        rom_eval="PHYSIOTHERAPIST",
    )


def disability(outcome: Outcome, person: Person) -> Submission:
    """Ten sections whose sum is half the percentage; not done where the file has no value."""
    if outcome.disability is None:
        return Submission(Entry({}, dict.fromkeys(("odi_mode", *SECTIONS), "ND")))
    each, rest = divmod(outcome.disability // 2, len(SECTIONS))
    raised = {SECTIONS[(3 * place + person.number) % len(SECTIONS)] for place in range(rest)}
    sections = {section: each + (section in raised) for section in SECTIONS}
    return _form(odi_mode="SELF PAPER", **sections)


def injection(day: date, person: Person) -> Submission:
    start = time(9 + person.number % 6, 10)
    header = {
        "injperf": "Y",
        "injdat": day.isoformat(),
        "injsttim": start.isoformat("minutes"),
        "injentim": start.replace(minute=35).isoformat("minutes"),
        "position": "PRONE",
        "operator": "Iris Demo",
        "opexp": 40 + person.number,
        "usmake": "Demo",
        "usmodel": "S1",
        "probetype": "CURVILINEAR",
        "probefreq": "5.0",
        "fluoro": "Y",
        "flsec": 20 + person.number,
        "levelconf": "FLUOROSCOPY",
    }
    return Submission(
        Entry(header), {"side": _sides(), "drug": _drugs(day), "complication": _complications()}
    )


def _sides() -> dict[str, Entry]:
    side = {
        "sidedone": "Y",
        "level": "L3-4",
        "ndlga": 22,
        "ndllen": 100,
        "approach": "IN-PLANE",
        "passes": 1,
        "tipus": "Y",
        "tipfl": "Y",
        "aspneg": "Y",
        "conagent": "Iohexol",
        "convol": "1.0",
        "vasupt": "N",
        "dispcrn": "L2",
        "disppat": "FEATHER",
    }
    return {
        "LEFT": Entry({**side, "ndldep": 52, "dispcau": "L4"}),
        "RIGHT": Entry({**side, "ndldep": 50, "dispcau": "L5"}),
    }


def _drugs(day: date) -> dict[str, Entry]:
    expiry = (day + timedelta(days=365)).isoformat()
    drugs = (("Bupivacaine", "2.5", VOLUME, "SYN-B1"), ("Methylprednisolone", "40", "1", "SYN-M1"))
    rows = [
        {"lat": side, "ectrt": name, "ecstrn": strength, "ecvol": volume, "eclot": lot, "ecexp": expiry}
        for side in LATERALITY.codes
        for name, strength, volume, lot in drugs
    ]
    return {str(number): Entry(row) for number, row in enumerate(rows, start=1)}


def _complications() -> dict[str, Entry]:
    return {code: Entry({"cpoccur": "N"}) for code in COMPLICATION.codes}


def interval(*, event: bool, medication: bool) -> Submission:
    return _form(aeyn="Y" if event else "N", cmyn="Y" if medication else "N", intyn="N")


def study_end(day: date) -> Submission:
    return _form(secomp="Y", sedat=day.isoformat(), selast=day.isoformat(), seaeok="Y")


def _form(**answers: Any) -> Submission:
    return Submission(Entry(answers))
