"""The entries of the logs: who had an adverse event, took an analgesic, deviated or withdrew."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from forms_app.demo.pilot import LATE, Person
from trial.crf.submission import Entry, Submission
from trial.protocol.partial_date import add_months

# By participant: the visit at which the event was told, what it was, its grade, its relation to the drugs.
EVENTS = {
    "P03": ("W1", "Pain at the site of injection", 1, "RELATED"),
    "P07": ("W2", "Headache", 1, "UNLIKELY"),
    "P13": ("W1", "High blood glucose", 2, "PROBABLE"),
    "P19": ("W1", "Facial flushing", 1, "PROBABLE"),
    "P24": ("W12", "Common cold", 1, "NOT RELATED"),
}
# Who stopped an opioid after the injection: the visit at which it was told, drug, single dose in mg.
OPIOIDS = {"P05": ("W1", "Tramadol", "50"), "P12": ("W2", "Oxycodone", "10"), "P18": ("W1", "Codeine", "30")}
WITHDREW = "P17"


@dataclass(frozen=True)
class LogEntry:
    """One entry of a log, as it is saved."""

    form: str
    answers: Submission


def before_injection(person: Person, screened: date) -> Iterator[LogEntry]:
    """Every third takes paracetamol all the time."""
    if person.number % 3 == 0:
        yield LogEntry(
            "medication", _analgesic(screened, "Paracetamol", "1000", "TID", cmongo="Y", cmchange="NONE")
        )


def told_at(person: Person, visit: str, day: date, screened: date) -> Iterator[LogEntry]:
    """What the participant told at a visit."""
    if visit == EVENTS.get(person.name, ("",))[0]:
        yield LogEntry("adverse_event", _event(day, *EVENTS[person.name][1:]))
    if visit == OPIOIDS.get(person.name, ("",))[0]:
        drug, dose = OPIOIDS[person.name][1:]
        stopped = {"cmongo": "N", "cmendat": (day - timedelta(days=1)).isoformat(), "cmchange": "STOP"}
        yield LogEntry("medication", _analgesic(screened, drug, dose, "BID", **stopped))
    if (person.name, visit) == LATE:
        yield LogEntry("deviation", _late(day))


def withdrawal(day: date) -> LogEntry:
    """A participant who did not want to come again."""
    return LogEntry(
        "withdrawal",
        _form(
            wddat=day.isoformat(),
            wdlast=day.isoformat(),
            wddecod="WITHDRAWAL BY SUBJECT",
            wdwho="PARTICIPANT",
            wddata="Y",
            wdpass="N",
        ),
    )


def _event(day: date, term: str, grade: int, relation: str) -> Submission:
    began = day - timedelta(days=4)
    return _form(
        aeterm=term,
        aestdat=began.isoformat(),
        aeongo="N",
        aeendat=(began + timedelta(days=2)).isoformat(),
        aetoxgr=grade,
        aeser="N",
        aerel=relation,
        aerelnst="NONE",
        aeacn="NOT APPLICABLE",
        aeacnoth="NONE",
        aecontrt="N",
        aeout="RECOVERED/RESOLVED",
    )


def _analgesic(screened: date, drug: str, dose: str, how_often: str, **more: str) -> Submission:
    since = add_months(screened, -5).isoformat()[:7]
    what = {"cmtrt": drug, "cmindc": "Low back pain", "cmdose": dose, "cmdosu": "mg"}
    how = {"cmdosfrq": how_often, "cmroute": "ORAL", "cmstdat": since, "cmprior": "Y", "cmresc": "N"}
    return _form(**what, **how, **more)


def _late(day: date) -> Submission:
    return _form(
        dvterm="Week 12 took place two days after its window",
        dvdecod="VISIT WINDOW",
        dvstdat=day.isoformat(),
        dvorig="SYSTEM",
        dvlink="W12.window.2",
        dvdiscd=day.isoformat(),
        dvconf="Y",
        dvsev="MINOR",
        dvaction="Site reminded of the windows",
        dvppset="Y",
    )


def _form(**answers: Any) -> Submission:
    return Submission(Entry(answers))
