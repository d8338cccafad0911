"""Filled forms that raise no question, to be changed where a test needs it otherwise."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from trial.crf.codelists import COMPLICATION, LATERALITY
from trial.crf.submission import Entry, Submission
from trial.models.disability import SECTIONS
from trial.protocol import STUDY


def consent(day: date, **changes: Any) -> Submission:
    answers = {"dsstdat_ic": day.isoformat(), "icver": "1.0", "icobtby": "Ines North", "iclar": "N"}
    return form({**answers, "iccopy": "Y", **changes})


def eligibility(day: date, **changes: Any) -> Submission:
    met = {criterion.item: criterion.wanted for criterion in STUDY.criteria}
    return form({"iedat": day.isoformat(), **met, **changes})


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


def form(items: Mapping[str, Any], missing: Mapping[str, Any] | None = None) -> Submission:
    return Submission(Entry(items, missing or {}))
