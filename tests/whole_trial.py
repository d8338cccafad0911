"""The whole life of one participant in the trial, as a script: the same by keyboard and by the API.

It holds every form, a serious adverse event, a visit outside its window, a side that was not injected, and a
visit by telephone at which no flexion could be measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tests import answers
from trial.crf.submission import Entry, Submission
from trial.services.visits import IN_PERSON

BY_TELEPHONE = "TELEPHONE CALL"
# Days from the injection.
SCREENED, BASELINE, ADMITTED = -14, -1, 30
HELD = {"W1": 7, "W2": 20, "W12": 84}
DAYS_AGO = 91
COMPLICATION = "INJ.injection.complication.VASOVAGAL"
OUTSIDE = "W2.window.3"


@dataclass(frozen=True)
class Attended:
    """A visit that took place."""

    visit: str
    day: date
    mode: str = IN_PERSON


@dataclass(frozen=True)
class Filled:
    """A form of a visit, or without one the next entry of a log; `source` is what the entry comes from."""

    form: str
    submission: Submission
    visit: str = ""
    source: str = ""


@dataclass(frozen=True)
class Enrolled:
    """The act between screening and baseline."""


Step = Attended | Filled | Enrolled


def life(today: date) -> Iterator[Step]:
    """Every step, in the order in which it happens."""
    injected = today - timedelta(days=DAYS_AGO)
    yield from _screening(injected + timedelta(days=SCREENED))
    yield Enrolled()
    yield Attended("BL", injected + timedelta(days=BASELINE))
    yield from _outcomes("BL", 7)
    yield from _injection(injected)
    yield from _follow_up(injected, "W1", 6)
    yield from _follow_up(injected, "W2", 4)
    yield from _logs(injected)
    yield from _follow_up(injected, "W12", 2, aeyn="Y", cmyn="Y")
    last = injected + timedelta(days=HELD["W12"])
    yield Filled("study_end", answers.study_end(last))


def _screening(day: date) -> Iterator[Step]:
    yield Attended("SCR", day)
    every = answers.every_form(day)
    for form in ("consent", "demographics", "surgery", "prior_treatment", "mri", "eligibility"):
        yield Filled(form, every[form], "SCR")


def _outcomes(visit: str, average: int) -> Iterator[Step]:
    yield Filled("pain", answers.pain(average), visit)
    yield Filled("motion", answers.motion(), visit)
    yield Filled("disability", answers.disability(), visit)


def _injection(day: date) -> Iterator[Step]:
    yield Attended("INJ", day)
    given = answers.injection(day, drugs={"1": answers.drug(lat="LEFT")})
    sides = {**given.groups["side"], "RIGHT": Entry({"sidedone": "N", "sidereasnd": "Scar over the target"})}
    checklist = {
        **given.groups["complication"],
        "VASOVAGAL": Entry({"cpoccur": "Y", "cptim": "10:15", "cpaction": "Legs raised"}),
    }
    groups = {**given.groups, "side": sides, "complication": checklist}
    yield Filled("injection", Submission(given.header, groups), "INJ")
    event = answers.adverse_event(
        day, aeterm="Vasovagal reaction", aesttim="10:15", aelink=COMPLICATION, aerel="RELATED"
    )
    yield Filled("adverse_event", event, source=COMPLICATION)


def _follow_up(injected: date, visit: str, average: int, **since: str) -> Iterator[Step]:
    day = injected + timedelta(days=HELD[visit])
    by_telephone = visit == "W1"
    yield Attended(visit, day, BY_TELEPHONE if by_telephone else IN_PERSON)
    not_done = answers.form({"rom_perf": "N", "rom_reasnd": "Visit by telephone"})
    yield Filled("pain", answers.pain(average), visit)
    yield Filled("motion", not_done if by_telephone else answers.motion(), visit)
    yield Filled("disability", answers.disability(), visit)
    yield Filled("interval", answers.interval(**since), visit)


def _logs(injected: date) -> Iterator[Step]:
    admitted = injected + timedelta(days=ADMITTED)
    yield Filled("adverse_event", answers.serious_event(admitted))
    yield Filled("medication", answers.medication(admitted))
    outside = answers.deviation(
        injected + timedelta(days=HELD["W2"]),
        dvterm="Week 2: 3 d after its window",
        dvorig="SYSTEM",
        dvlink=OUTSIDE,
    )
    yield Filled("deviation", outside, source=OUTSIDE)
    yield Filled("treatment_stop", answers.treatment_stop(admitted))
