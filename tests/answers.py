"""Filled forms that raise no question, to be changed where a test needs it otherwise."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from trial.crf.codelists import COMPLICATION, LATERALITY
from trial.crf.submission import Entry, Submission
from trial.models.disability import SECTIONS
from trial.protocol import STUDY


def consent(day: date, **changes: Any) -> Submission:
    answers = {"dsstdat_ic": day.isoformat(), "icver": "1.0", "icobtby": "Ines North", "iclar": "N"}
    return form({**answers, "iccopy": "Y", "icimg": "Y", **changes})


def demographics(**changes: Any) -> Submission:
    person = {"brthyy": 1975, "sex": "F", "height": "165", "weight": "62", "paindur": 30}
    return form({**person, "diab": "N", "anticoag": "N", **changes})


def surgery(day: date, *operations: Mapping[str, Any]) -> Submission:
    """One index operation 400 days before `day`, or those given."""
    rows = operations or (operation(day),)
    return Submission(Entry({"surgyn": "Y"}), {"operation": _numbered(rows)})


def operation(day: date, **changes: Any) -> dict[str, Any]:
    """An operation 400 days before `day`."""
    done = (day - timedelta(days=400)).isoformat()
    return {"prtrt_s": "DISCECTOMY", "surgdat": done, "levels": ["L4-5"], "index": "Y", **changes}


def prior_treatment(
    day: date,
    *,
    treatments: Sequence[Mapping[str, Any]] | None = None,
    blocks: Sequence[Mapping[str, Any]] | None = None,
) -> Submission:
    """One treatment and one block without relief before `day`, or those given."""
    tried, blocked = [treatment()] if treatments is None else treatments, blocks
    blocked = [block(day)] if blocked is None else blocked
    header = {"ptyn": "Y" if tried else "N", "mbbyn": "Y" if blocked else "N"}
    return Submission(Entry(header), {"treatment": _numbered(tried), "block": _numbered(blocked)})


def treatment(**changes: Any) -> dict[str, Any]:
    return {"ptclass": "PHYSIOTHERAPY", "ptdur": 12, "ptresp": "NONE", **changes}


def block(day: date, **changes: Any) -> dict[str, Any]:
    """A block on both sides, two weeks before `day`, that relieved 1 of 7."""
    where = {"mbbguide": "ULTRASOUND", "mbblat": "BILATERAL", "mbblevel": "L3-4"}
    pain = {"mbbpre": 7, "mbbpost": 6, "mbbmin": 30, "mbbresp": "NEGATIVE"}
    return {"mbbdat": (day - timedelta(days=14)).isoformat(), **where, **pain, **changes}


def mri(day: date, **changes: Any) -> Submission:
    """An examination a month before `day`, without herniation or stenosis."""
    taken = (day - timedelta(days=30)).isoformat()
    found = {"mridone": "Y", "mridat": taken, "mriread": "Radiologist", "hern": "N", "sten": "N"}
    return form({**found, **changes})


def eligibility(day: date, **changes: Any) -> Submission:
    met = {criterion.item: criterion.wanted for criterion in STUDY.criteria}
    examined = {"examdat": day.isoformat(), "examiner": "Investigator", "neuronl": "Y", "scrnrs": 7}
    legs = {"slrleft": "NEGATIVE", "slrright": "NEGATIVE"}
    return form({"iedat": day.isoformat(), **examined, **legs, **met, **changes})


def pain(average: Any = 7, **changes: Any) -> Submission:
    return form({"nrs_avg24": average, **changes})


def motion(*trials: Any, **changes: Any) -> Submission:
    """Flexion by three trials, or those given."""
    measured = dict(zip(("rom_t1", "rom_t2", "rom_t3"), trials or (20, 21, 22), strict=False))
    how = {"rom_perf": "Y", "rom_meth": "DOUBLE INCLINOMETER", "rom_eval": "PHYSIOTHERAPIST"}
    return form({**how, **measured, **changes})


def disability(answer: int = 2, **changes: Any) -> Submission:
    return form({"odi_mode": "SELF PAPER", **dict.fromkeys(SECTIONS, answer), "odi01": 3, **changes})


def injection(
    day: date,
    *,
    left: Mapping[str, Any] | None = None,
    drugs: Mapping[str, Mapping[str, Any]] | None = None,
    **changes: Any,
) -> Submission:
    """An injection on both sides; `left` changes the left side, `drugs` replaces both drug rows."""
    header = {
        "injperf": "Y",
        "injdat": day.isoformat(),
        "injsttim": "10:00",
        "injentim": "10:20",
        "position": "PRONE",
        "operator": "Ines North",
        "probetype": "LINEAR",
        "fluoro": "Y",
    }
    groups = {
        "side": {"LEFT": Entry(side(**left or {})), "RIGHT": Entry(side())},
        "drug": {key: Entry(row) for key, row in (drugs or both_drugs()).items()},
        "complication": {code: Entry({"cpoccur": "N"}) for code in COMPLICATION.codes},
    }
    return Submission(Entry({**header, **changes}), groups)


def side(**changes: Any) -> dict[str, Any]:
    """One side that was injected as the protocol asks."""
    checked = {"tipus": "Y", "tipfl": "Y", "aspneg": "Y", "vasupt": "N"}
    return {"sidedone": "Y", "level": "L3-4", **checked, **changes}


def both_drugs() -> dict[str, dict[str, Any]]:
    return {str(row): drug(lat=lat) for row, lat in enumerate(LATERALITY.codes, start=1)}


def drug(**changes: Any) -> dict[str, Any]:
    return {"lat": "LEFT", "ectrt": "Bupivacaine", "ecstrn": "2.5", "ecvol": 10, **changes}


def not_performed(reason: str = "Fever on the day") -> Submission:
    """An injection that did not take place."""
    return form({"injperf": "N", "injreasnd": reason})


def interval(**changes: Any) -> Submission:
    """Nothing happened since the last visit."""
    return form({"aeyn": "N", "cmyn": "N", "intyn": "N", **changes})


def adverse_event(day: date, **changes: Any) -> Submission:
    """A mild event that began and ended on a day."""
    event = {"aeterm": "Headache", "aestdat": day.isoformat(), "aeongo": "N", "aeendat": day.isoformat()}
    judged = {"aetoxgr": 1, "aeser": "N", "aerel": "NOT RELATED", "aecontrt": "N"}
    return form({**event, **judged, "aeout": "RECOVERED/RESOLVED", **changes})


def serious_event(day: date, **changes: Any) -> Submission:
    """A stay in hospital, reported within a quarter of an hour."""
    criteria = dict.fromkeys(("aesdth", "aeslife", "aesdisab", "aescong", "aesmie"), "N")
    stay = {"aeshosp": "Y", "aehodat": day.isoformat()}
    aware = {"aeawdat": day.isoformat(), "aeawtim": "09:00"}
    told = {"aerptdat": day.isoformat(), "aerpttim": "09:15", "aenarr": "Admitted for one night."}
    serious = {"aetoxgr": 3, "aeser": "Y", **criteria, **stay, **aware, **told}
    return adverse_event(day, **{**serious, **changes})


def medication(day: date, **changes: Any) -> Submission:
    """An analgesic without an opioid, taken from a day on."""
    drug = {"cmtrt": "Paracetamol", "cmdose": "500", "cmdosu": "mg", "cmdosfrq": "TID", "cmroute": "ORAL"}
    return form({**drug, "cmstdat": day.isoformat(), "cmongo": "Y", "cmprior": "N", **changes})


def deviation(day: date, **changes: Any) -> Submission:
    what = {"dvterm": "Visit after its window", "dvdecod": "VISIT WINDOW", "dvstdat": day.isoformat()}
    return form({**what, "dvconf": "Y", "dvsev": "MINOR", **changes})


def treatment_stop(day: date, **changes: Any) -> Submission:
    why = {"tsdecod": "PHYSICIAN DECISION", "tswho": "INVESTIGATOR"}
    return form({"tsdat": day.isoformat(), **why, **changes})


def withdrawal(day: date, **changes: Any) -> Submission:
    why = {"wddecod": "WITHDRAWAL BY SUBJECT", "wdwho": "PARTICIPANT", "wddata": "Y", "wdpass": "Y"}
    return form({"wddat": day.isoformat(), "wdlast": day.isoformat(), **why, **changes})


def study_end(day: date, **changes: Any) -> Submission:
    days = {"sedat": day.isoformat(), "selast": day.isoformat()}
    return form({"secomp": "Y", **days, "seaeok": "Y", **changes})


def every_form(day: date) -> dict[str, Submission]:
    """A complete submission of each form by its code, as of a day."""
    return {
        "consent": consent(day),
        "demographics": demographics(),
        "surgery": surgery(day),
        "prior_treatment": prior_treatment(day),
        "mri": mri(day),
        "eligibility": eligibility(day),
        "pain": pain(),
        "motion": motion(),
        "disability": disability(),
        "injection": injection(day),
        "interval": interval(),
        "adverse_event": adverse_event(day),
        "medication": medication(day),
        "deviation": deviation(day),
        "treatment_stop": treatment_stop(day),
        "withdrawal": withdrawal(day),
        "study_end": study_end(day),
    }


def form(items: Mapping[str, Any], missing: Mapping[str, Any] | None = None) -> Submission:
    return Submission(Entry(items, missing or {}))


def _numbered(rows: Iterable[Mapping[str, Any]]) -> dict[str, Entry]:
    return {str(number): Entry(row) for number, row in enumerate(rows, start=1)}
